"""Nothing runs code from a file, no model loads unguarded, and JupyterLab lets nobody else in."""

import ast
import hashlib
import os
import pickle
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import psutil
import pytest

from cnncourse import augmentation, models
from cnncourse.backend import keras
from cnncourse.torchfiles import read_torch_file
from cnncourse.training import features

COURSE = Path(__file__).parent.parent
PACKAGE = sorted((COURSE / "cnncourse").rglob("*.py"))
WRITTEN = [
    path
    for folder in ("cnncourse", "notebooks/src", "docs", "benchmarks")
    for path in (COURSE / folder).rglob("*")
    if path.suffix in (".py", ".md")
]
# What may unpickle: files whose hash was checked, and bytes that this process has packed.
UNPICKLING = {
    "torchfiles.py": "_OnlyArrays(file).load",
    "unpacking.py": "pickle.load",
    "workers.py": "cloudpickle.loads",
}
READERS = ("load", "loads", "Unpickler", "read_pickle", "load_model", "eval", "exec")


def calls(path):
    """Return the calls in a file that can run what they read, as they are written."""
    nodes = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    found = [(ast.unparse(node.func), node) for node in nodes]
    return [(name, node) for name, node in found if name.rpartition(".")[2] in READERS]


def test_nothing_else_unpickles():
    found = {}
    for path in PACKAGE:
        for name, call in calls(path):
            if name == "np.load":
                options = {option.arg: ast.unparse(option.value) for option in call.keywords}
                assert options["allow_pickle"] == "False", path.name
            elif not name.endswith(("json.load", "json.loads", "checkpoint.load")):
                assert path.name not in found, f"{path.name} unpickles twice"
                found[path.name] = name
    assert found == UNPICKLING


class Trap:
    """An object whose pickle makes a folder when it is opened."""

    def __init__(self, sprung):
        self.sprung = sprung

    def __reduce__(self):
        return os.mkdir, (str(self.sprung),)


def test_features_are_computed_anew_where_their_file_holds_a_pickle(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNCOURSE_RUNS", str(tmp_path))
    body, _ = models.split(models.conv_net((8, 8, 1), [2]))
    pictures = np.zeros((2, 8, 8, 1), np.uint8)
    wanted = features(body, pictures)
    (kept,) = tmp_path.glob("*.npz")
    np.savez(kept, features=np.array([Trap(tmp_path / "sprung")] * 2, object))
    np.testing.assert_array_equal(features(body, pictures), wanted)
    assert not (tmp_path / "sprung").exists()
    np.savez(kept, features=np.array([Trap(tmp_path / "sprung")] * 2, object))
    np.load(kept, allow_pickle=True)["features"]  # the trap is a real one
    assert (tmp_path / "sprung").exists()


def test_a_file_of_weights_is_hashed_before_any_of_it_is_unpickled(tmp_path):
    path, sprung = tmp_path / "weights.pth", tmp_path / "sprung"
    path.write_bytes(pickle.dumps(Trap(sprung)))
    with pytest.raises(ValueError, match="not the file it should be: its sha256 is"):
        read_torch_file(path, "0" * 64)
    # Were its hash the right one, it would be refused all the same.
    with pytest.raises(pickle.UnpicklingError, match="mkdir is no part of an array"):
        read_torch_file(path, hashlib.sha256(path.read_bytes()).hexdigest())
    assert not sprung.exists()
    pickle.loads(path.read_bytes())  # the trap is a real one
    assert sprung.exists()


# Saved models


def guarded(layer):
    inputs = keras.Input((32, 32, 3))
    return keras.Model(inputs, layer(inputs))


PICTURES = np.random.default_rng(0).integers(0, 256, (8, 32, 32, 3), np.uint8)
SMALL = models.conv_net((32, 32, 3), [2, "pool"], batch_norm=True)
MODELS = {
    "dense_net": lambda: models.dense_net((32, 32, 3), [2]),
    "conv_net": lambda: SMALL,
    "fast_net": lambda: models.fast_net(PICTURES, [2]),
    "committee": lambda: models.committee([SMALL, models.dense_net((32, 32, 3), [2])]),
    "test_time_average": lambda: models.test_time_average(SMALL, flip=True),
    "split": lambda: models.split(SMALL)[0],
    "augmentation": lambda: guarded(
        augmentation.Pipeline([augmentation.RandomAffine(10), augmentation.RandomErasing(0.3)])
    ),
}  # networks of `pretrained`, which take seconds: tests/test_saving.py


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_loads_in_safe_mode(name, tmp_path):
    model = MODELS[name]()
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert again.output_shape == model.output_shape


def test_safe_mode_refuses_code_in_a_model(tmp_path):
    guarded(keras.layers.Lambda(lambda x: x)).save(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="safe"):
        keras.saving.load_model(tmp_path / "model.keras")


def test_nothing_switches_safe_mode_off():
    unsafe = r"safe_mode\s*=\s*False|enable_unsafe_deserialization|allow_pickle\s*=\s*True"
    assert not [path.name for path in WRITTEN if re.search(unsafe, path.read_text())]


# JupyterLab


def lab_options():
    """Return what `make lab` calls JupyterLab with, but for the notebook."""
    makefile = (COURSE / "Makefile").read_text()
    (line,) = re.findall(r"^\t\$\(BIN\)/jupyter lab (.*)$", makefile, flags=re.MULTILINE)
    return [word for word in shlex.split(line) if word.startswith("--")]


def test_make_lab_listens_at_home_only_and_keeps_the_token():
    assert "--ip=127.0.0.1" in lab_options()
    sources = [COURSE / "Makefile", COURSE / "postBuild", *(COURSE / ".ci").iterdir(), *WRITTEN]
    open_door = (
        r"(?:token|password)\s*=\s*(?:''|\"\"|$)|--ip[= ](?:0\.0\.0\.0|\*)|disable_check_xsrf"
    )
    opened = [p.name for p in sources if re.search(open_door, p.read_text(), flags=re.MULTILINE)]
    assert not opened


def status(address):
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


@pytest.mark.slow
def test_jupyterlab_asks_for_its_token_and_has_one_address(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folders = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "RUNTIME")}
    lab = [sys.executable, "-m", "jupyterlab", *lab_options(), "--no-browser", "--allow-root"]
    log = tmp_path / "log"
    with open(log, "w") as out:
        server = subprocess.Popen(
            [*lab, f"--port={port}", f"--ServerApp.root_dir={tmp_path}"],
            env={**os.environ, **folders},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}/api/contents"
        for _ in range(240):
            if status(address) is not None:
                break
            time.sleep(0.5)
        token = re.search(r"[?&]token=(\w+)", log.read_text()).group(1)
        assert len(token) >= 40
        assert status(address) == status(f"{address}?token={'0' * len(token)}") == 403
        assert status(f"{address}?token={token}") == 200
        listening = [
            c for c in psutil.Process(server.pid).net_connections() if c.status == "LISTEN"
        ]
        assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}
    finally:
        server.terminate()
        server.wait(timeout=30)
