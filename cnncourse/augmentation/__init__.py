"""Change pictures at random while training, and clean them before."""

from cnncourse.augmentation.affine import FILL_MODES, RandomAffine
from cnncourse.augmentation.base import Augmentation
from cnncourse.augmentation.cleaning import remove_gray
from cnncourse.augmentation.erasing import FILLS, RandomErasing
from cnncourse.augmentation.pipeline import Pipeline

__all__ = [
    "FILLS",
    "FILL_MODES",
    "Augmentation",
    "Pipeline",
    "RandomAffine",
    "RandomErasing",
    "remove_gray",
]
