"""Lessons under conditions as in a rough classroom, in kernels as JupyterLab starts them.

The guard in tests/guard blocks the network in every kernel: in full mode as if it were down.
"""

import contextlib
import os
import re
import sys
import threading
from pathlib import Path

import nbformat
import numpy as np
import pytest
from jupyter_client import KernelManager
from nbclient import NotebookClient

from cnncourse.datafiles import DATASETS

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("*.ipynb"))
FULL = os.environ.get("CNNCOURSE_TORTURE") == "1"

pytestmark = pytest.mark.slow


def lessons(*short):
    """Run a test for every lesson in full, and for some in the shortened form."""
    chosen = [path for path in LESSONS if FULL or path.stem[:2] in short]
    return pytest.mark.parametrize("path", chosen, ids=lambda path: path.stem)


@pytest.fixture
def folder(tmp_path):
    """Return an empty folder, which is not the course's, with an awkward name."""
    folder = tmp_path / "Übung 3 (Montag)"
    folder.mkdir()
    return folder


@contextlib.contextmanager
def opened(path, folder, **environment):
    """Copy a lesson, without outputs, into a folder; start a kernel there."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("cnncourse", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, folder / path.name)
    client = NotebookClient(
        nbformat.read(folder / path.name, as_version=4),
        timeout=600,
        startup_timeout=300,
        allow_errors=True,
        kernel_name="python3",
        kernel_manager_class=KernelManager,
        resources={"metadata": {"path": str(folder)}},
    )
    with client.setup_kernel(env={**os.environ, **environment}):
        yield client


def code_cells(client):
    return [(i, cell) for i, cell in enumerate(client.nb.cells) if cell.cell_type == "code"]


def execute(client, *chosen):
    """Execute cells, all if none are named; return what they raised."""
    errors = []
    for index, cell in chosen or code_cells(client):
        client.execute_cell(cell, index)
        errors += [
            f"cell {index + 1}: {output.ename}: {output.evalue}"
            for output in cell.outputs
            if output.output_type == "error"
        ]
    return errors


def ask(client, code):
    """Execute code that the lesson does not have; return what it prints."""
    client.nb.cells.append(nbformat.v4.new_code_cell(code))
    errors = execute(client, code_cells(client)[-1])
    assert errors == []
    return shown(client.nb.cells.pop())


def shown(cell):
    """Return the text that stands below a cell."""
    outputs = [
        output.get("text") or output.get("data", {}).get("text/plain") for output in cell.outputs
    ]
    return "\n".join(filter(None, outputs))


@pytest.fixture
def nowhere(tmp_path):
    """Return an environment of full size without data, whose home not even root can write."""
    (tmp_path / "file").write_text("")
    home = tmp_path / "file" / "home"
    with pytest.raises(OSError):
        home.mkdir(parents=True)
    return {"HOME": str(home), "CNNCOURSE_DATA": "", "CNNCOURSE_RUNS": "", "CNNCOURSE_REDUCED": "0"}


@lessons("03")
def test_lesson_runs_alone_without_network_and_home_and_twice_in_one_kernel(
    path, folder, nowhere, tried
):
    full = "train_many(" not in path.read_text()  # the others would take half an hour
    with opened(path, folder, **nowhere | {"CNNCOURSE_REDUCED": str(int(not full))}) as client:
        assert execute(client) == []
        said = "\n".join(shown(cell) for _, cell in code_cells(client))
        assert ("pictures could not be had: using drawn samples" in said) == full
        assert execute(client) == []
    assert [file.name for file in folder.iterdir()] == [path.name], "it wrote beside itself"
    tried("lessons run alone, without outputs, in a folder that is not the course's")
    tried("lessons run with no network and a home folder that cannot be written")
    tried("lessons run a second time in the same kernel")


# The stop button


@contextlib.contextmanager
def stop_button(client, cell, moment):
    """Press the stop button whenever a new output of a cell shows the moment; give the presses."""
    pressed, done = set(), threading.Event()

    def watch():
        while not done.wait(0.02):
            for number, output in enumerate(list(cell.outputs)):
                text = output.get("text") or output.get("data", {}).get("text/plain", "")
                if number not in pressed and re.search(moment, text):
                    pressed.add(number)
                    client.km.interrupt_kernel()

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield pressed
    finally:
        done.set()
        watcher.join()


MOMENTS = {  # a line of Keras, of `train` and of `train_many`
    "in the first epoch": r"[Ee]poch 1\b|training \d+ networks",
    "in the second epoch": r"[Ee]poch 2\b|\b1 of \d+ networks",
}


@lessons("01")
@pytest.mark.parametrize("moment", MOMENTS if FULL else [*MOMENTS][:1])
def test_every_training_is_stopped_and_the_rest_of_the_lesson_runs(
    path, folder, moment, nowhere, tried
):
    stopped = 0
    with opened(path, folder, **nowhere) as client:
        for index, cell in code_cells(client):
            with stop_button(client, cell, MOMENTS[moment]) as pressed:
                errors = execute(client, (index, cell))
            stopped += len(pressed)
            if pressed and "train_many(" in cell.source:
                assert "topped" in "\n".join([shown(cell), *errors])
                assert all("run this cell again" in error for error in errors)
                errors = again_in_reduced_mode(client, index, cell)
            elif pressed and re.search(r"\bfit\(", cell.source):  # Keras': it ends with an error
                assert [error.split(": ")[1] for error in errors] == ["KeyboardInterrupt"]
                # A stopped `fit` returns nothing, so what draws its history needs another one.
                errors = again_in_reduced_mode(client, index, cell)
            elif pressed:
                assert shown(cell).count("; run this cell again to train") == len(pressed)
            assert errors == []
    tried(f"trainings stopped {moment}, and the rest of the lesson run", stopped)


def again_in_reduced_mode(client, index, cell):
    """Do what the message says, as the networks of full size would take too long."""
    ask(client, "import os; os.environ['CNNCOURSE_REDUCED'] = '1'")
    errors = execute(client, (index, cell))
    ask(client, "os.environ['CNNCOURSE_REDUCED'] = '0'")
    return errors


# Little memory

LITTLE = """
import dataclasses, resource
from cnncourse import datafiles
from cnncourse.backend import keras

