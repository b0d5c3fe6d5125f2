"""Executing a lesson: what is kept, what is left alone, the long version, and stamps renewed."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools import restamp
from tools.execute import code_hash, execute, lessons

COURSE = Path(__file__).parent.parent
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
from tools import replace
warnings.simplefilter("error", EncodingWarning)  # some machines' own encoding has no snowman
replace(Path(sys.argv[1]), "\u2603")
"""


def test_a_lesson_is_written_in_utf_8_on_every_machine(tmp_path):
    path = tmp_path / "lesson.ipynb"
    subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", "-c", WRITE, path], check=True, cwd=COURSE
    )
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


@pytest.mark.parametrize("name", ["1", "01", "01_dense", "01_dense.ipynb"])
def test_a_lesson_is_found_by_its_number_or_its_name(tmp_path, name):
    for stem in ("01_dense", "10_transfer", "11_fast"):
        (tmp_path / f"{stem}.ipynb").write_text("{}")
    assert lessons([name], tmp_path) == [tmp_path / "01_dense.ipynb"]
    assert len(lessons([], tmp_path)) == 3
    with pytest.raises(ValueError, match="There is no lesson '99'"):
        lessons(["99"], tmp_path)


def test_what_goes_wrong_is_said_in_a_line():
    command = [sys.executable, "-m", "tools.execute", "99"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=COURSE)
    assert run.returncode == 1 and run.stdout == ""
    assert run.stderr.startswith("There is no lesson '99'") and run.stderr.count("\n") == 1


# Stamps renewed

SUM = """
import time, own
from pathlib import Path
from IPython.display import display
print(f"L04: {own.add(1, 2)} in {time.time():.1f} s, by {object()}")
display({"image/png": "iVBORw0=", "text/plain": Path("../results/a.json").read_text()}, raw=True)
"""


def git(course, *words):
    command = ["git", "-C", course, "-c", "user.name=a", "-c", "user.email=a@b", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def write_course(course, lesson, code, function, stamp):
    """Write a course of one lesson, its result and a package of one function."""
    for folder in ("notebooks", "results", "own"):
        (course / folder).mkdir(parents=True, exist_ok=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    notebook.metadata["cnncourse"] = stamp or {"code_hash": code_hash(notebook), "seconds": 9}
    path = course / "notebooks" / f"{lesson}_sums.ipynb"
    nbformat.write(notebook, path)
    (course / "results" / "a.json").write_text(f'{{"id": "L{lesson}"}}')
    (course / "own" / "__init__.py").write_text(function)
    return path, notebook.metadata["cnncourse"]


@pytest.fixture
def renumbered(tmp_path):
    """Commit a course; return a function that writes its lesson anew, by another number."""
    old, stamp = write_course(tmp_path, "04", SUM, "def add(a, b):\n    return a + b\n", None)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "stamped"]):
        git(tmp_path, *words)
    old.unlink()

    def write(code, function="def plus(a, b):\n    return b + a\n"):
        return write_course(tmp_path, "05", code, function, stamp)[0]

    return write


def test_a_lesson_whose_names_changed_gets_a_new_stamp(renumbered, tmp_path, capsys):
    path = renumbered(SUM.replace("L04", "L05").replace("own.add", "own.plus"))
    for said in ("the same outputs, stamped anew", "nothing to do"):
        restamp.main(["05", "--since", "HEAD", "--renamed", "L04=L05"], tmp_path)
        assert f"05_sums: {said}" in capsys.readouterr().out
    lesson = nbformat.read(path, as_version=4)
    stamp = lesson.metadata["cnncourse"]
    assert (stamp.code_hash, stamp.seconds) == (code_hash(lesson), 9)
    assert stamp.restamped == git(tmp_path, "rev-parse", "--short", "HEAD").strip()
    assert len(git(tmp_path, "worktree", "list").splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [("add(1, 2)", "plus(1, 3)"), ("iVBORw0=", "iVBORw1="), ("display(", "print(1); display(")],
    ids=["text", "picture", "further output"],
)
def test_a_lesson_with_other_outputs_keeps_its_stamp(renumbered, tmp_path, old, new):
    path = renumbered(SUM.replace("L04", "L05").replace(old, new).replace(".add", ".plus"))
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"05_sums: code cell 1 gives other outputs:\n(.|\n)*\+"):
        restamp.main(["--since", "HEAD", "--renamed", "L04=L05"], tmp_path)
    assert path.read_bytes() == before


def test_a_revision_without_the_stamped_code_is_refused(renumbered, tmp_path):
    path = renumbered(SUM.replace(".add", ".plus"))
    lesson = nbformat.read(path, as_version=4)
    lesson.metadata["cnncourse"]["code_hash"] = "0" * 16
    nbformat.write(lesson, path)
    with pytest.raises(ValueError, match=r"has no \*_sums with the stamped code"):
        restamp.main(["--since", "HEAD"], tmp_path)


SHOW = """
from IPython.display import display
view = {"model_id": "1", "version_major": 2, "version_minor": 0}
widget = {"application/vnd.jupyter.widget-view+json": view, "text/plain": "a widget"}
display(widget | {"text/html": "<b>its page</b>"}, raw=True)
display(widget, raw=True)
"""


def test_a_stored_widget_is_the_page_it_shows_without_a_kernel(lesson, tmp_path):
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SHOW)]), lesson)
    execute(lesson, tmp_path / "results")
    page, view = nbformat.read(lesson, as_version=4).cells[0].outputs
    assert page.data == {"text/plain": "a widget", "text/html": "<b>its page</b>"}
    assert "application/vnd.jupyter.widget-view+json" in view.data
