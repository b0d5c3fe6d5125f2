"""Builders of the course's networks: uncompiled Keras models that take raw 0..255 pixels."""

from cnncourse.models.averaging import committee, test_time_average
from cnncourse.models.efficientnet import WeightsUnavailable
from cnncourse.models.fast import fast_net
from cnncourse.models.networks import conv_net, dense_net
from cnncourse.models.pretrained import imagenet_names, pretrained, split, unfreeze

__all__ = [
    "WeightsUnavailable",
    "committee",
    "conv_net",
    "dense_net",
    "fast_net",
    "imagenet_names",
    "pretrained",
    "split",
    "test_time_average",
    "unfreeze",
]
