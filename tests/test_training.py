"""Training one network: it learns, repeats itself exactly, can be stopped, refuses nonsense."""

import dataclasses
import hashlib
import inspect
import math
import os
import random
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from cnncourse import data, messages, models, plotting
from cnncourse.augmentation import Augmentation, Pipeline, RandomAffine
from cnncourse.backend import keras, tf
from cnncourse.training import (
    TrainingRun,
    compare,
    evaluate,
    halve_on_plateau,
    mean_interval,
    one_cycle,
    shuffled_batches,
    train,
    train_many,
)
from cnncourse.training.callbacks import LearningRate, ProgressLine, SaveState, Seeds, StopButton
from cnncourse.training.checkpoints import Checkpoint
from cnncourse.training.scores import Score

SHAPE = (28, 28, 1)
METRICS = {"accuracy", "loss", "val_accuracy", "val_loss", "learning_rate"}


@pytest.fixture(scope="module")
def dataset():
    return data.load("mnist").subset(200)


@pytest.fixture
def full_mode(monkeypatch):
    """Let a test train for more than two epochs; its data sets are samples all the same."""
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")


def net(**options) -> keras.Model:
    keras.utils.set_random_seed(7)
    return models.dense_net(SHAPE, [8], **options)


def rich_net() -> keras.Model:
    keras.utils.set_random_seed(7)
    return models.conv_net(SHAPE, [4, "pool", 4], batch_norm=True, dropout=0.3)


def rich_run(dataset, seed=3, disturb=False):
    """Train with everything that draws random numbers."""
    model = rich_net()
    if disturb:  # random numbers drawn before must not matter
        np.random.rand(3)
        keras.random.uniform((3,))
    return train(
        model,
        dataset,
        epochs=2,
        batch_size=50,
        optimizer="adamw",
        learning_rate=one_cycle(0.01),
        label_smoothing=0.1,
        augment=RandomAffine(10, 0.1, 0.1),
        seed=seed,
    )


def digest(run) -> str:
    return hashlib.sha256(b"".join(w.tobytes() for w in run.model.get_weights())).hexdigest()


def same(first: list, second: list) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


