"""Measure what tf.data's autotuning thread costs a training.

The thread naps between two looks at the data set, up to a minute, and often misses its end: the
next epoch then waits until it wakes up. So `train` switches it off. Both kinds alternate, as some
epochs are lucky. Run, when nothing else does:

    python benchmarks/autotuning.py [pictures] [epochs] [rounds]
"""

import statistics
import sys

from cnncourse import data, models
from cnncourse.augmentation import RandomAffine
from cnncourse.training import batches, train


def main(pictures: int = 15_000, epochs: int = 5, rounds: int = 3) -> None:
    dataset = data.load("cifar10").subset(pictures)
    switch_off, seconds = batches._without_autotuning, {"on": [], "off": []}
    for _ in range(rounds):
        for kind, options in {"on": lambda untouched: untouched, "off": switch_off}.items():
            batches._without_autotuning = options
            model = models.fast_net(dataset.x_train[:2000], [16, 48, 48])
            augment = RandomAffine(shift=0.1, flip=True)
            run = train(model, dataset, epochs=epochs, batch_size=256, augment=augment)
            seconds[kind].append(run.seconds)
    on, off = (statistics.median(seconds[kind]) for kind in ("on", "off"))
    listed = {kind: [round(value) for value in values] for kind, values in seconds.items()}
    print(f"autotuning: {epochs} epochs take {listed} s, medians' ratio {on / off:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
