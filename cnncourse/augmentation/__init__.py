"""Change pictures at random while training, and clean them before."""

from cnncourse.augmentation.base import (
    Augmentation,
    Pipeline,
    augment_batch,
    check_augmentation,
    describe,
    seed_states,
)
from cnncourse.augmentation.changes import (
    FILL_MODES,
    FILLS,
    RandomAffine,
    RandomErasing,
    remove_gray,
)

__all__ = [
    "FILLS",
    "FILL_MODES",
    "Augmentation",
    "Pipeline",
    "RandomAffine",
    "RandomErasing",
    "augment_batch",
    "check_augmentation",
    "describe",
    "remove_gray",
    "seed_states",
]