class AtBatch(keras.callbacks.Callback):
    """Calls a function after every batch with the epoch and the batch."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self.function(self.epoch, batch, self.model)


# Learning


def test_learns_the_samples():
    run = train(net(), data.load("mnist"), epochs=2, batch_size=16, learning_rate=0.01)
    assert run.history["val_accuracy"][-1] > 0.4  # chance is 0.1
    assert evaluate(run.model, data.load("mnist")).accuracy > 0.4


def test_the_first_step_is_traced_once(dataset, monkeypatch):
    traced, step = [], keras.Model.train_step
    monkeypatch.setattr(
        keras.Model, "train_step", lambda self, data: traced.append(1) or step(self, data)
    )
    train(net(), dataset, epochs=1)
    assert len(traced) == 1


def test_history_holds_a_value_of_each_metric_for_each_epoch(dataset, full_mode):
    run = train(net(), dataset, epochs=3)
    assert set(run.history) == METRICS
    assert {len(values) for values in run.history.values()} == {3}
    assert all(type(value) is float for values in run.history.values() for value in values)
    assert run.epochs == 3 and run.seconds > 0 and not run.interrupted


def test_reduced_mode_caps_the_epochs(dataset):
    assert train(net(), dataset, epochs=50).epochs == 2


def test_validation_history_is_that_of_the_validation_pictures(dataset):
    run = train(net(), dataset, epochs=1)
    predicted = run.model.predict(dataset.x_val, verbose=0).argmax(axis=1)
    assert run.history["val_accuracy"][-1] == pytest.approx((predicted == dataset.y_val).mean())


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_label_smoothing_is_part_of_the_loss(dataset, smoothing):
    run = train(net(), dataset, epochs=1, label_smoothing=smoothing)
    probabilities = run.model.predict(dataset.x_val, verbose=0)
    wanted = np.eye(10)[dataset.y_val] * (1 - smoothing) + smoothing / 10
    by_hand = -(wanted * np.log(np.clip(probabilities, 1e-7, 1))).sum(axis=1).mean()
    assert run.history["val_loss"][-1] == pytest.approx(by_hand, rel=1e-3)


def test_every_picture_is_drawn_once_in_an_epoch(dataset):
    batches = shuffled_batches(dataset.x_train, dataset.y_train, Seeds(0), batch_size=64)
    drawn = list(batches.as_numpy_iterator())
    assert [len(x) for x, _ in drawn] == [64, 64, 64, 8]
    pictures, labels = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    assert pictures.dtype == np.uint8
    assert sorted(map(bytes, pictures)) == sorted(map(bytes, dataset.x_train))
    assert not np.array_equal(pictures, dataset.x_train)
    by_picture = dict(zip(map(bytes, dataset.x_train), dataset.y_train, strict=True))
    assert all(by_picture[bytes(x)] == y for x, y in zip(pictures, labels, strict=True))


def test_no_data_set_is_autotuned(dataset, monkeypatch):
    """The thread that does it often sleeps through the end of an epoch, and the next one waits."""
    fed, fit, predict = [], keras.Model.fit, keras.Model.predict

    def noted_fit(self, x, validation_data, **options):
        fed.extend([x, validation_data])
        return fit(self, x, validation_data=validation_data, **options)

    def noted_predict(self, x, **options):
        fed.append(x)
        return predict(self, x, **options)

    monkeypatch.setattr(keras.Model, "fit", noted_fit)
    monkeypatch.setattr(keras.Model, "predict", noted_predict)
    evaluate(train(net(), dataset, epochs=1).model, dataset)
    assert [batches.options().autotune.enabled for batches in fed] == [False] * 3


# Learning rates


def test_learning_rate_follows_one_cycle_batch_by_batch(dataset, full_mode):
    rates, rate = [], one_cycle(0.01)

    def note(epoch, batch, model):
        rates.append(float(model.optimizer.learning_rate))

    recipe = {"batch_size": 50, "learning_rate": rate}
    run = train(net(), dataset, epochs=3, callbacks=[lambda: AtBatch(note)], **recipe)
    wanted = [rate(step / 12, {}) for step in range(12)]
    assert rates == pytest.approx(wanted, rel=1e-6)
    assert run.history["learning_rate"] == pytest.approx(wanted[3::4], rel=1e-6)


def test_learning_rate_is_halved_when_the_accuracy_stalls(dataset, full_mode):
    rate = halve_on_plateau(1e-9, patience=1, floor=3e-10)  # far too small to change anything
    run = train(net(), dataset, epochs=5, learning_rate=rate)
    wanted = [1e-9, 1e-9, 5e-10, 3e-10, 3e-10]
    assert run.history["learning_rate"] == pytest.approx(wanted, rel=1e-6)


def test_plateau_starts_anew_after_a_new_best():
    rate = halve_on_plateau(0.8, patience=2)
    stalls = [0.5, 0.4, 0.6, 0.6, 0.6, 0.7, 0.7]
    rates = [rate(0, {"val_accuracy": stalls[:n]}) for n in range(8)]
    assert rates == [0.8, 0.8, 0.8, 0.8, 0.8, 0.4, 0.4, 0.4]


@pytest.mark.parametrize("given, rate", [(0.02, 0.02), (None, 0.004)])
def test_constant_learning_rate_or_the_optimizers_own(dataset, given, rate):
    optimizer = keras.optimizers.SGD(0.004)
    run = train(net(), dataset, epochs=2, optimizer=optimizer, learning_rate=given)
    assert run.history["learning_rate"] == pytest.approx([rate, rate])


def test_a_callback_of_keras_may_change_a_constant_learning_rate(dataset, full_mode):
    def halve():
        return keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)

    run = train(net(), dataset, epochs=3, learning_rate=0.008, callbacks=[halve])
    assert run.history["learning_rate"] == pytest.approx([0.004, 0.002, 0.001])


def test_a_plateau_never_raises_the_rate():
    rate = halve_on_plateau(1e-6, patience=1)  # below the default floor
    assert rate(0.5, {"val_accuracy": [0.5, 0.4, 0.3]}) == 1e-6


def test_keras_schedule_works_inside_the_optimizer(dataset):
    decay = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=4, decay_rate=0.5)
    run = train(net(), dataset, epochs=2, batch_size=50, optimizer=keras.optimizers.SGD(decay))
    assert run.history["learning_rate"] == pytest.approx([0.05, 0.025])


# Fresh for every run


def test_settings_of_an_optimizer_are_copied_but_not_its_state(dataset):
    optimizer = keras.optimizers.Adam(0.003, beta_1=0.8)
    first = train(net(), dataset, epochs=1, optimizer=optimizer)
    used = first.model.optimizer
    assert used is not optimizer and optimizer.iterations == 0
    assert used.beta_1 == 0.8 and used.iterations == 2
    moments = [keras.ops.convert_to_numpy(v) for v in used.variables]
    second = train(net(), dataset, epochs=1, optimizer=used)
    assert digest(second) == digest(first)  # moments of the first run would change the weights
    assert same(moments, [keras.ops.convert_to_numpy(v) for v in used.variables])


def test_training_again_goes_on_with_the_weights_and_a_new_optimizer(dataset):
    model = net()
    train(model, dataset, epochs=1)
    weights = model.get_weights()
    again = train(model, dataset, epochs=1, learning_rate=1e-12)
    assert again.model is model and model.optimizer.iterations == 2
    assert all(
        np.allclose(a, b, atol=1e-9) for a, b in zip(weights, model.get_weights(), strict=True)
    )


def test_callbacks_are_made_afresh_for_each_run(dataset):
    made = []

    def make():
        made.append(keras.callbacks.EarlyStopping(monitor="loss", patience=9))
        return made[-1]

    for _ in range(2):
        train(net(), dataset, epochs=1, callbacks=[make])
    assert len(made) == 2 and made[0] is not made[1]
    assert all(callback.model is not None for callback in made)


# Augmentation


class Black(Augmentation):
    """Blackens every picture: nothing can be learned from the pixels."""

    def augment(self, images, seed):
        return tf.zeros_like(tf.cast(images, tf.float32))


def test_augmentation_changes_the_training_pictures_and_no_others(dataset):
    model = net()
    kernel = model.get_weights()[0]
    run = train(model, dataset, epochs=1, augment=Black())
    assert np.array_equal(model.get_weights()[0], kernel)  # black pixels have no gradient
    predicted = model.predict(dataset.x_val, verbose=0).argmax(axis=1)
    assert run.history["val_accuracy"][-1] == pytest.approx((predicted == dataset.y_val).mean())
    assert len(set(predicted)) > 1
    train(model, dataset, epochs=1)
    assert not np.array_equal(model.get_weights()[0], kernel)


@pytest.mark.parametrize(
    "augment",
    [RandomAffine(10, 0.1, 0.1), keras.layers.RandomRotation(0.1)],
    ids=["ours", "Keras' own"],
)
def test_augmentation_differs_from_epoch_to_epoch_and_repeats_within_one(dataset, augment):
    seeds = Seeds(0)

    def pictures(epoch):
        seeds.epoch = epoch
        batches = shuffled_batches(dataset.x_train[:2], dataset.y_train[:2], seeds, augment=augment)
        return np.sort(next(batches.as_numpy_iterator())[0], axis=0)

    assert np.array_equal(pictures(0), pictures(0))
    assert not np.array_equal(pictures(0), pictures(1))


def test_layers_of_keras_augment_and_repeat_themselves(dataset):
    def run():
        layers = [keras.layers.RandomFlip(), RandomAffine(10), keras.layers.RandomContrast(0.3)]
        return train(net(), dataset, epochs=2, augment=Pipeline(layers), seed=3)

    first, second = run(), run()
    assert digest(first) == digest(second)
    assert digest(train(net(), dataset, epochs=2, seed=3)) != digest(first)


# What the student has afterwards: plain Keras, and the randomness of before


@pytest.mark.slow
def test_kerass_own_calls_work_afterwards_with_integer_labels(dataset, tmp_path):
    model = train(net(), dataset, epochs=1, label_smoothing=0.2).model
    loss, accuracy = model.evaluate(dataset.x_test, dataset.y_test, verbose=0)
    probabilities = model.predict(dataset.x_test, verbose=0)
    right = probabilities.argmax(axis=1) == dataset.y_test
    assert accuracy == pytest.approx(right.mean())
    wanted = -np.log(probabilities[np.arange(len(right)), dataset.y_test]).mean()
    assert loss == pytest.approx(wanted, rel=1e-3)
    history = model.fit(dataset.x_train, dataset.y_train, epochs=1, verbose=0).history
    assert set(history) == {"accuracy", "loss"}
    model.save(tmp_path / "model.keras")
    script = (
        "import keras, numpy, sys; m = keras.saving.load_model('model.keras'); "
        "assert 'cnncourse' not in sys.modules; "
        "print(m.evaluate(numpy.zeros((2, 28, 28, 1)), numpy.array([1, 2]), verbose=0))"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, capture_output=True)


def test_random_states_stay_as_they_were(dataset):
    def draws():
        return random.random(), np.random.rand(), float(keras.random.uniform(()))

    keras.utils.set_random_seed(1)
    undisturbed = draws()
    keras.utils.set_random_seed(1)
    train(net_of_now := models.dense_net(SHAPE, [8], dropout=0.2), dataset, epochs=1)
    built_later = models.dense_net(SHAPE, [8], dropout=0.2)
    assert not same(net_of_now.get_weights()[:1], built_later.get_weights()[:1])

    model, flip = models.dense_net(SHAPE, [8], dropout=0.2), keras.layers.RandomFlip()
    keras.utils.set_random_seed(1)
    train(model, dataset, epochs=1, augment=flip)
    assert draws() == undisturbed


def test_predicting_afterwards_is_not_compiled_by_xla(dataset):
    """That takes seconds for each new size of a batch, and gives other bits."""
    assert train(net(), dataset, epochs=1).model.jit_compile is False


def test_networks_trained_in_a_loop_differ(dataset):
    runs = [train(models.dense_net(SHAPE, [8]), dataset, epochs=1) for _ in range(2)]
    assert digest(runs[0]) != digest(runs[1])


def test_the_parts_of_train_do_the_same_in_a_plain_fit(dataset, full_mode, capsys):
    """A student may write `train` anew from them."""
    recipe = {"epochs": 3, "batch_size": 50, "learning_rate": one_cycle(0.01), "seed": 3}
    run = train(rich_net(), dataset, augment=RandomAffine(10), **recipe)
    model, seeds = rich_net(), Seeds(3)
    model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    pictures, labels = dataset.x_train, dataset.y_train
    batches = shuffled_batches(pictures, labels, seeds, 50, RandomAffine(10))
    stop, line = StopButton(), ProgressLine()
    parts = [stop, seeds, LearningRate(one_cycle(0.01)), line, SaveState(Checkpoint(None))]
    model.fit(batches, epochs=3, callbacks=parts, verbose=0, shuffle=False)
    assert same(run.model.get_weights(), model.get_weights())
    assert capsys.readouterr().out.splitlines()[-1].startswith("3 epochs in ")


def test_train_and_each_of_its_parts_are_short():
    def code(thing):
        lines = inspect.getsource(thing).replace(thing.__doc__, "").splitlines()
        return [line for line in lines if line.strip() and not line.strip().startswith("#")]

    assert len(code(train)) - 3 <= 35  # without decorator, def and the docstring's quotes
    for part in (Seeds, LearningRate, ProgressLine, SaveState, StopButton):
        assert len(code(part)) <= 40, part
        assert part.__doc__ and "Example:" in part.__doc__


def test_signature_shows_the_recipe():
    assert list(inspect.signature(train).parameters) == [
        "model",
        "dataset",
        "epochs",
        "batch_size",
        "optimizer",
        "learning_rate",
        "label_smoothing",
        "augment",
        "callbacks",
        "seed",
        "name",
    ]
    assert list(inspect.signature(train_many).parameters)[:5] == [
        "builders",
        "dataset",
        "repeats",
        "n_jobs",
        "name",
    ]


# The stop button


@pytest.fixture
def usual_stop_button():
    """Python's own: a process that a shell started in the background ignores SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pressed_at(where, moment="on_train_batch_end"):
    """Return a callback that presses the stop button once, when the moment has come."""
    times = iter(range(1000))

    def press(*args, **kwargs):
        if next(times) == where:
            signal.raise_signal(signal.SIGINT)

    return lambda: keras.callbacks.LambdaCallback(**{moment: press})


