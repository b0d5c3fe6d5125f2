"""Executing a lesson: what is kept, what is left alone, and the long version."""

import json
import subprocess
import sys

import nbformat
import pytest

from cnncourse.execution import execute

MEASURE = """
import os
from IPython.display import display
entry = {"id": "L99" + "-long" * int(os.environ["CNNCOURSE_LONG"]), "data_source": "real"}
display({"text/plain": entry["id"], "application/vnd.cnncourse.result+json": entry}, raw=True)
"""


@pytest.fixture
def lesson(tmp_path):
    """Write a lesson of two cells, the first one its long version; return its path."""
    first = nbformat.v4.new_code_cell(MEASURE, metadata={"tags": ["long-version"]})
    second = nbformat.v4.new_code_cell("print(6 * 7)")
    path = tmp_path / "99_tiny.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[first, second]), path)
    return path


def ids(path) -> list[str]:
    return [entry["id"] for entry in json.loads(path.read_text())["experiments"]]


def test_a_lesson_keeps_its_outputs_and_results(lesson, tmp_path, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_LONG", "1")  # only asked for by the argument
    stamp = execute(lesson, tmp_path / "results")
    notebook = nbformat.read(lesson, as_version=4)
    assert notebook.metadata["cnncourse"] == stamp
    assert notebook.cells[1].outputs[0].text == "42\n"
    assert ids(tmp_path / "results" / "99_tiny.json") == ["L99"]
    assert 20 < stamp["peak_memory_mb"] < 500


def test_the_long_version_keeps_its_results_only(lesson, tmp_path):
    before = lesson.read_bytes()
    execute(lesson, tmp_path / "results", long=True)
    assert lesson.read_bytes() == before
    (path,) = (tmp_path / "results").iterdir()
    assert path.name == "99_tiny_long.json"
    assert ids(path) == ["L99-long"]


WRITE = """
import sys, warnings
from pathlib import Path
from cnncourse import execution
warnings.simplefilter("error", EncodingWarning)  # some machines' own encoding has no snowman
execution._replace(Path(sys.argv[1]), "\u2603")
"""


def test_a_lesson_is_written_in_utf_8_on_every_machine(tmp_path):
    path = tmp_path / "lesson.ipynb"
    subprocess.run([sys.executable, "-X", "warn_default_encoding", "-c", WRITE, path], check=True)
    assert path.read_bytes() == "\u2603".encode()


def test_a_lesson_without_long_version_is_refused(lesson, tmp_path):
    nbformat.write(nbformat.v4.new_notebook(), lesson)
    with pytest.raises(ValueError, match="99_tiny has no long version"):
        execute(lesson, tmp_path, long=True)


def test_a_failing_cell_is_named_and_the_notebook_left(lesson, tmp_path):
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), lesson)
    before = lesson.read_bytes()
    with pytest.raises(RuntimeError, match="99_tiny, cell 1 failed"):
        execute(lesson, tmp_path / "results")
    assert lesson.read_bytes() == before
    assert not (tmp_path / "results").exists()
