"""What must hold of every notebook without running it, and that running it is guarded."""

import ast
import base64
import re
from pathlib import Path

import jupytext
import nbformat
import pytest
from jupytext.compare import compare_notebooks
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from cnncourse.checks import CHECKS
from cnncourse.results import collect, read_all
from tools.colab import is_first_cell
from tools.execute import code_hash
from tools.exercises import cut, files
from tools.exercises import main as cut_all

COURSE = Path(__file__).parent.parent
NOTEBOOKS = COURSE / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("*.ipynb"))
TWINS = sorted((NOTEBOOKS / "src").rglob("*.py"))
SOLUTIONS = sorted((NOTEBOOKS / "solutions").glob("*.ipynb"))
EXERCISES = sorted((NOTEBOOKS / "exercises").glob("*.ipynb"))


def name_of(path):
    return f"{path.parent.name}-{path.stem}"


lessons = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
solutions = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
exercises = pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
practice = pytest.mark.parametrize("path", SOLUTIONS + EXERCISES, ids=name_of)
notebooks = pytest.mark.parametrize("path", LESSONS + SOLUTIONS + EXERCISES, ids=name_of)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def outputs(path):
    return [output for cell in code_cells(path) for output in cell.outputs]


def test_every_notebook_has_a_twin_and_every_twin_a_notebook():
    notebooks = {path.relative_to(NOTEBOOKS).with_suffix("") for path in NOTEBOOKS.rglob("*.ipynb")}
    notebooks = {path for path in notebooks if ".ipynb_checkpoints" not in path.parts}
    assert notebooks == {path.relative_to(NOTEBOOKS / "src").with_suffix("") for path in TWINS}


@pytest.mark.parametrize("twin", TWINS, ids=name_of)
def test_notebook_and_twin_say_the_same(twin):
    path = NOTEBOOKS / twin.relative_to(NOTEBOOKS / "src").with_suffix(".ipynb")
    compare_notebooks(
        read(path),
        jupytext.read(twin, fmt="py:percent"),
        fmt="py:percent",
        allow_expected_differences=True,
        compare_outputs=False,
    )


@lessons
def test_the_stored_outputs_are_of_this_code_at_full_size(path):
    stamp = read(path).metadata.get("cnncourse")
    assert stamp, f"{path.stem} was never executed: run `make execute LESSON={path.stem[:2]}`"
    assert stamp.mode == "full"
    assert stamp.code_hash == code_hash(read(path)), f"run `make execute LESSON={path.stem[:2]}`"


@lessons
def test_results_file_holds_what_the_notebook_shows(path):
    entries = [entry for entry in read_all(COURSE / "results") if entry["lesson"] == path.stem]
    shown = collect(read(path))
    assert all(entry["data_source"] != "samples" for entry in shown)
    assert sorted(entry.pop("lesson") and entry["id"] for entry in entries) == sorted(
        entry["id"] for entry in shown
    )
    for entry in shown:
        assert entry in entries


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
def test_lesson_and_figures_are_small(path):
    assert path.stat().st_size < 1_000_000
    for output in outputs(path):
        if "image/png" in output.get("data", {}):
            assert len(base64.b64decode(output.data["image/png"])) <= 80_000


@lessons
def test_every_figure_has_alternative_text(path):
    for cell in code_cells(path):
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) > 20, cell.source


@lessons
def test_a_lesson_opens_and_ends_as_all_do(path):
    cells = read(path).cells
    for heading in ("**You will learn**", "**You need**", "**Time**"):
        assert heading in cells[0].source
    code = [c for c in cells if c.cell_type == "code" and not is_first_cell(c)]
    assert "settings.start()" in code[0].source
    assert "**Predict:**" in "".join(c.source for c in cells if c.cell_type == "markdown")
    assert "## Recap" in cells[-1].source


@notebooks
def test_links_between_notebooks_lead_somewhere(path):
    for cell in read(path).cells:
        for target in re.findall(r"\]\(([^)#:]+\.(?:ipynb|md))\)", cell.source):
            assert (path.parent / target).exists(), target


