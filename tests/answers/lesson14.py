import numpy as np

from answers import PASSED, keras

FULL = {"label_smoothing": 0.2, "flip": True, "shift": 2, "batch_norm": True}
WITHOUT = {"label_smoothing": 0.0, "flip": False, "shift": 0, "batch_norm": False}


def kernel(middle):
    made = np.zeros((3, 3, 4, 4))
    made[1, 1] = middle
    return made


def whiten(patches):
    centred = patches - patches.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(centred.T))
    return centred @ vectors / np.sqrt(values)


def sgd(**options):
    return keras().optimizers.SGD(**({"learning_rate": 0.5, "momentum": 0.9} | options))


def ablation(**changes):
    variants = {f"no {key}": FULL | {key: value} for key, value in WITHOUT.items()}
    return {"full": FULL} | variants | changes


def stripped():
    """Make variants that leave out one more part each."""
    variants, left = {"full": FULL}, dict(FULL)
    for key, value in WITHOUT.items():
        left = left | {key: value}
        variants[f"no {key}"] = left
    return variants


def answers():
    no_full = ablation()
    del no_full["full"]
    return {
        "14-identity": {
            PASSED: [kernel(np.eye(4))],
            "The shape is (4, 4)": [np.eye(4)],
            "The shape is (3, 3)": [np.eye(3)],
            "Filter 0 should give channel 0": [kernel(1), np.ones((3, 3, 4, 4))],
            "The channels are right": [
                np.roll(kernel(np.eye(4)), 1, axis=(0, 1)),
                np.tile(np.eye(4) / 9, (3, 3, 1, 1)),
            ],
        },
        "14-optimizer": {
            PASSED: [sgd(nesterov=True)],
            "The recipe does without Adam": [keras().optimizers.Adam(), "sgd"],
            "The momentum is 0.0": [sgd(momentum=0.0)],
            "The momentum is 0.1": [sgd(momentum=0.1)],
            "Something is missing that looks": [sgd()],
        },
        "14-mirrored": {
            PASSED: [lambda first, epoch: first ^ (epoch % 2 == 1)],
            "In epoch 0 the answer": [
                True,
                lambda first, epoch: np.full(first.shape, epoch % 2 == 1),
            ],
            "In epoch 1 each picture": [
                lambda first, epoch: first,
                lambda first, epoch: first | (epoch % 2 == 1),
            ],
            "It is right for epochs 0 and 1": [lambda first, epoch: ~first if epoch else first],
        },
        "14-whiten": {
            PASSED: [whiten],
            "For 500 patches of 4": [np.eye(4), lambda patches: np.cov(patches.T)],
            "The spread of the columns": [
                lambda patches: patches - patches.mean(axis=0),
                lambda patches: patches,
            ],
            "Each column has the spread 1": [
                lambda patches: (patches - patches.mean(axis=0)) / patches.std(axis=0)
            ],
        },
        "14-ablation": {
            PASSED: [ablation()],
            "The answer should be a dictionary": [
                {"full": FULL, "no flip": {"flip": False}},
                [FULL],
            ],
            "What do you compare": [no_full, ablation(full=FULL | {"flip": False})],
            "The variants change [['label_smoothing'], ['label_smoothing', 'flip']": [stripped()],
            "Not every part": [{"full": FULL, "no flip": FULL | {"flip": False}}],
        },
    }
