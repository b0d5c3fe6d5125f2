"""What must hold of every notebook without running it, and that running it is guarded."""

import base64
import re
from pathlib import Path

import jupytext
import nbformat
import pytest
from jupytext.compare import compare_notebooks
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from cnncourse.colab import is_first_cell
from cnncourse.execution import code_hash
from cnncourse.results import collect, read_all

COURSE = Path(__file__).parent.parent
NOTEBOOKS = COURSE / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("*.ipynb"))
TWINS = sorted((NOTEBOOKS / "src").rglob("*.py"))
lessons = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


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


@pytest.mark.parametrize("twin", TWINS, ids=lambda path: path.stem)
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


@lessons
def test_links_between_notebooks_lead_somewhere(path):
    for cell in read(path).cells:
        for target in re.findall(r"\]\(([^)#:]+\.(?:ipynb|md))\)", cell.source):
            assert (path.parent / target).exists(), target


@lessons
def test_compared_cells_have_something_to_compare_with(path):
    compared = [c for c in code_cells(path) if "nbval-check-output" in c.metadata.get("tags", [])]
    assert compared, "no cell of this lesson is compared with its stored output"
    assert all(cell.outputs for cell in compared)


@lessons
def test_raw_fits_take_their_epochs_from_the_settings(path):
    for cell in code_cells(path):
        if ".fit(" in cell.source:
            assert "epochs=settings.epochs(" in cell.source


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
