"""The command line: exit statuses, remedies, and no traceback for a student."""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from types import SimpleNamespace

import numpy as np
import pytest

from cnncourse import cli, datafiles


@pytest.fixture
def small(monkeypatch):
    """Make the data sets' files small, and return a function that writes one."""
    for name, known in list(datafiles.DATASETS.items()):
        small = datafiles.Description(known.class_names, known.picture_shape, 20, 10)
        monkeypatch.setitem(datafiles.DATASETS, name, small)

    def write(folder, name: str):
        shape = datafiles.DATASETS[name].picture_shape
        arrays = {}
        for part, count in (("train", 20), ("test", 10)):
            arrays[f"x_{part}"] = np.zeros((count, *shape), np.uint8)
            arrays[f"y_{part}"] = (np.arange(count) % 10).astype(np.uint8)
        folder.mkdir(exist_ok=True)
        np.savez(folder / f"{name}.npz", **arrays)
        return folder / f"{name}.npz"

    return write


@pytest.fixture
def machine(monkeypatch):
    """Make a machine on which nothing is missing, without importing TensorFlow."""

    def gpus(kind):
        assert kind == "GPU"
        return [SimpleNamespace(name="/physical_device:GPU:0")]

    tf = SimpleNamespace(config=SimpleNamespace(list_physical_devices=gpus))
    monkeypatch.setitem(sys.modules, "cnncourse.backend", SimpleNamespace(tf=tf))
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(total=8e9))
    kernels = {"python3": "/somewhere"}
    monkeypatch.setattr(
        "jupyter_client.kernelspec.KernelSpecManager.find_kernel_specs", lambda self: kernels
    )
    return kernels


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Return an empty data folder."""
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def stand_in(monkeypatch, small):
    """Replace the download by one that writes a small file; return what was asked for."""
    asked = []

    def fetch(name, folder):
        asked.append(name)
        return small(folder, name)

    monkeypatch.setattr(cli, "fetch", fetch)
    return asked


# doctor


def test_doctor_is_content_when_all_is_there(small, machine, folder, capsys):
    for name in datafiles.DATASETS:
        small(folder, name)
    assert cli.main(["doctor"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "MISSING" not in out
    assert "\n- " not in out
    found = dict(line[9:].split(": ", 1) for line in out.splitlines())
    assert found["Python"] == sys.version.split()[0]
    assert found["tensorflow"] == version("tensorflow")
    assert found["memory"] == "8.0 GB"
    assert int(found["cores"]) >= 1
    assert found["GPU"] == "/physical_device:GPU:0"
    assert found["Jupyter kernel"] == "python3"
    assert found["cifar10"] == str(folder / "cifar10.npz")


@pytest.mark.parametrize(
    "system, code, said, remedy",
    [
        ("linux", 1, "MISSING  GPU: NVIDIA X1, but TensorFlow does", "TF_CPP_MIN_LOG_LEVEL=0"),
        ("win32", 0, "ok       GPU: NVIDIA X1, but TensorFlow does not use it: on Windows", ""),
    ],
)
def test_doctor_tells_of_a_card_that_tensorflow_does_not_use(
    small, machine, folder, monkeypatch, capsys, tmp_path, system, code, said, remedy
):
    for name in datafiles.DATASETS:
        small(folder, name)
    card = tmp_path / "nvidia-smi"
    card.write_text("#!/bin/sh\necho 'GPU 0: NVIDIA X1 (UUID: GPU-4-2)'\n")
    card.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    sys.modules["cnncourse.backend"].tf.config.list_physical_devices = lambda kind: []
    monkeypatch.setattr(sys, "platform", system)
    assert cli.main(["doctor"]) == code
    out = capsys.readouterr().out
    assert said in out and remedy in out


@pytest.mark.parametrize("kind", [("darwin", "x86_64"), ("win32", "ARM64")])
def test_doctor_says_where_there_is_no_tensorflow(machine, folder, monkeypatch, capsys, kind):
    def found(name):
        if name == "tensorflow":
            raise PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(cli, "version", found)
    monkeypatch.setattr(sys, "platform", kind[0])
    monkeypatch.setattr("platform.machine", lambda: kind[1])
    assert cli.main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "have no TensorFlow: use the course in a browser" in out
    assert "pip install tensorflow" not in out


def test_doctor_names_missing_and_damaged_data_with_the_remedies(small, machine, folder, capsys):
    small(folder, "mnist")
    damaged = small(folder, "cifar10")
    damaged.write_bytes(damaged.read_bytes()[:-30])
    assert cli.main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"ok       mnist: {folder / 'mnist.npz'}" in lines
    assert f"MISSING  fashion_mnist: not in {folder}" in lines
    assert "MISSING  cifar10: damaged" in lines
    remedies = [line for line in lines if line.startswith("- ")]
    assert remedies == lines[-2:]
    assert remedies[0] == "- Run `cnncourse fetch fashion_mnist`, or use the samples."
    assert remedies[1].startswith(f"- {damaged} is not a whole cifar10 file: ")
    assert "run `cnncourse fetch cifar10`" in remedies[1]


def no_jupyterlab(monkeypatch, machine):
    def found(name):
        if name == "jupyterlab":
            raise PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(cli, "version", found)


def no_kernel(monkeypatch, machine):
    machine.clear()


def little_memory(monkeypatch, machine):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(total=2e9))


def old_python(monkeypatch, machine):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))


def no_tensorflow(monkeypatch, machine):
    monkeypatch.setitem(sys.modules, "cnncourse.backend", None)


@pytest.mark.parametrize(
    "break_it, line, remedy",
    [
        (no_jupyterlab, "jupyterlab: not installed", "- Run `make lab`, or `pip install"),
        (no_kernel, "Jupyter kernel: none", "- Run `python -m ipykernel install --sys-prefix`."),
        (little_memory, "memory: 2.0 GB", "- Close other programs"),
        (old_python, "Python: ", "- Install Python 3.11, 3.12 or 3.13."),
        (no_tensorflow, "machine: could not be looked at", "- Run `make lab`"),
    ],
)
def test_doctor_names_what_the_machine_lacks(
    monkeypatch, small, machine, folder, capsys, break_it, line, remedy
):
    for name in datafiles.DATASETS:
        small(folder, name)
    break_it(monkeypatch, machine)
    assert cli.main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert f"MISSING  {line}" in out
    assert out.count("MISSING") == 1
    assert out.splitlines()[-1].startswith(remedy)


# fetch


def test_fetch_fills_the_named_folder(stand_in, folder, tmp_path, capsys):
    assert cli.main(["fetch", "mnist", "cifar10", "--to", str(tmp_path / "stick")]) == 0
    written = sorted(path.name for path in (tmp_path / "stick").iterdir())
    assert written == ["cifar10.npz", "mnist.npz"]
    assert not folder.exists()
    assert f"{tmp_path / 'stick' / 'mnist.npz'}: 0 MB" in capsys.readouterr().out


def test_fetch_without_names_fills_the_data_folder_with_all(stand_in, folder):
    assert cli.main(["fetch"]) == 0
    assert stand_in == list(datafiles.DATASETS)
    assert sorted(path.stem for path in folder.iterdir()) == sorted(datafiles.DATASETS)


def test_fetch_gets_weights_when_they_are_named(stand_in, monkeypatch, folder, capsys):
    def fetch(name, folder):
        stand_in.append(name)
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.h5").write_bytes(bytes(2_000_000))
        return folder / f"{name}.h5"

    monkeypatch.setattr(cli, "fetch", fetch)
    assert cli.main(["fetch", "VGG16"]) == 0
    assert stand_in == ["VGG16"]
    assert f"{folder / 'VGG16.h5'}: 2 MB" in capsys.readouterr().out


@pytest.mark.parametrize("names", [["minst"], ["mnist", "minst"]])
def test_fetch_refuses_an_unknown_name_before_it_downloads(stand_in, folder, capsys, names):
    assert cli.main(["fetch", *names]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("cnncourse fetch: There is no data set 'minst': choose from mnist")
    assert stand_in == []


def test_fetch_reports_a_damaged_file_and_leaves_it(small, folder, capsys):
    folder.mkdir()
    path = folder / "mnist.npz"
    path.write_bytes(b"half")
    assert cli.main(["fetch", "mnist"]) == 1
    assert f"{path} is not a whole mnist file" in capsys.readouterr().err
    assert path.read_bytes() == b"half"


def test_fetch_without_a_network_says_so_on_stderr(monkeypatch, folder, capsys):
    def refuse(*arguments):
        raise OSError("no mirror gave it")

    monkeypatch.setattr(cli, "fetch", refuse)
    assert cli.main(["fetch", "mnist"]) == 1
    assert capsys.readouterr() == ("", "cnncourse fetch: no mirror gave it\n")


# The command


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["fetch", "--too"]])
def test_wrong_usage_exits_with_usage(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: cnncourse")


def test_installed_command_shows_no_traceback(tmp_path):
    command = [sys.executable, "-c", "import sys, cnncourse.cli; sys.exit(cnncourse.cli.main())"]
    run = subprocess.run(
        [*command, "fetch", "minst", "--to", str(tmp_path)], capture_output=True, text=True
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.splitlines() == [run.stderr.strip()]
    assert run.stderr.startswith("cnncourse fetch: There is no data set 'minst'")