known = datafiles.DATASETS
known["mnist"] = dataclasses.replace(known["mnist"], sums=None)  # its file holds noise
resource.setrlimit(resource.RLIMIT_DATA, (1_500_000_000, 1_500_000_000))
fit, few = keras.Model.fit, {"epochs": 1, "steps_per_epoch": 20}
keras.Model.fit = lambda model, *given, **named: fit(model, *given, **{**named, **few})
"""
# Not getrusage's figure: that of the process which started the kernel would count.
PEAK = "print(*(line.split()[1] for line in open('/proc/self/status') if line[:5] == 'VmHWM'))"


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_lesson_04_needs_less_than_2_gb(folder, amount, tried):
    mnist, random = DATASETS["mnist"], np.random.default_rng(0)
    arrays = {}
    for part, count in (("train", mnist.train_count), ("test", mnist.test_count)):
        arrays[f"x_{part}"] = random.integers(0, 256, (count, *mnist.picture_shape), np.uint8)
        arrays[f"y_{part}"] = random.integers(0, 10, count, np.uint8)
    np.savez(folder / "mnist.npz", **arrays)
    (path,) = NOTEBOOKS.glob("04_*.ipynb")
    environment = {"CNNCOURSE_REDUCED": "0", "CNNCOURSE_DATA": str(folder)}
    with opened(path, folder, **environment) as client:
        ask(client, LITTLE)
        assert execute(client, *code_cells(client)[: amount(8, None)]) == []
        assert "54,000 training" in "\n".join(shown(cell) for _, cell in code_cells(client))
        assert 1024 * int(ask(client, PEAK)) < 2_000_000_000
    executed = nbformat.read(path, as_version=4).metadata.cnncourse  # all steps, on real pictures
    assert executed.mode == "full" and executed.peak_memory_mb < 2000
    tried("lesson 4 with pictures of full size, few steps and 1.5 GB for its data")