@lessons
def test_compared_cells_have_something_to_compare_with(path):
    compared = [c for c in code_cells(path) if "nbval-check-output" in c.metadata.get("tags", [])]
    assert compared, "no cell of this lesson is compared with its stored output"
    assert all(cell.outputs for cell in compared)


@notebooks
def test_raw_fits_take_their_epochs_from_the_settings(path):
    for cell in code_cells(path):
        if ".fit(" in cell.source:
            assert "settings.epochs(" in cell.source


# exercises and solutions


@practice
def test_exercises_and_solutions_carry_no_outputs_and_no_stamp(path):
    assert "cnncourse" not in read(path).metadata
    for cell in code_cells(path):
        assert cell.outputs == [] and cell.execution_count is None


@practice
def test_the_first_cell_says_which_lesson_it_belongs_to(path):
    opening = read(path).cells[0].source
    kind, other = path.parent.name, {"solutions": "exercises", "exercises": "solutions"}
    number = int(path.stem[:2])
    assert opening.startswith(f"# {kind.capitalize()} to lesson {number}: ")
    assert f"[lesson {number}](../{path.name})" in " ".join(opening.split())
    assert f"(../{other[kind]}/{path.name})" in opening
    assert "**Time**" in opening


@lessons
def test_solutions_bear_the_title_of_their_lesson(path):
    solution = NOTEBOOKS / "solutions" / path.name
    if solution.exists():
        number, title = read(path).cells[0].source.splitlines()[0].removeprefix("# ").split(". ", 1)
        opening = read(solution).cells[0].source.splitlines()[0]
        assert opening == f"# Solutions to lesson {number}: {title}"


def test_each_lesson_up_to_14_has_solutions_and_exercises():
    names = [path.name for path in LESSONS if path.stem[:2] < "15"]
    assert [path.name for path in SOLUTIONS] == names
    assert [path.name for path in EXERCISES] == names


@solutions
def test_a_lesson_has_three_to_five_tasks_which_ask_all_of_its_checks(path):
    cells = read(path).cells
    tasks = [re.findall(r"^## (\d)\. ", cell.source, re.M) for cell in cells]
    assert sum(tasks, []) in [list("123"), list("1234"), list("12345")]
    asked = re.findall(r'^checks\.check\("(.+?)", .+\)$', "\n".join(c.source for c in cells), re.M)
    assert sorted(asked) == sorted(name for name in CHECKS if name[:2] == path.stem[:2])


@exercises
def test_exercises_hold_no_solution(path):
    for cell in read(path).cells:
        assert "solution" not in cell.metadata.get("tags", [])
    stubs = [cell.source for cell in code_cells(path) if cell.source.endswith("= ...")]
    assert len(stubs) >= 5
    for stub in stubs:
        assert stub.startswith("# ")


