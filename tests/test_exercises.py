"""Exercises: cut from the solutions, and a student's Run All works before anything is answered."""

import ast
import copy

import nbformat
import pytest
from nbclient import NotebookClient
from test_notebooks import EXERCISES, NOTEBOOKS, code_cells

from tools.exercises import cut, files
from tools.exercises import main as cut_all

SOLUTION = {"tags": ["solution"]}
TITLE = "# Solutions to lesson 9: Sums\n\nTry first.\n\n**Time**"


def solution_notebook(*cells, title=TITLE):
    new = nbformat.v4.new_code_cell
    made = [
        new(cell) if isinstance(cell, str) else new(cell[0], metadata=cell[1]) for cell in cells
    ]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(title), *made])


def test_exercises_are_what_the_command_cuts_from_the_solutions():
    written = files(NOTEBOOKS)
    assert sorted(written) == sorted(EXERCISES + list((NOTEBOOKS / "src/exercises").glob("*.py")))
    for path, text in written.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make sync`"


@pytest.mark.slow
def test_every_exercise_runs_to_its_end_with_nothing_answered():
    """In one kernel, as each would import TensorFlow anew; the guard looks at what checks say."""
    cells = []
    for path in EXERCISES:
        cells += [nbformat.v4.new_code_cell("%reset -f"), *copy.deepcopy(code_cells(path))]
    resources = {"metadata": {"path": str(NOTEBOOKS / "exercises")}}
    notebook = nbformat.v4.new_notebook(cells=cells)
    done = NotebookClient(notebook, kernel_name="python3", timeout=300, resources=resources)
    assert "not attempted" in str(done.execute().cells[-1].outputs)


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
    written = tmp_path / "notebooks" / "exercises" / "09_sums.ipynb"
    opening = nbformat.read(written, as_version=4).cells[0].source
    assert opening.startswith("# Exercises to lesson 9: Sums\n")
    assert "[lesson 9](../09_sums.ipynb)" in " ".join(opening.split())
    assert "(../solutions/09_sums.ipynb)" in opening and opening.endswith("**Time**")
    twin = (tmp_path / "notebooks" / "src" / "exercises" / "09_sums.py").read_text()
    assert "# Go.\nx = ...\n" in twin and ast.parse(twin)
