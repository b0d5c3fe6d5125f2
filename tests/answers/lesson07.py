import dataclasses

import numpy as np

from answers import PASSED, run
from cnncourse.augmentation import RandomAffine
from cnncourse.data import ImageDataset

NAMES = ("none", "modest", "harmful")
ALL = ("x_train", "x_val", "x_test")


def pair(change, *parts):
    """Make a tiny data set, and a copy with some of its three sets changed."""
    images = np.arange(20 * 16, dtype=np.uint16).astype(np.uint8).reshape(20, 4, 4, 1)
    labels = np.arange(20) % 10
    sets = [images, labels] * 3
    dataset = ImageDataset("tiny", *sets, tuple("0123456789"), "samples")
    return dataset, dataclasses.replace(dataset, **{part: change(images) for part in parts})


def invert(images):
    return 255 - images


def answers():
    original, _ = pair(invert)
    return {
        "07-modest": {
            PASSED: [RandomAffine(rotation=10, shift=0.1, zoom=0.1)],
            "The answer should be an augmentation": [{"rotation": 10}],
            "This one changes nothing": [RandomAffine()],
            "Look at a 2 or a 5 in a mirror": [RandomAffine(rotation=10, flip=True)],
            "You turn by up to 180": [RandomAffine(rotation=180)],
            "You turn by up to 90": [RandomAffine(rotation=90, shift=0.1)],
            "Draw some variants": [RandomAffine(shift=0.5), RandomAffine(zoom=0.9)],
        },
        "07-harm": {
            PASSED: [RandomAffine(rotation=180, flip=True), RandomAffine(zoom=0.9)],
            "The answer should be an augmentation": [{"rotation": 10}],
            "This one changes nothing": [RandomAffine()],
            "With this one, nearly all": [
                RandomAffine(rotation=10, shift=0.1, zoom=0.1),
                RandomAffine(zoom=0.2),
            ],
        },
        "07-trials": {
            PASSED: [{name: [run(seed=0), run(seed=1)] for name in NAMES}],
            "The answer should be a dictionary": [{"modest": run()}],
            "The runs were not trained alike": [
                {name: run(seed=seed) for seed, name in enumerate(NAMES)}
            ],
            "With one run of each": [{name: run() for name in NAMES}],
        },
        "07-inverted": {
            PASSED: [pair(invert, *ALL)],
            "The answer should be a data set": [(original, original.x_train)],
            "Black (0) should become white": [
                pair(lambda images: images),
                pair(lambda images: images[:, ::-1], *ALL),
            ],
            "Look at the pictures of the other": [pair(invert, *ALL[:1]), pair(invert, *ALL[:2])],
        },
    }