def test_exercises_are_what_the_command_cuts_from_the_solutions():
    written = files(NOTEBOOKS)
    assert sorted(written) == sorted(EXERCISES + list((NOTEBOOKS / "src/exercises").glob("*.py")))
    for path, text in written.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make sync`"


def solution_notebook(*cells, title="# Solutions to lesson 10: Sums\n\nTry first.\n\n**Time**"):
    new = nbformat.v4.new_code_cell
    made = [
        new(cell) if isinstance(cell, str) else new(cell[0], metadata=cell[1]) for cell in cells
    ]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(title), *made])


SOLUTION = {"tags": ["solution"]}


def test_a_solution_becomes_its_comment_and_the_names_that_are_needed():
    source = (
        "# Add.\n# Twice.\nhelper = 1\na, b = helper, 2\n\n\ndef c():\n    d = 1\n\n\nclass E: ..."
    )
    notebook = solution_notebook((source, SOLUTION), "print(b, a, c, E, d)", ("# More.", SOLUTION))
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="3")]
    notebook.cells[1].execution_count = 7
    exercise = cut(notebook, "09_sums")
    assert exercise.cells[1].source == "# Add.\n# Twice.\na = ...\nb = ...\nc = ...\nE = ..."
    assert exercise.cells[1].outputs == [] and exercise.cells[1].execution_count is None
    assert [cell.source for cell in exercise.cells[2:]] == ["print(b, a, c, E, d)", "# More."]
    assert all("tags" not in cell.metadata for cell in exercise.cells)
    assert notebook.cells[1].source == source, "the solution was changed"


def test_a_solution_that_changes_a_given_object_does_not_ask_for_it_anew():
    source = "# Freeze the body.\nbody.trainable = False\nsizes[0] = 1\nnet = body"
    notebook = solution_notebook(
        "body, sizes = make()", (source, SOLUTION), "print(body, sizes, net)"
    )
    assert cut(notebook, "09_sums").cells[2].source == "# Freeze the body.\nnet = ..."


def test_texts_of_the_solution_stay_out_and_other_tags_stay():
    notebook = solution_notebook(("# Go.\nx = 1", {"tags": ["hide-input", "solution"]}), "x")
    notebook.cells.append(nbformat.v4.new_markdown_cell("Because.", metadata=SOLUTION))
    exercise = cut(notebook, "09_sums")
    assert len(exercise.cells) == 3
    assert exercise.cells[1].metadata.tags == ["hide-input"]


def test_a_solution_that_does_not_say_what_to_do_is_refused():
    with pytest.raises(ValueError, match="Begin this solution with a comment"):
        cut(solution_notebook(("x = 1", SOLUTION), "x"), "09_sums")
    with pytest.raises(ValueError, match="09_sums: the first cell begins with '# Sums'"):
        cut(solution_notebook(title="# Sums\n\nText."), "09_sums")


def test_the_command_writes_the_exercises(tmp_path):
    solution = solution_notebook(("# Go.\nx = 1", SOLUTION), "x")
    (tmp_path / "notebooks" / "solutions").mkdir(parents=True)
    with pytest.raises(ValueError, match="holds no notebooks"):
        cut_all(tmp_path)
    nbformat.write(solution, tmp_path / "notebooks" / "solutions" / "09_sums.ipynb")
    cut_all(tmp_path)
    cells = read(tmp_path / "notebooks" / "exercises" / "09_sums.ipynb").cells
    assert cells[0].source.startswith("# Exercises to lesson 10: Sums\n")
    assert cells[0].source.endswith("**Time**")
    twin = (tmp_path / "notebooks" / "src" / "exercises" / "09_sums.py").read_text()
    assert "# Go.\nx = ...\n" in twin and ast.parse(twin)


@pytest.mark.parametrize(
    ("folder", "accepted"),
    [("solutions", "passed"), ("exercises", "not attempted"), ("elsewhere", None)],
)
def test_only_solutions_pass_and_nothing_is_attempted_in_exercises(tmp_path, folder, accepted):
    (tmp_path / "notebooks" / folder).mkdir(parents=True)
    answers = {"passed": "-30", "not yet": "30", "not attempted": "..."}
    code = [f"from cnncourse import checks; checks.check('03-sum', {a})" for a in answers.values()]
    client = NotebookClient(
        nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, code))),
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(tmp_path / "notebooks" / folder)}},
    )
    for status, cell in zip(answers, client.execute().cells, strict=True):
        (output,) = cell.outputs
        if accepted in (None, status):
            assert f"03-sum: {status}" in output.data["text/html"]
        else:
            assert output.ename == "AssertionError" and f"03-sum: {status}" in output.evalue


FIT = """
from cnncourse.backend import keras
import numpy as np
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile(loss="mse")
model.fit(np.ones(({pictures}, 1)), np.ones({pictures}), epochs={epochs}, verbose=0)
"""


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("import socket; socket.create_connection(('192.0.2.1', 80), 1)", "touched the network"),
        ("import urllib.request as r; r.urlopen('http://cnncourse.invalid')", "touched the net"),
        (FIT.format(pictures=4, epochs=3), "3 epochs in reduced mode"),
        (FIT.format(pictures=60000, epochs=1), "60000 pictures in reduced mode"),
    ],
    ids=["socket", "address", "epochs", "pictures"],
)
def test_a_notebook_that_leaves_the_reduced_mode_fails(code, complaint):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    with pytest.raises(CellExecutionError, match=complaint):
        NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
