"""Builders of the course's networks: uncompiled Keras models that take raw 0..255 pixels."""

from cnncourse.models.averaging import committee, test_time_average
from cnncourse.models.networks import conv_net, dense_net

__all__ = ["committee", "conv_net", "dense_net", "test_time_average"]
