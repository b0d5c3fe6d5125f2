"""Vary the handwritten digits that ship with scikit-learn."""

from functools import cache

import numpy as np
from PIL import Image

_TRAIN_SHARE = 2 / 3


@cache
def originals(split: str) -> tuple[list[Image.Image], ...]:
    """Return scikit-learn's 8x8 digits of one split, by class, on a black margin."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    grey = np.pad(digits.images * (255 / 16), ((0, 0), (4, 4), (4, 4))).astype(np.uint8)
    # The cut must not follow the caller's seed, or two seeds could share a digit across splits.
    order = np.random.default_rng(0).permutation(len(grey))
    by_class = []
    for label in range(10):
        members = order[digits.target[order] == label]
        cut = round(_TRAIN_SHARE * len(members))
        chosen = members[:cut] if split == "train" else members[cut:]
        by_class.append([Image.fromarray(grey[i]) for i in chosen])
    return tuple(by_class)


def write(originals: list[Image.Image], count: int, rng: np.random.Generator) -> np.ndarray:
    """Enlarge `count` of the originals to 28x28, each turned, slanted and moved a little."""
    # Every original is used once before any is used again.
    rounds = -(-count // len(originals))
    picks = np.concatenate([rng.permutation(len(originals)) for _ in range(rounds)])[:count]
    turn, slant = rng.normal(0, [[0.13], [0.12]], (2, count))
    cells = 8 / rng.uniform([[19], [17]], [[25], [22]], (2, count))
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.stack([cos * cells[0], (sin + slant) * cells[0], -sin * cells[1], cos * cells[1]])
    matrix = matrix.T.reshape(count, 2, 2)
    offset = 8 - matrix @ rng.normal(14, 1.1, (count, 2, 1))
    coefficients = np.concatenate([matrix, offset], -1).reshape(count, 6).tolist()
    pictures = np.empty((count, 28, 28), np.uint8)
    kind, filtering = Image.Transform.AFFINE, Image.Resampling.BICUBIC
    for i in range(count):
        original = originals[picks[i]]
        pictures[i] = original.transform((28, 28), kind, coefficients[i], filtering)
    # A steep ramp gives the blurred strokes MNIST's crisp edges; where it starts sets their width.
    start, rise = rng.uniform([[80], [60]], [[140], [100]], (2, count))[..., None, None]
    return (np.clip((pictures - start) / rise, 0, 1) * 255).astype(np.uint8)
