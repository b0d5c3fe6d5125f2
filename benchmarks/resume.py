"""Measure what a checkpoint after every epoch costs, as a share of the epoch.

The network is that of lesson 14. The time of every `Checkpoint.save` is taken within one ordinary
training with a name; under 5 % of an epoch is wanted. Run, when nothing else does:

    python benchmarks/resume.py [pictures] [epochs]
"""

import os
import sys
import tempfile
import time

from cnncourse import data, models
from cnncourse.training import one_cycle, train
from cnncourse.training.checkpoints import Checkpoint

LAYERS = [(24, 5), "pool", 32, 32, "pool", 64, 64, "pool"]


def main(pictures: int = 10_000, epochs: int = 3) -> None:
    dataset = data.load("mnist", validation=1000).subset(pictures)
    model = models.conv_net((28, 28, 1), LAYERS, padding="same", batch_norm=True)
    spent, sizes, save = [], [], Checkpoint.save

    def timed_save(self, state) -> None:
        started = time.perf_counter()
        save(self, state)
        spent.append(time.perf_counter() - started)
        sizes.append(self.path.stat().st_size)

    with tempfile.TemporaryDirectory() as folder:
        os.environ["CNNCOURSE_RUNS"] = folder
        Checkpoint.save = timed_save
        rate = one_cycle(0.004)
        run = train(model, dataset, epochs=epochs, optimizer="adamw", learning_rate=rate, name="it")
        Checkpoint.save = save
    each, epoch = sum(spent) / len(spent), run.seconds / len(spent)
    print(
        f"resume: a checkpoint of {sizes[0] / 1e6:.1f} MB takes {1000 * each:.0f} ms, an epoch "
        f"{epoch:.1f} s: ratio {each / epoch:.4f} (under 0.05 wanted)"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