def test_stop_button_in_the_middle_of_an_epoch_keeps_the_run(
    dataset, capsys, full_mode, usual_stop_button
):
    before = signal.getsignal(signal.SIGINT)
    recipe = {"epochs": 9, "batch_size": 50}
    run = train(net(), dataset, callbacks=[pressed_at(5)], **recipe)
    assert run.interrupted and run.epochs == 2
    assert {len(values) for values in run.history.values()} == {2}
    assert run.history.keys() == METRICS
    assert run.model.optimizer.iterations == 7  # the step that had begun was finished
    said = capsys.readouterr().out
    assert said.startswith("stopped in epoch 2 in ")
    assert said.endswith("; run this cell again to train to the end\n")
    plotting.plot_history(run)
    assert evaluate(run.model, dataset).probabilities.shape == (len(dataset.y_test), 10)
    assert signal.getsignal(signal.SIGINT) is before
    assert not train(run.model, dataset, epochs=1).interrupted  # the next cell works


@pytest.mark.parametrize("moment", ["on_train_begin", "on_train_batch_begin", "on_test_begin"])
def test_stop_button_in_the_first_epoch_leaves_a_history_for_the_cells_below(
    dataset, moment, usual_stop_button
):
    seen = len(dataset.x_val)
    large = dataclasses.replace(
        dataset,
        x_val=np.repeat(dataset.x_val, 20, axis=0),
        y_val=np.repeat(dataset.y_val, 20),
    )
    stop = [pressed_at(0, moment), lambda: keras.callbacks.LambdaCallback(on_test_batch_end=count)]
    batches = []

    def count(batch, logs):
        batches.append(batch)

    run = train(net(), large, epochs=2, batch_size=50, callbacks=stop)
    assert run.interrupted and run.epochs == 1
    assert run.history.keys() == METRICS
    assert len(batches) == 1 < 20 * seen // 250  # whoever pressed does not want to wait


