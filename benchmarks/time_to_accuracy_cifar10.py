"""Time the recipe of lesson 14 against experiment E26's own, to 81.55 % on CIFAR-10.

Ours: fast_net, Nesterov SGD, one cycle over 5 epochs; it stops at the end of the first epoch whose
validation accuracy gets there. E26's: six convolutions with batch normalisation and dropout, Adam,
ImageDataGenerator, 100 epochs, after which its page reports 81.55 %. That would take hours, so its
time is EXTRAPOLATED: the seconds of one epoch, measured here, times 100. A ratio of at least 20 is
wanted. It needs the real data (`cnncourse fetch cifar10`) and about ten minutes. Run, when nothing
else does:

    python benchmarks/time_to_accuracy_cifar10.py
"""

import sys
import time

import numpy as np

from cnncourse import data, models
from cnncourse.augmentation import RandomAffine
from cnncourse.backend import keras, tf
from cnncourse.training import one_cycle, train

TARGET, THEIR_EPOCHS, OUR_EPOCHS = 0.8155, 100, 5


def ours(dataset: data.ImageDataset) -> tuple[float, list[float]]:
    """Return the seconds, building the network included, and the validation accuracies."""
    keras.utils.set_random_seed(0)
    accuracies = []

    def look(epoch: int, logs: dict) -> None:
        accuracies.append(logs["val_accuracy"])
        print(f"  epoch {epoch + 1}: {100 * accuracies[-1]:.2f} %", flush=True)
        callback.model.stop_training = accuracies[-1] >= TARGET

    callback = keras.callbacks.LambdaCallback(on_epoch_end=look)
    started = time.perf_counter()
    train(
        models.fast_net(dataset.x_train),
        dataset,
        epochs=OUR_EPOCHS,
        batch_size=512,
        optimizer=keras.optimizers.SGD(momentum=0.85, nesterov=True, weight_decay=0.005),
        learning_rate=one_cycle(1.2),
        label_smoothing=0.2,
        augment=RandomAffine(
            shift=2 / 32, flip="alternating", fill_mode="reflect", interpolation="nearest"
        ),
        callbacks=[lambda: callback],
    )
    return time.perf_counter() - started, accuracies


def seconds_of_their_epoch(dataset: data.ImageDataset) -> float:
    """Return the seconds of the second epoch: the first one also compiles."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    stack = [keras.Input((32, 32, 3))]
    for filters, dropped in ((32, True), (64, True), (256, False)):
        convolution = {"kernel_size": 3, "padding": "same"}
        stack += [layers.Conv2D(filters, **convolution), layers.Conv2D(filters, **convolution)]
        stack += [layers.BatchNormalization(), layers.MaxPooling2D()]
        stack += [layers.Dropout(0.2)] if dropped else []
    stack += [layers.Flatten()]
    for units in (128, 64):
        stack += [layers.Dense(units, activation="relu"), layers.Dropout(0.2)]
    model = keras.Sequential([*stack, layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    generator = tf.keras.preprocessing.image.ImageDataGenerator(
        width_shift_range=0.1, height_shift_range=0.1, horizontal_flip=True
    )
    x_train, x_val = (x.astype(np.float32) / 255 for x in (dataset.x_train, dataset.x_val))
    flow = generator.flow(x_train, dataset.y_train, batch_size=128, seed=0)
    ends = []
    model.fit(
        flow,
        epochs=2,
        validation_data=(x_val, dataset.y_val),
        callbacks=[
            keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(time.perf_counter()))
        ],
        verbose=0,
    )
    return ends[1] - ends[0]


def main(pictures: int = 0) -> None:
    dataset = data.load("cifar10", validation=10_000)  # E26 holds out 10,000 too
    dataset = dataset.subset(pictures) if pictures else dataset
    if dataset.source == "samples":
        print("MEASURED ON SAMPLES, which says nothing: run `cnncourse fetch cifar10` first.")
    fast, accuracies = ours(dataset)
    epoch = seconds_of_their_epoch(dataset)
    reached = accuracies[-1] >= TARGET
    print(f"ours: {100 * accuracies[-1]:.2f} % after {len(accuracies)} epochs and {fast:.0f} s")
    print(f"E26's recipe: {epoch:.0f} s an epoch, so {THEIR_EPOCHS * epoch:.0f} s for its 100")
    if reached:
        ratio = THEIR_EPOCHS * epoch / fast
        print(f"time to {100 * TARGET} %: ratio {ratio:.1f}, extrapolated (20 wanted)")
    else:
        print(f"our recipe never reached {100 * TARGET} %, so there is no ratio")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
