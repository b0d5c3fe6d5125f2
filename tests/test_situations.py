"""What people's machines, settings and habits bring along: used rightly, or refused by name."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from cnncourse import cli, data, downloads, models, plotting, settings
from cnncourse.backend import keras, tf
from cnncourse.explain import feature_maps, grad_cam
from cnncourse.training import Score, evaluate, one_cycle, train, train_many

SHAPE = (28, 28, 1)


@pytest.fixture(scope="module")
def dataset():
    return data.load("mnist").subset(100)


@pytest.fixture
def offline(monkeypatch):
    """Work in full mode with few samples, where nothing can be downloaded."""
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
    monkeypatch.setitem(data.SAMPLE_COUNTS, "full", (100, 20))
    monkeypatch.setattr("cnncourse.datafiles.download", no_download)


def no_download(*arguments):
    raise OSError("no mirror gave it")


def python(code: str, **variables: str) -> subprocess.CompletedProcess:
    """Run code in a Python of its own, with more variables."""
    command = [sys.executable, "-c", code]
    environment = {**os.environ, **variables}
    return subprocess.run(command, env=environment, capture_output=True, timeout=100)


# The data folder


@pytest.mark.parametrize("written", ['"{}"', "'{}'", " {} ", "{}\n", "{}/"])
def test_quotes_and_blanks_around_a_folder_do_not_matter(monkeypatch, tmp_path, written):
    monkeypatch.setenv("CNNCOURSE_DATA", written.format(tmp_path))
    monkeypatch.setenv("CNNCOURSE_RUNS", written.format(tmp_path / "runs"))
    assert settings.data_folder() == tmp_path
    assert settings.runs_folder() == tmp_path / "runs"


@pytest.mark.parametrize("name", ["mistyped", "a blank/in it"])
def test_a_folder_that_does_not_exist_is_named_and_not_made(
    offline, monkeypatch, tmp_path, capsys, name
):
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path / name))
    monkeypatch.delenv("CNNCOURSE_RUNS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    digits = data.load("mnist")
    assert f"there is no folder {tmp_path / name}" in unwrapped(capsys)
    train(models.dense_net(SHAPE, [4]), digits, epochs=1, name="run")
    assert cli.main(["doctor"]) == 1
    assert f"MISSING  data folder: {tmp_path / name}" in capsys.readouterr().out
    assert not (tmp_path / name).exists()


def test_a_relative_folder_is_named_in_full(offline, monkeypatch, tmp_path, capsys):
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNCOURSE_DATA", "data")
    data.load("mnist")
    assert f"Looked in {tmp_path / 'data'}. Reason: no mirror" in unwrapped(capsys)
    assert cli.main(["doctor"]) == 1
    assert f"set it to the whole path, {tmp_path / 'data'}." in capsys.readouterr().out


def test_the_folder_above_the_right_one_is_told_apart(offline, monkeypatch, tmp_path, capsys):
    (tmp_path / "cnncourse").mkdir()
    (tmp_path / "cnncourse" / "mnist.npz").touch()
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path))
    data.load("mnist")
    assert f"but mnist.npz is in {tmp_path / 'cnncourse'}" in unwrapped(capsys)


def unwrapped(capsys) -> str:
    return " ".join(capsys.readouterr().out.replace("\n| ", " ").split())


# Networks


class SSLError(OSError):
    """As requests names it."""


class ProxyError(OSError):
    """As requests names it."""


@pytest.mark.parametrize(
    "error, remedy",
    [
        (SSLError("certificate verify failed"), "set REQUESTS_CA_BUNDLE to it"),
        (ProxyError("Tunnel connection failed: 407"), "http://user:password@host:port"),
        (ValueError("407 Client Error: Proxy Authentication Required"), "HTTPS_PROXY"),
    ],
)
def test_a_network_that_wants_something_is_told_with_the_remedy(
    monkeypatch, tmp_path, error, remedy
):
    def fail(*arguments):
        raise error

    monkeypatch.setattr(downloads, "_stream", fail)
    with pytest.raises(OSError, match=remedy):
        downloads.download(["https://mirror/"], tmp_path / "file", "0")


# Two people


def test_a_run_of_another_person_is_refused_with_the_remedy(dataset, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(PermissionError, match="another person's. Set CNNCOURSE_RUNS"):
        train(models.dense_net(SHAPE, [4]), dataset, epochs=1, name="run")


# Keras set up in another way


@pytest.mark.parametrize(
    "variables, file, message",
    [
        ({"KERAS_BACKEND": "torch"}, "{}", "KERAS_BACKEND is 'torch'"),
        ({"KERAS_BACKEND": "jax"}, "{}", "KERAS_BACKEND is 'jax'"),
        ({"TF_USE_LEGACY_KERAS": "1"}, "{}", "TF_USE_LEGACY_KERAS is set"),
        ({}, '{"backend": "torch"}', "backend in KERAS_HOME/keras.json is 'torch'"),
        ({}, '{"image_data_format": "channels_first"}', "keras.json is 'channels_first'"),
        ({}, '{"floatx": "float16"}', "floatx in KERAS_HOME/keras.json is 'float16'"),
        ({}, '{"floatx": "float64"}', "floatx in KERAS_HOME/keras.json is 'float64'"),
    ],
)
def test_settings_of_keras_are_refused_by_name(tmp_path, variables, file, message):
    (tmp_path / "keras.json").write_text(file)
    code = "from cnncourse import cli; cli.main(['doctor'])"
    run = python(code, KERAS_HOME=str(tmp_path), **variables)
    found = run.stdout.decode().replace(str(tmp_path), "KERAS_HOME")
    assert message in found and "restart the kernel" in found


def of_keras_2(kind: str):
    """Make an object that calls itself one of tf_keras."""
    return type(kind, (), {"__module__": "tf_keras.src.engine", "__call__": lambda self: self})()


def test_objects_of_keras_2_are_told_apart(dataset):
    with pytest.raises(ValueError, match="of tf_keras, which is Keras 2"):
        train(of_keras_2("Model"), dataset, epochs=1)
    with pytest.raises(ValueError, match="optimizer=.*of tf_keras, which is Keras 2"):
        train(net(), dataset, epochs=1, optimizer=of_keras_2("Adam"))
    with pytest.raises(ValueError, match="callbacks: .*of tf_keras, which is Keras 2"):
        train(net(), dataset, epochs=1, callbacks=[lambda: of_keras_2("EarlyStopping")])


def net() -> keras.Model:
    return models.dense_net(SHAPE, [4])


# Output and machine


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_checks_and_results_are_shown_in_any_encoding(encoding):
    code = "import cnncourse.checks.core; print(cnncourse.checks.core.SYMBOLS, '…')"
    run = python(code, PYTHONIOENCODING=encoding)
    assert run.returncode == 0, run.stderr


def test_no_home_and_no_stderr_are_no_obstacle():
    code = (
        "import os, pathlib; os.environ.pop('HOME', None); os.close(2)\n"
        "def no_home(*a): raise RuntimeError('Could not determine home directory.')\n"
        "pathlib.Path.home = no_home\n"
        "from cnncourse import settings, backend; print(settings.data_folder().is_absolute())"
    )
    assert python(code).stdout.decode().strip() == "True"


@pytest.mark.parametrize("level, is_shown", [("0", True), ("3", False)])
def test_what_tensorflow_says_of_the_gpu_is_shown_to_who_asks(tmp_path, level, is_shown):
    (tmp_path / "keras.py").write_text("import os; os.write(2, b'Cannot dlopen')")
    (tmp_path / "tensorflow.py").write_text("raise SystemExit")
    path = os.pathsep.join([str(tmp_path), *sys.path])
    run = python("import cnncourse.backend", TF_CPP_MIN_LOG_LEVEL=level, PYTHONPATH=path)
    assert (b"Cannot dlopen" in run.stderr) == is_shown


def test_answers_in_bfloat16_are_measured(dataset):
    with_policy = keras.dtype_policies.DTypePolicy("mixed_bfloat16")
    last = keras.layers.Dense(10, "softmax", dtype=with_policy)
    model = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), last])
    assert evaluate(model, dataset).probabilities.dtype == np.float32


# Two that set the learning rate


def plateau():
    return keras.callbacks.ReduceLROnPlateau()


def scheduler():
    return keras.callbacks.LearningRateScheduler(lambda epoch: 0.1)


@pytest.mark.parametrize("make", [plateau, scheduler])
def test_a_callback_beside_a_schedule_is_refused(dataset, make):
    with pytest.raises(ValueError, match="sets the learning rate, and so does .* Leave one of"):
        train(net(), dataset, epochs=2, learning_rate=one_cycle(0.01), callbacks=[make])


def test_any_other_callback_that_sets_the_rate_beside_a_schedule_is_noticed(dataset):
    class Own(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.optimizer.learning_rate = 0.5

    with pytest.raises(ValueError, match="Another callback has set the learning rate to 0.5"):
        train(net(), dataset, epochs=2, learning_rate=one_cycle(0.01), callbacks=[Own])


def test_the_closing_line_is_that_of_the_restored_epoch(dataset, monkeypatch, capsys):
    def stopping():
        return keras.callbacks.EarlyStopping("loss", restore_best_weights=True, patience=9)

    def worse():
        return keras.callbacks.LearningRateScheduler(lambda epoch: [0.001, 1.0, 1.0][epoch])

    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
    run = train(net(), dataset, epochs=3, batch_size=20, callbacks=[stopping, worse])
    best = int(np.argmin(run.history["loss"]))
    said = f"weights of epoch {best + 1} restored, training accuracy "
    assert said + f"{100 * run.history['accuracy'][best]:.2f} %" in capsys.readouterr().out


# Builders


def test_a_model_instead_of_a_builder_is_told_so(dataset):
    with pytest.raises(ValueError, match=r"builders\['a'\] is .* a model and not a function"):
        train_many({"a": net()}, dataset, epochs=1)


@pytest.mark.parametrize("make", [threading.Lock, lambda: tf.data.Dataset.range(3)])
def test_what_cannot_travel_to_a_process_is_refused_with_the_remedy(dataset, make):
    carried = make()

    def build():
        assert carried is not None
        return net()

    with pytest.raises(ValueError, match="cannot be sent to other processes .* Make it inside"):
        train_many({"a": build}, dataset, epochs=1)


# Shapes


def test_grey_pictures_without_channels_are_told_how_to_get_them(dataset):
    grey = dataset.x_test[..., 0]
    with pytest.raises(ValueError, match=r"x_train\[..., None\]"):
        data.ImageDataset("own", *[grey, dataset.y_test] * 2, grey, dataset.y_test, (), "own")
    with pytest.raises(ValueError, match=r"add the channels with x\[..., None\]"):
        feature_maps(models.conv_net(SHAPE, [2]), grey)


def test_labels_in_another_form_are_told_the_remedy(dataset):
    x, y = dataset.x_test[:4], dataset.y_test[:4]
    for wrong in (y[:, None], np.eye(10, dtype=int)[y]):
        remedy = r"labels.ravel\(\)" if wrong.shape[1] == 1 else r"labels.argmax\(axis=1\)"
        with pytest.raises(ValueError, match=remedy):
            grad_cam(models.conv_net(SHAPE, [2]), x, wrong)
        with pytest.raises(ValueError, match=remedy):
            Score(np.full((4, 10), 0.1), wrong, "mnist", "samples")


def test_several_inputs_are_named(dataset):
    one, two = keras.Input(SHAPE), keras.Input(SHAPE)
    flat = keras.layers.Flatten()(keras.layers.Add()([one, two]))
    model = keras.Model([one, two], keras.layers.Dense(10, "softmax")(flat))
    with pytest.raises(ValueError, match="has 2 inputs and 1 outputs"):
        train(model, dataset, epochs=1)


def test_an_input_of_any_size_is_taken(dataset):
    inputs = keras.Input((None, None, 1))
    x = keras.layers.Conv2D(4, 3, activation="relu")(inputs)
    x = keras.layers.GlobalAveragePooling2D()(x)
    model = keras.Model(inputs, keras.layers.Dense(10, "softmax")(x))
    assert train(model, dataset, epochs=1).epochs == 1
    assert 0 <= evaluate(model, dataset).accuracy <= 1
    assert grad_cam(model, dataset.x_test[:2], dataset.y_test[:2]).shape == (2, 28, 28)


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3), (32, 32, 4)])
def test_a_single_picture_is_not_taken_for_many(shape):
    with pytest.raises(ValueError, match=r"single picture .* x\[:1\]"):
        plotting.plot_images(np.zeros(shape, np.uint8))


def test_transparency_is_told_apart():
    with pytest.raises(ValueError, match="4 channels: one is grey, three are colours"):
        plotting.plot_images(np.zeros((2, 8, 8, 4), np.uint8))
