"""Builders of the course's networks: uncompiled Keras models that take raw 0..255 pixels."""

from cnncourse.models.averaging import committee, test_time_average
from cnncourse.models.fast import fast_net
from cnncourse.models.networks import conv_net, dense_net
from cnncourse.models.transfer import WeightsUnavailable, split, transfer_net

__all__ = [
    "WeightsUnavailable",
    "committee",
    "conv_net",
    "dense_net",
    "fast_net",
    "split",
    "test_time_average",
    "transfer_net",
]
