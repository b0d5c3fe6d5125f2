"""Import TensorFlow and Keras without their chatter.

Their C++ side writes to file descriptor 2 while it looks for a GPU, which a notebook shows as red
output. ``from cnncourse.backend import keras, tf`` is how the package imports both.
"""

import contextlib
import os
from collections.abc import Iterator

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

    tf.config.list_physical_devices()  # this is what writes "Could not find cuda drivers"

tf.get_logger().setLevel("ERROR")  # one retracing warning for each model would fill a lesson

__all__ = ["keras", "tf"]
