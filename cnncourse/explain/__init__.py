"""What a network sees: a convolution by hand, feature maps, occlusion and Grad-CAM."""

from cnncourse.explain.by_hand import convolve, max_pool
from cnncourse.explain.trained import feature_maps, grad_cam, occlusion, with_random_weights

__all__ = [
    "convolve",
    "feature_maps",
    "grad_cam",
    "max_pool",
    "occlusion",
    "with_random_weights",
]
