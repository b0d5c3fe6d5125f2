"""Time `train_many` with two processes against one after another, on the same runs.

Every run has one TensorFlow thread either way and the weights are the same, bit for bit; the ratio
says what the second process is worth. At least 1.2 is wanted on two cores. Run, when nothing else
does:

    python benchmarks/train_many.py [pictures] [epochs]
"""

import sys
import time

import numpy as np

from cnncourse import data, models
from cnncourse.training import one_cycle, train_many


def builders() -> dict:
    shape = (28, 28, 1)
    return {
        "16 filters": lambda: models.conv_net(shape, [16, "pool", 32, "pool"], dense=[64]),
        "24 filters": lambda: models.conv_net(shape, [24, "pool", 32, "pool"], dense=[64]),
    }


def timed(dataset: data.ImageDataset, epochs: int, n_jobs: int) -> tuple[float, dict]:
    recipe = {"epochs": epochs, "learning_rate": one_cycle(0.004), "repeats": 2, "seed": 0}
    started = time.perf_counter()
    runs = train_many(builders(), dataset, n_jobs=n_jobs, **recipe)
    return time.perf_counter() - started, runs


def main(pictures: int = 10_000, epochs: int = 2) -> None:
    dataset = data.load("mnist").subset(pictures)
    timed(dataset.subset(100), 1, 2)  # starts the two processes, which both timings then use
    together, side_by_side = timed(dataset, epochs, 2)
    in_turn, one_by_one = timed(dataset, epochs, 1)
    pairs = [
        (a, b)
        for label in one_by_one
        for first, second in zip(one_by_one[label], side_by_side[label], strict=True)
        for a, b in zip(first.model.get_weights(), second.model.get_weights(), strict=True)
    ]
    same = "the same" if all(np.array_equal(a, b) for a, b in pairs) else "DIFFERENT"
    print(
        f"train_many: two processes {together:.1f} s, one after another {in_turn:.1f} s, "
        f"{same} weights: ratio {in_turn / together:.2f} (1.2 wanted)"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
