"""Every lesson and exercise, run from its first cell to its last in JupyterLab in a browser."""

from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
pytestmark = pytest.mark.slow


def test_every_lesson_and_exercise_runs_all_cells_in_jupyterlab(lab, amount, tried):
    cheap = [NOTEBOOKS / "exercises" / "01_dense_network.ipynb"]
    chosen = amount(cheap, [*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("exercises/*.ipynb")])
    broken = {}
    for path in sorted(chosen):
        name = str(path.relative_to(NOTEBOOKS.parent))
        with lab.opened(name) as page:
            text, errors = lab.run_all(page, seconds=1800)
        assert "Reduced mode" in text or "settings.start()" not in text, name
        if errors or page.wrong:
            broken[name] = errors + page.wrong
    assert not broken
    tried("lessons and exercises run by JupyterLab in a browser, without an error", len(chosen))
