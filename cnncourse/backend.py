"""Import TensorFlow and Keras without their chatter.

Their C++ side writes to file descriptor 2 while it looks for a GPU, which a notebook shows as red
output. ``from cnncourse.backend import keras, tf`` is how the package imports both.
"""

import contextlib
import json
import os
import random
from collections.abc import Iterator

import numpy as np

# Who sets it to 0 wants to see all of it: why a GPU is not used, for instance.
_is_wanted = os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") == "0"
NEEDED = {"backend": "tensorflow", "image_data_format": "channels_last", "floatx": "float32"}


def _check_settings() -> None:
    """Refuse settings of Keras that the course's networks do not work with, by their names."""
    if os.environ.get("TF_USE_LEGACY_KERAS", "0").lower() in ("1", "true"):
        raise RuntimeError(
            "TF_USE_LEGACY_KERAS is set, which asks for Keras 2: unset it, and restart the kernel."
        )
    home = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    path = os.path.expanduser(os.path.join(home, "keras.json"))
    try:
        with open(path, encoding="utf-8") as file:
            found = dict(json.load(file))
    except (OSError, ValueError, TypeError):  # Keras takes such a file for none
        found = {}
    variable = os.environ.get("KERAS_BACKEND")
    found |= {"backend": variable} if variable else {}
    for name, needed in NEEDED.items():
        if found.get(name, needed) != needed:
            where = "KERAS_BACKEND" if variable and name == "backend" else f"{name} in {path}"
            raise RuntimeError(
                f"{where} is {found[name]!r}, but the course needs {needed!r}: change or remove "
                "it, and restart the kernel."
            )


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    try:
        saved = os.dup(2)
    except OSError:  # closed, so that nobody reads it
        yield
        return
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


_check_settings()
with contextlib.nullcontext() if _is_wanted else _silent_stderr():
    import keras
    import tensorflow as tf
    from keras.src.backend.common import global_state  # where keras.random keeps its own seeds

    tf.config.list_physical_devices()  # this is what writes "Could not find cuda drivers"
    for gpu in tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError):  # TensorFlow has started already
            tf.config.experimental.set_memory_growth(gpu, True)  # else one kernel takes it all

for _name in ("image_data_format", "floatx"):  # a notebook may have set them after the import
    if getattr(keras.config, _name)() != NEEDED[_name]:
        raise RuntimeError(
            f"Keras' {_name} is {getattr(keras.config, _name)()!r}, but the course needs "
            f"{NEEDED[_name]!r}: take keras.config.set_{_name} out, and restart the kernel."
        )
tf.get_logger().setLevel("ERROR")  # one retracing warning for each model would fill a lesson

__all__ = ["fixed_seed", "keras", "tf"]


@contextlib.contextmanager
def fixed_seed(seed: int) -> Iterator[None]:
    """Give networks that are built in a ``with`` block the same first weights each time.

    Keras' initializers draw their seeds from Python's ``random``. Its state, NumPy's and that of
    ``keras.random`` are put back when the block ends, also by an error.

    Args:
        seed: A whole number; the weights follow from it alone.

    Example:
        >>> def bias():
        ...     with fixed_seed(1):
        ...         return float(keras.initializers.RandomNormal()(()))
        >>> bias() == bias()
        True
    """
    generator = "global_seed_generator"
    before = random.getstate(), np.random.get_state()
    keras_before = global_state.get_global_attribute(generator)
    try:
        random.seed(seed)
        np.random.seed(seed)
        global_state.set_global_attribute(generator, None)  # Keras makes one from Python's random
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
        global_state.set_global_attribute(generator, keras_before)
