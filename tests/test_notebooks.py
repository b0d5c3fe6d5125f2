"""What must hold of every notebook without running it, and that running one is guarded."""

import base64
import functools
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from cnncourse.checks import CHECKS
from cnncourse.results import collect, read_all
from tools.colab import is_first_cell
from tools.execute import code_hash
from tools.twins import differing

COURSE = Path(__file__).parent.parent
NOTEBOOKS = COURSE / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("*.ipynb"))
TWINS = sorted((NOTEBOOKS / "src").rglob("*.py"))
SOLUTIONS = sorted((NOTEBOOKS / "solutions").glob("*.ipynb"))
EXERCISES = sorted((NOTEBOOKS / "exercises").glob("*.ipynb"))
WITHOUT_EXERCISES = {"15"}


def name_of(path):
    return f"{path.parent.name}-{path.stem}"


lessons = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
solutions = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
practice = pytest.mark.parametrize("path", SOLUTIONS + EXERCISES, ids=name_of)
notebooks = pytest.mark.parametrize("path", LESSONS + SOLUTIONS + EXERCISES, ids=name_of)


@functools.cache
def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def outputs(path):
    return [output for cell in code_cells(path) for output in cell.outputs]


def title(path):
    return read(path).cells[0].source.splitlines()[0]


def test_every_notebook_says_what_its_twin_says():
    assert differing(NOTEBOOKS) == []


def test_a_notebook_that_differs_from_its_twin_is_named(tmp_path):
    (tmp_path / "src").mkdir()
    for name, notebook, twin in [("a", "1 + 1", "1 + 1"), ("b", "1 + 1", "1 + 2"), ("c", "1", "")]:
        cells = [nbformat.v4.new_code_cell(notebook)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
        if twin:
            (tmp_path / "src" / f"{name}.py").write_text(f"# %%\n{twin}\n")
    assert differing(tmp_path) == ["b", "c"]


@notebooks
def test_links_between_notebooks_lead_somewhere(path):
    for cell in read(path).cells:
        for target in re.findall(r"\]\(([^)#:]+\.(?:ipynb|md))\)", cell.source):
            assert (path.parent / target).exists(), target


def test_links_to_the_glossary_name_one_of_its_terms():
    glossary = (COURSE / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^(\w.*)\n    ", glossary, re.MULTILINE)
    known = {"term-" + re.sub(r"\W+", "-", term) for term in terms}
    assert len(known) > 50
    for path in TWINS:
        linked = re.findall(r"glossary\.md#([\w-]+)", path.read_text(encoding="utf-8"))
        assert known.issuperset(linked), path.name


def test_whatever_names_a_lesson_by_its_number_names_one_that_exists():
    known = {int(path.stem[:2]) for path in LESSONS}
    texts = {path: path.read_text(encoding="utf-8") for path in (COURSE / "docs").rglob("*.md")}
    texts |= {path: path.read_text(encoding="utf-8") for path in [*TWINS, COURSE / "README.md"]}
    named = re.compile(r"[Ll]essons? (\d+)(?:(?:,| and| to)[\s#]+(\d+))*")
    for path, text in texts.items():
        for match in named.finditer(text):
            numbers = map(int, re.findall(r"\d+", match.group()))
            assert known.issuperset(numbers), f"{path.name}: {match.group()}"


@notebooks
def test_raw_fits_take_their_epochs_from_the_settings(path):
    for cell in code_cells(path):
        if ".fit(" in cell.source and "epochs=" in cell.source:  # without, it is a single one
            assert "settings.epochs(" in cell.source


# lessons


@lessons
def test_the_stored_outputs_are_of_this_code_at_full_size(path):
    stamp = read(path).metadata.get("cnncourse")
    assert stamp, f"{path.stem} was never executed: run `make execute LESSON={path.stem[:2]}`"
    assert stamp.mode == "full"
    assert stamp.code_hash == code_hash(read(path)), f"run `make execute LESSON={path.stem[:2]}`"


@lessons
def test_results_file_holds_what_the_notebook_shows(path):
    stored = [entry for entry in read_all(COURSE / "results") if entry.pop("lesson") == path.stem]
    measured = collect(read(path))
    assert all(entry["data_source"] != "samples" for entry in measured)
    assert sorted(measured, key=lambda entry: entry["id"]) == stored


def test_no_experiment_is_recorded_twice():
    ids = [entry["id"] for entry in read_all(COURSE / "results")]
    assert len(ids) == len(set(ids))


@lessons
def test_stored_outputs_are_quiet(path):
    for output in outputs(path):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.text
        assert "\r" not in output.get("text", "")


@lessons
def test_figures_are_small_and_have_alternative_text(path):
    assert path.stat().st_size < 1_000_000
    for cell in code_cells(path):
        pictures = [output.get("data", {}).get("image/png") for output in cell.outputs]
        pictures = [base64.b64decode(picture) for picture in pictures if picture]
        assert all(len(picture) <= 80_000 for picture in pictures)
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        assert len(alt) > 20 or not pictures, cell.source


@lessons
def test_a_lesson_has_its_number_a_start_and_a_prediction(path):
    cells = read(path).cells
    assert title(path).startswith(f"# {int(path.stem[:2])}. ")
    code = [cell for cell in code_cells(path) if not is_first_cell(cell)]
    assert "settings.start()" in code[0].source
    asks = re.compile(r"\*\*Predict:\*\*|^predict\(", re.MULTILINE)  # in words, or with choices
    assert any(asks.search(cell.source) for cell in cells)


@lessons
def test_compared_cells_have_something_to_compare_with(path):
    compared = [c for c in code_cells(path) if "nbval-check-output" in c.metadata.get("tags", [])]
    assert compared, "no cell of this lesson is compared with its stored output"
    assert all(cell.outputs for cell in compared)


# exercises and solutions


def test_lessons_have_solutions_and_exercises():
    names = [path.name for path in LESSONS if path.stem[:2] not in WITHOUT_EXERCISES]
    assert [path.name for path in SOLUTIONS] == names
    assert [path.name for path in EXERCISES] == names


@practice
def test_exercises_and_solutions_carry_no_outputs_and_no_stamp(path):
    assert "cnncourse" not in read(path).metadata
    for cell in code_cells(path):
        assert cell.outputs == [] and cell.execution_count is None


@solutions
def test_solutions_bear_the_title_of_their_lesson_and_ask_all_of_its_checks(path):
    number, words = title(NOTEBOOKS / path.name).removeprefix("# ").split(". ", 1)
    assert title(path) == f"# Solutions to lesson {number}: {words}"
    source = "\n".join(cell.source for cell in code_cells(path))
    asked = re.findall(r'^checks\.check\("(.+?)", .+\)$', source, re.MULTILINE)
    assert sorted(asked) == sorted(name for name in CHECKS if name[:2] == path.stem[:2])


# The guard: it sits in every kernel that a test starts


def shown(code, folder="."):
    """Execute cells in one kernel, errors or not; return what each of them shows last."""
    client = NotebookClient(
        nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, code))),
        kernel_name="python3",
        timeout=120,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    return [cell.outputs[-1] for cell in client.execute().cells]


