"""Every lesson and exercise in JupyterLab in a browser: opened, and run to its last cell."""

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS_AND_EXERCISES = sorted([*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("exercises/*.ipynb")])
pytestmark = pytest.mark.slow

CELLS = """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].map(cell => ({
    kind: cell.classList.contains('jp-CodeCell') ? 'code' : 'markdown',
    rendered: cell.classList.contains('jp-mod-rendered'),
    pictures: cell.querySelectorAll('.jp-OutputArea img').length}))"""


def test_every_lesson_and_exercise_opens_with_all_its_figures_and_a_kernel(lab, amount, tried):
    chosen = amount([NOTEBOOKS / "05_looking_inside.ipynb"], LESSONS_AND_EXERCISES)
    for path in chosen:
        cells = nbformat.read(path, as_version=4).cells
        with lab.opened(str(path.relative_to(NOTEBOOKS.parent))) as page:
            shown = page.evaluate(CELLS)
        assert not page.wrong
        assert [cell["kind"] for cell in shown] == [cell.cell_type for cell in cells], path
        assert all(cell["rendered"] for cell in shown if cell["kind"] == "markdown"), path
        stored = [
            sum("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
            for cell in cells
        ]
        assert [cell["pictures"] for cell in shown] == stored, path
    tried("lessons and exercises opened by JupyterLab in a browser, with all figures", len(chosen))


def test_every_lesson_and_exercise_runs_all_cells_in_jupyterlab(lab, amount, tried):
    if not amount(False, True):
        pytest.skip("in full only: test_jupyterlab.py runs some of them")
    broken = {}
    for path in LESSONS_AND_EXERCISES:
        name = str(path.relative_to(NOTEBOOKS.parent))
        with lab.opened(name) as page:
            text, errors = lab.run_all(page, seconds=1800)
        assert "Reduced mode" in text or "settings.start()" not in text, name
        if errors or page.wrong:
            broken[name] = errors + page.wrong
    assert not broken
    tried(
        "lessons and exercises run by JupyterLab in a browser, without an error",
        len(LESSONS_AND_EXERCISES),
    )