def test_stop_button_keeps_the_best_weights_of_early_stopping(
    dataset, full_mode, usual_stop_button
):
    def stopping():
        return keras.callbacks.EarlyStopping("loss", patience=9, restore_best_weights=True)

    worse = keras.callbacks.LearningRateScheduler(lambda epoch: [0.001, 1.0, 1.0][epoch])
    stop = [stopping, lambda: worse, pressed_at(8)]
    run = train(net(), dataset, epochs=9, batch_size=50, callbacks=stop)
    losses = run.history["loss"]
    assert run.interrupted and losses[0] < min(losses[1:])
    assert run.model.evaluate(dataset.x_train, dataset.y_train, verbose=0)[0] < losses[0]


def test_error_in_a_training_gives_the_stop_button_back(dataset, usual_stop_button):
    def fail(batch, logs):
        raise RuntimeError("a bug of the student's")

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(RuntimeError, match="a bug"):
        broken = [lambda: keras.callbacks.LambdaCallback(on_train_batch_end=fail)]
        train(net(), dataset, epochs=1, callbacks=broken)
    assert signal.getsignal(signal.SIGINT) is before


def test_stop_button_pressed_long_again_gets_through(usual_stop_button):
    stop = StopButton()
    stop.on_train_begin()
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)  # in impatience
    stop.pressed_at -= 60
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_thread_that_can_have_no_stop_button_trains(dataset):
    with ThreadPoolExecutor() as pool:
        assert pool.submit(train, net(), dataset, epochs=1).result().epochs == 1


