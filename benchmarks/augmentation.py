"""How many pictures a second are augmented: RandomAffine against Keras' old ImageDataGenerator.

Both rotate by up to 10 degrees, shift and zoom by up to 10 %, in batches of 128 MNIST-sized
pictures. RandomAffine runs as it does in a training: mapped over a tf.data set, with prefetch.

Run it on a quiet machine: ``python benchmarks/augmentation.py``
"""

import statistics
import time

import numpy as np

from cnncourse.augmentation import RandomAffine
from cnncourse.backend import tf

BATCH, BATCHES, ROUNDS = 128, 40, 5


def main() -> None:
    images = np.random.default_rng(0).integers(0, 256, (BATCH * BATCHES, 28, 28, 1), np.uint8)
    layer = RandomAffine(rotation=10, shift=0.1, zoom=0.1)
    seeds = np.stack([np.zeros(BATCHES), np.arange(BATCHES)], axis=1).astype(np.int32)
    batches = images.reshape(BATCHES, BATCH, 28, 28, 1)
    ours = tf.data.Dataset.from_tensor_slices((batches, seeds)).map(layer.augment).prefetch(4)
    generator = tf.keras.preprocessing.image.ImageDataGenerator(
        rotation_range=10, width_shift_range=0.1, height_shift_range=0.1, zoom_range=0.1
    )
    theirs = generator.flow(images.astype(np.float32), batch_size=BATCH)

    speeds = {"RandomAffine": [], "ImageDataGenerator": []}
    for number in range(ROUNDS + 1):
        for name, source in (("RandomAffine", ours), ("ImageDataGenerator", theirs)):
            iterator = iter(source)
            started = time.perf_counter()
            for _ in range(BATCHES):
                next(iterator)
            if number:  # the first round warms up
                speeds[name].append(len(images) / (time.perf_counter() - started))
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    for name, speed in medians.items():
        print(f"{name}: {speed:,.0f} pictures/s")
    print(f"ratio: {medians['RandomAffine'] / medians['ImageDataGenerator']:.1f} (at least 8)")


if __name__ == "__main__":
    main()
