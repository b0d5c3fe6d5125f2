"""How many of ten drawn digits lesson 4's network reads, trained on the real MNIST.

The digits are drawn by a program: 280 x 280 pixels, RGB, black on white, with pens of
different widths and not in the middle. It takes three minutes: ``python benchmarks/own_digits.py``
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from cnncourse import data, models, training

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from drawn_digits import draw_digits


def main() -> None:
    dataset = data.load("mnist")
    layers = [32, "pool", 64, "pool", 64]
    model = models.conv_net(dataset.picture_shape, layers, dense=[64], batch_norm=True)
    training.train(model, dataset, epochs=5)
    with tempfile.TemporaryDirectory() as folder:
        paths = draw_digits(Path(folder))
        prepared = data.read_digits(paths)
        shrunk = data.read_pictures(paths, size=28, grey=True)
    for what, pictures in (("only shrunk", shrunk), ("read_digits", prepared)):
        read = model.predict(pictures, verbose=0).argmax(axis=1)
        right = int(np.sum(read == np.arange(10)))
        print(f"{what}: {right} of 10 right, read as {read.tolist()} ({dataset.source})")


if __name__ == "__main__":
    main()