# Mistakes


def keras_schedule():
    return keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)


STOPPING = keras.callbacks.EarlyStopping()
MISTAKES = {
    "epochs 0": ({"epochs": 0}, "epochs=0: give a whole number of at least 1"),
    "epochs as text": ({"epochs": "3"}, "epochs='3': give a whole number"),
    "batch size -1": ({"batch_size": -1}, "batch_size=-1: give a whole number of at least 1"),
    "batch size 0.5": ({"batch_size": 0.5}, "batch_size=0.5: give a whole number"),
    "rate NaN": ({"learning_rate": math.nan}, "learning_rate=nan: give a rate above 0"),
    "rate 0": ({"learning_rate": 0}, "learning_rate=0: give a rate above 0"),
    "rate infinite": ({"learning_rate": math.inf}, "learning_rate=inf: give a rate above 0"),
    "rate as text": ({"learning_rate": "fast"}, "learning_rate='fast': give a rate above 0"),
    "schedule of NaN": (
        {"learning_rate": lambda progress, history: math.nan},
        "starts with nan: give a rate above 0",
    ),
    "schedule of the epoch": (
        {"learning_rate": lambda epoch: 0.1},
        "a schedule takes the progress from 0 to 1 and the history",
    ),
    "Keras schedule": ({"learning_rate": keras_schedule()}, "belongs in the optimizer"),
    "two rates": (
        {"learning_rate": 0.1, "optimizer": keras.optimizers.SGD(keras_schedule())},
        "learning_rate=0.1: a Keras schedule belongs in the optimizer",
    ),
    "unknown optimizer": ({"optimizer": "adamm"}, "optimizer='adamm': name one of Keras'"),
    "no optimizer": ({"optimizer": None}, "optimizer=None: name one of Keras'"),
    "optimizer class": ({"optimizer": keras.optimizers.Adam}, "pass one, such as"),
    "smoothing 1": ({"label_smoothing": 1}, "label_smoothing=1: give a share from 0"),
    "smoothing NaN": ({"label_smoothing": math.nan}, "label_smoothing=nan: give a share"),
    "augment": ({"augment": "flip"}, "augment='flip': pass one such as RandomAffine"),
    "augment class": ({"augment": RandomAffine}, "pass one such as RandomAffine(rotation=10)"),
    "negative seed": ({"seed": -1}, "seed=-1: give a whole number from 0"),
    "seed 0.5": ({"seed": 0.5}, "seed=0.5: give a whole number"),
    "seed too large": (
        {"seed": 2**31},
        "from 0 to 2147483647",
    ),
    "name": ({"name": "a/b"}, "name='a/b': use up to 100 letters"),
    "rates": ({"learning_rate": [0.1]}, "learning_rate=[0.1]: give a rate above 0"),
    "callback of something": ({"callbacks": [lambda model: STOPPING]}, "callbacks=<function"),
    "callback instance": ({"callbacks": [STOPPING]}, "EarlyStopping object found.*lambda: keras"),
    "callback alone": ({"callbacks": STOPPING}, "EarlyStopping object found.*give a list"),
    "callbacks with a name": (
        {"callbacks": [lambda: STOPPING], "name": "run"},
        "name='run' with callbacks: .* Leave one of the two out",
    ),
}


