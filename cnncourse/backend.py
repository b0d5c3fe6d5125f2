"""Import TensorFlow and Keras without their chatter.

Their C++ side writes to file descriptor 2 while it looks for a GPU, which a notebook shows as red
output. ``from cnncourse.backend import keras, tf`` is how the package imports both.
"""

import contextlib
import os
import random
from collections.abc import Iterator

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    saved = os.dup(2)
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


with _silent_stderr():
    import keras
    import tensorflow as tf
    from keras.src.backend.common import global_state  # where keras.random keeps its own seeds

    tf.config.list_physical_devices()  # this is what writes "Could not find cuda drivers"
    for gpu in tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError):  # TensorFlow has started already
            tf.config.experimental.set_memory_growth(gpu, True)  # else one kernel takes it all

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