@pytest.mark.parametrize(
    ("folder", "accepted"), [("solutions", "passed"), ("exercises", "not attempted")]
)
def test_only_solutions_pass_and_nothing_is_attempted_in_exercises(tmp_path, folder, accepted):
    (tmp_path / "notebooks" / folder).mkdir(parents=True)
    answers = {"passed": "-30", "not yet": "30", "not attempted": "..."}
    code = [f"from cnncourse import checks; checks.check('03-sum', {a})" for a in answers.values()]
    shows = shown(code, tmp_path / "notebooks" / folder)
    for status, output in zip(answers, shows, strict=True):
        if status == accepted:
            assert f"03-sum: {status}" in output.data["text/html"]
        else:
            assert output.ename == "AssertionError" and f"03-sum: {status}" in output.evalue


FIT = "model.fit(np.ones(({n}, 1)), np.ones({n}), epochs={epochs}, verbose=0)"
MODEL = """
from cnncourse.backend import keras
import numpy as np
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile(loss="mse")
"""


def test_a_notebook_that_leaves_the_reduced_mode_fails():
    complaints = {
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)": "touched the network",
        "import urllib.request as r; r.urlopen('http://cnncourse.invalid')": "touched the network",
        MODEL + FIT.format(n=4, epochs=3): "3 epochs in reduced mode",
        FIT.format(n=60000, epochs=1): "60000 pictures in reduced mode",
    }
    for output, complaint in zip(shown(complaints), complaints.values(), strict=True):
        assert output.ename == "AssertionError" and complaint in output.evalue