@pytest.fixture
def no_fit(monkeypatch):
    """Fail where a mistake gets as far as Keras' own training."""
    monkeypatch.setattr(keras.Model, "fit", lambda *a, **k: pytest.fail("reached model.fit"))


@pytest.mark.parametrize("arguments, message", MISTAKES.values(), ids=MISTAKES)
def test_wrong_argument_is_named_with_its_value_and_remedy(dataset, arguments, message, no_fit):
    literal = message if ".*" in message else re.escape(message)
    with pytest.raises(ValueError, match=literal):
        train(net(), dataset, **{"epochs": 1, **arguments})


MISFITS = {
    "no model": (lambda: "conv", {}, "str is not a keras.Model; a run's model is `run.model`"),
    "input shape": (
        lambda: models.dense_net((32, 32, 3), [8]),
        {},
        "shape (32, 32, 3), but mnist has (28, 28, 1): build it with that input shape",
    ),
    "classes": (lambda: net(classes=7), {}, "7 outputs, but mnist has 10 classes"),
    "unbuilt": (
        lambda: keras.Sequential([keras.layers.Dense(10)]),
        {},
        "add a keras.Input",
    ),
    "maps for answers": (
        lambda: keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(10, 3)]),
        {},
        "The model has 26 x 26 x 10 outputs, but mnist has 10 classes",
    ),
    "no validation": (
        net,
        {"x_val": lambda x: x[:0], "y_val": lambda y: y[:0]},
        "x_val of mnist is empty",
    ),
}


