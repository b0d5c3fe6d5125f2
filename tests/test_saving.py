"""What a student saves loads in a new process with plain Keras, without this package."""

import json
import subprocess
import sys

import numpy as np
import pytest

from cnncourse import data, models, training
from cnncourse.backend import keras

SHAPE = (28, 28, 1)
LARGE = ("lite", "mobile")  # they take seconds to write: in one form only
LOAD = """
import json, sys
from pathlib import Path
import keras, numpy as np, tensorflow as tf
folder, answers = Path(sys.argv[1]), {}
for path in sorted(folder.glob("*.model*")):
    pictures = np.load(folder / f"{path.name.partition('.')[0]}.npy")
    try:
        if path.is_dir():
            model = tf.saved_model.load(str(path))  # its variables live as long as it does
            answer = model.serve(pictures)
        else:
            answer = keras.saving.load_model(path).predict(pictures, verbose=0)
        answers[path.name] = np.asarray(answer).tolist()
    except Exception as error:
        answers[path.name] = str(error)
assert "cnncourse" not in sys.modules
(folder / "answers.json").write_text(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Return what the models answered before they were saved, and in the process that loaded."""
    folder = tmp_path_factory.mktemp("saved")
    mnist = data.load("mnist").subset(100)
    pictures = mnist.x_test[:8].astype("float32")
    colour = np.repeat(np.pad(pictures, [(0, 0), (2, 2), (2, 2), (0, 0)]), 3, axis=-1)
    conv = models.conv_net(SHAPE, [4, "pool", 4], batch_norm=True, dropout=0.1)
    # Steps so large that the offsets are far from 0.
    sgd = keras.optimizers.SGD(momentum=0.9, nesterov=True)
    fast = models.fast_net(mnist.x_train, [4])
    training.train(fast, mnist, epochs=1, batch_size=20, optimizer=sgd, learning_rate=0.1)
    built = {
        "dense": models.dense_net(SHAPE, [8], dropout=0.1),
        "conv": conv,
        "trained": training.train(conv, mnist, epochs=1).model,
        "committee": models.committee([conv, models.dense_net(SHAPE, [4])]),
        "views": models.test_time_average(conv),
        "fast": fast,
        "fast committee": models.committee([fast, conv]),
        "fast views": models.test_time_average(fast, flip=True),
        "lite": models.pretrained(size=32),
        "mobile": models.pretrained("MobileNetV2", size=32, weights=None),
    }
    models.unfreeze(built["lite"], last=6)
    before = {}
    for name, model in built.items():
        images = colour if model.input_shape[-1] == 3 else pictures
        np.save(folder / f"{name}.npy", images)
        before[name] = model.predict(images, verbose=0)
        model.save(folder / f"{name}.model.keras")
        if name in LARGE:
            continue
        model.save(folder / f"{name}.model.h5")
        model.export(folder / f"{name}.model", verbose=False)
    command = [sys.executable, "-c", LOAD, str(folder)]
    subprocess.run(command, check=True, cwd=folder, timeout=300)
    return before, json.loads((folder / "answers.json").read_text())


NAMES = ("dense", "conv", "trained", "committee", "views", "fast", "fast committee", "fast views")
CASES = [
    (name, kind)
    for name in NAMES
    for kind in (".keras", ".h5", "")
    if not (name.endswith("views") and kind == ".h5")
]
CASES += [(name, ".keras") for name in LARGE]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_plain_keras_loads_and_answers_the_same(loaded, name, kind):
    before, after = loaded
    answer = after[f"{name}.model{kind}"]
    assert not isinstance(answer, str), answer
    np.testing.assert_allclose(answer, before[name], atol=1e-6, rtol=0)


def test_a_trained_fast_network_is_keras_own(tmp_path):
    """No layer of it needs this package, so nothing that is written can."""
    pictures = np.random.default_rng(0).integers(0, 256, (50, 16, 16, 3), np.uint8)
    model = models.fast_net(pictures, [4])
    for layer in model.layers:
        if layer.__class__ is keras.layers.BatchNormalization:
            layer.beta.assign(np.linspace(-1, 1, 4))
    model.save(tmp_path / "fast.keras")
    again = keras.saving.load_model(tmp_path / "fast.keras")
    assert not [layer for layer in again.layers if "cnncourse" in type(layer).__module__]
    expected = model.predict(pictures, verbose=0)
    np.testing.assert_allclose(again.predict(pictures, verbose=0), expected, atol=1e-6, rtol=0)
