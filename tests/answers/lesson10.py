import numpy as np

from answers import PASSED, run
from cnncourse.augmentation import RandomAffine


def shifted(image, pixels):
    moved = np.zeros_like(image)
    moved[:, pixels:] = image[:, : image.shape[1] - pixels]
    return moved


def shifted_unless_zero(image, pixels):
    return np.concatenate([np.zeros_like(image[:, :pixels]), image[:, :-pixels]], axis=1)


def erase(image, size, rng):
    erased = image.copy()
    top, left = (rng.integers(length - size + 1) for length in image.shape[:2])
    erased[top : top + size, left : left + size] = 0
    return erased


def erase_corner(image, size, rng):
    erased = image.copy()
    erased[:size, :size] = 0
    return erased


def erase_in_place(image, size, rng):
    image[:size, :size] = 0
    return image


def erase_outside(image, size, rng):
    erased = image.copy()
    top, left = rng.integers(image.shape[0], size=2)
    erased[top : top + size, left : left + size] = 0
    return erased


def answers():
    return {
        "10-flip": {
            PASSED: [lambda images: images[:, :, ::-1]],
            "For a batch of shape": [1, lambda images: images.transpose(0, 2, 1, 3)],
            "Your pictures stand on their heads": [lambda images: images[:, ::-1]],
            "You turned the colours round": [lambda images: images[..., ::-1]],
            "Each picture should stay": [lambda images: images[::-1], lambda images: images],
        },
        "10-shift": {
            PASSED: [shifted],
            "Does the picture keep its shape?": [2, lambda image, pixels: image[:, pixels:]],
            "What leaves on the right comes back": [
                lambda image, pixels: np.roll(image, pixels, axis=1)
            ],
            "Which axis, and which direction?": [
                lambda image, pixels: shifted(image[:, ::-1], pixels)[:, ::-1],
                lambda image, pixels: image,
            ],
            "What does it do for a shift by 0?": [shifted_unless_zero],
        },
        "10-erase": {
            PASSED: [erase],
            "Does your function return a picture": [0, lambda image, size, rng: None],
            "The picture that you passed": [erase_in_place],
            "Not every erasure is a square": [
                erase_outside,
                lambda image, size, rng: np.zeros_like(image),
            ],
            "It always erases the same place": [
                erase_corner,
                lambda image, size, rng: erase(image, size, np.random.default_rng(0)),
            ],
        },
        "10-layer": {
            PASSED: [RandomAffine(shift=0.1, flip=True, fill_mode="reflect")],
            "The answer should be an augmentation": [{"rotation": 10}],
            "A car that drives to the left": [RandomAffine(shift=0.1)],
            "How far may a picture of 32 pixels move? You have shift=0.": [RandomAffine(flip=True)],
            "How far may a picture of 32 pixels move? You have shift=0.6": [
                RandomAffine(flip=True, shift=0.6)
            ],
            "Would you meet such pictures": [RandomAffine(flip=True, shift=0.1, rotation=180)],
        },
        "10-trials": {
            PASSED: [{"plain": run(), "augmented": run()}],
            "The answer should be a dictionary": [{"augmented": run()}],
            "The runs were not trained alike": [{"plain": run(), "augmented": run(epochs=4)}],
        },
    }