@pytest.mark.parametrize("build, changes, message", MISFITS.values(), ids=MISFITS)
def test_model_and_data_that_do_not_fit_are_refused(dataset, build, changes, message, no_fit):
    changed = {part: change(getattr(dataset, part)) for part, change in changes.items()}
    with pytest.raises(ValueError, match=re.escape(message)):
        train(build(), dataclasses.replace(dataset, **changed), epochs=1)


def test_what_is_not_a_data_set_is_refused(dataset):
    with pytest.raises(ValueError, match=r"tuple is not a data set: use data.load\('mnist'\)"):
        train(net(), (dataset.x_train, dataset.y_train), epochs=1)


def test_schedules_refuse_rates_that_cannot_be():
    for make in (one_cycle, halve_on_plateau):
        for rate in (0, -1, math.nan, math.inf, "0.1", True):
            with pytest.raises(ValueError, match="give a learning rate above 0, such as 0.001"):
                make(rate)


# The same again


def test_same_seed_gives_the_same_bits_in_one_process_and_in_two(dataset):
    first, second = rich_run(dataset), rich_run(dataset, disturb=True)
    assert digest(first) == digest(second)
    assert first.history == second.history
    assert digest(rich_run(dataset, seed=4)) != digest(first)
    program = (
        "import test_training as t; print(t.digest(t.rich_run(t.data.load('mnist').subset(200))))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stdout.splitlines()[-1] == digest(first)


def test_course_seed_is_used_when_none_is_given(dataset, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_SEED", "5")
    assert train(net(), dataset, epochs=1).seed == 5


# Care with the student's memory, arrays and page


def test_training_leaves_the_arrays_as_they_are(dataset):
    arrays = [value for value in vars(dataset).values() if isinstance(value, np.ndarray)]
    copies = [array.copy() for array in arrays]
    train(net(), dataset, epochs=1, augment=RandomAffine(10, 0.1, 0.1))
    assert same(arrays, copies)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux's /proc")
def test_pictures_are_never_copied_as_float32(dataset, capsys):
    def peak() -> float:
        status = Path("/proc/self/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1000

    train(net(), dataset, epochs=1, batch_size=2000)
    count = 80_000  # 63 MB as uint8, 251 MB as float32
    many = np.ones((count, *SHAPE), np.uint8)
    large = dataclasses.replace(dataset, x_train=many, y_train=np.arange(count) % 10)
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    before = peak()
    train(net(), large, epochs=1, batch_size=2000)
    assert peak() - before < 125


def test_one_plain_line_is_all_that_is_printed(dataset, capfd):
    train(net(), dataset, epochs=2)
    out, err = capfd.readouterr()
    number = r"\d+\.\d\d %"
    line = rf"2 epochs in \d+ s, training accuracy {number}, validation accuracy {number}\n"
    assert re.fullmatch(line, out) and err == ""


def test_terminal_line_is_replaced_in_place(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    line = messages.StatusLine(0)
    line.update("a long first text")
    line.update("short")
    line.close("done")
    assert capsys.readouterr().out == "\ra long first text\rshort            \rdone \n"


# Scores


def test_evaluate_counts_what_is_right_on_the_test_pictures(dataset):
    model = net()
    score = evaluate(model, dataset)
    predicted = model.predict(dataset.x_test, verbose=0).argmax(axis=1)
    assert np.array_equal(score.predictions, predicted)
    assert score.accuracy == (predicted == dataset.y_test).mean()
    assert score.errors == (predicted != dataset.y_test).sum()


def score_of(right: list[bool]) -> Score:
    labels = np.zeros(len(right), int)
    return Score(np.eye(2)[np.where(right, 0, 1)], labels, "mnist", "samples")


def test_interval_is_wilsons():
    low, high = score_of([True] * 90 + [False] * 10).interval
    assert (low, high) == pytest.approx((0.8256, 0.9448), abs=1e-4)  # Wilson's formula by hand


def test_scores_can_be_looked_for_in_a_list():
    first, second = score_of([True] * 3), score_of([True] * 3)
    assert [second, first].index(first) == 1 and first != second


def test_compare_is_mcnemars_exact_test():
    first = score_of([True] * 9 + [False] * 1 + [True] * 5)
    second = score_of([False] * 9 + [True] * 1 + [True] * 5)
    result = compare(first, second)
    assert (result.only_first, result.only_second) == (9, 1)
    assert result.p_value == pytest.approx(2 * 11 / 1024)
    with pytest.raises(ValueError, match="evaluate both on one data set"):
        compare(first, score_of([True]))


# What is no score, no run and no number


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        (None, np.arange(3), r"probabilities: None found: give numbers"),
        (np.eye(3), np.arange(4), r"float64 \(3, 3\) and labels int64 \(4,\) do not fit"),
        (np.eye(3)[:0], np.arange(0), "do not fit"),
        (np.eye(3), np.arange(3) + 1, "from 1 to 3: give each picture a whole number from 0 to 2"),
        (np.eye(3).astype(str), np.arange(3), "probabilities: <U32 .* found: give numbers"),
    ],
)
def test_a_score_refuses_what_evaluate_never_returns(probabilities, labels, message):
    with pytest.raises(ValueError, match=message):
        Score(probabilities, labels, "mnist", "samples")


def test_answers_that_are_no_longer_numbers_are_not_a_score():
    with pytest.raises(ValueError, match="The answers to 4 of 4 pictures are NaN or infinity"):
        Score(np.full((4, 2), np.nan), np.array([0, 1, 1, 1]), "mnist", "samples")


def test_divergence_is_said_loudly_and_the_network_refused(dataset, capsys):
    run = train(net(), dataset, epochs=2, learning_rate=1e30, optimizer="sgd")
    said = capsys.readouterr().out
    assert "The loss is no longer a number" in said
    assert "This training has diverged in epoch 1" in said and "smaller learning rate" in said
    for use in (lambda: evaluate(run.model, dataset), lambda: train(run.model, dataset, epochs=1)):
        with pytest.raises(ValueError, match="answers with NaN or infinity.* has diverged"):
            use()


@pytest.mark.parametrize("last", [None, "sigmoid", "relu"])
def test_answers_that_are_not_probabilities_are_refused_with_the_cure(dataset, last, no_fit):
    layers = [keras.layers.Flatten(), keras.layers.Dense(10, activation=last)]
    model = keras.Sequential([keras.Input(SHAPE), keras.layers.Rescaling(1 / 255), *layers])
    for use in (lambda: evaluate(model, dataset), lambda: train(model, dataset, epochs=1)):
        with pytest.raises(ValueError, match=r'End the model with a softmax: .*"softmax"\)'):
            use()


@pytest.mark.parametrize("history", [None, [0.5], {"loss": 0.5}, {"loss": ["low"]}])
def test_a_run_refuses_what_is_no_history(history):
    with pytest.raises(ValueError, match="history=.*: give a dictionary of metrics, each a list"):
        TrainingRun(None, history, 1.0, 0)


@pytest.mark.parametrize(
    "values",
    [[], 0.5, "0.5", ["a"], [[0.5]], None],
)
def test_the_mean_of_no_numbers_is_refused(values):
    with pytest.raises(ValueError, match="values.*give a list"):
        mean_interval(values)


def test_only_scores_are_compared():
    with pytest.raises(ValueError, match="ndarray is not a Score: pass what evaluate returned"):
        compare(np.eye(3), np.eye(3))


def test_schedules_refuse_other_arguments_in_their_own_words():
    for patience in (0, 1.5, "a", None, [3]):
        with pytest.raises(ValueError, match="patience=.*: give a whole number of at least 1"):
            halve_on_plateau(patience=patience)
