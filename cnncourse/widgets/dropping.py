"""A field to drop pictures on; only `drop` needs anywidget."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from cnncourse.backend import keras
from cnncourse.modelchecks import check_answers, check_model
from cnncourse.picturefiles import PathLike
from cnncourse.validation import as_list, brief, whole_number

if TYPE_CHECKING:
    from cnncourse.widgets.drop import PictureDrop

ANY_SIZE = 96  # shown to a network that takes pictures of any size


def drop_picture(
    model: keras.Model, class_names: Sequence[str], example: PathLike, *, size: int | None = None
) -> "PictureDrop":
    """Show a field to drop pictures on, and what a network takes each of them for.

    Drop a file on it, or click it to choose one. The picture beside the bars is what the network
    gets: its middle, shrunk. Nothing leaves your machine.

    Args:
        model: A network from raw pixels to probabilities.
        class_names: Name of each class.
        example: A picture file that is shown at first.
        size: Height and width in pixels; the network's own if None, or 96 if it takes any.

    Returns:
        The field; the last picture is in ``field.image``, uint8 (height, width, channels), and the
        answer to it in ``field.probabilities``, float (classes,).

    Raises:
        ValueError: If the network does not fit, or the example cannot be read.
        RuntimeError: If the package anywidget is missing.

    Example:
        >>> from cnncourse import models
        >>> from matplotlib import cbook
        >>> portrait = cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
        >>> net = models.dense_net((32, 32, 3), [8], classes=2)
        >>> drop_picture(net, ["cat", "dog"], portrait).probabilities.shape
        (2,)
    """
    check_model(model)
    names = as_list("class_names", class_names)
    if model.output_shape[1:] != (len(names),) or not all(isinstance(name, str) for name in names):
        raise ValueError(
            f"class_names={brief(class_names)}: give a name for each of the network's "
            f"{model.output_shape[-1]} classes."
        )
    size = whole_number("size", model.input_shape[1] or ANY_SIZE if size is None else size)
    check_answers(model, (size, size, model.input_shape[-1]))
    if find_spec("anywidget") is None:
        raise RuntimeError(
            "The field needs the package anywidget: install it with `pip install anywidget`, and "
            "restart the kernel."
        )
    from cnncourse.widgets.drop import PictureDrop

    return PictureDrop(model, names, size, example)
