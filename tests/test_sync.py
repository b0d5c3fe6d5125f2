"""Text twins and notebooks: the twin is the source, and nothing that was edited is written over."""

import subprocess
from pathlib import Path

import nbformat
import pytest

from tools import sync

TWIN = """# %% [markdown]
# # A lesson

# %%
{code}
"""


@pytest.fixture
def course(tmp_path) -> Path:
    """Return a clone with one lesson, its twin and a solution."""
    for name in ("01_a", "solutions/01_a"):
        twin = tmp_path / "notebooks" / "src" / f"{name}.py"
        twin.parent.mkdir(parents=True, exist_ok=True)
        title = "# # Solutions to lesson 1: A\n#\n# Try first." if "/" in name else "# # A lesson"
        text = TWIN.replace("# # A lesson", title).format(code="# Say it.\nanswer = 41")
        twin.write_text(text)
    for folder in ("solutions", "exercises", "src/exercises"):
        (tmp_path / "notebooks" / folder).mkdir(parents=True, exist_ok=True)
    sync.main(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "all")
    return tmp_path


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def outputs(path: Path) -> list:
    return [cell.get("outputs") for cell in nbformat.read(path, as_version=4).cells]


def test_twin_is_carried_over_and_outputs_of_cells_that_stay_are_kept(course):
    path, twin = course / "notebooks/01_a.ipynb", course / "notebooks/src/01_a.py"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="41\n")]
    nbformat.write(notebook, path)
    twin.write_text(twin.read_text().replace("A lesson", "A better lesson"))
    assert sync.sync(twin, path) and not sync.sync(twin, path)
    assert nbformat.read(path, as_version=4).cells[0].source == "# A better lesson"
    assert outputs(path)[1][0].text == "41\n"


@pytest.mark.parametrize("name", ["notebooks/src/01_a.py", "notebooks/01_a.ipynb"])
def test_conflict_is_named_and_nothing_is_written(course, name):
    path, notebook = course / name, course / "notebooks/01_a.ipynb"
    path.write_text(f"<<<<<<< HEAD\n{path.read_text()}\n=======\n>>>>>>> theirs\n")
    before = notebook.read_text()
    with pytest.raises(ValueError, match="01_a.* holds the marks of a git conflict: resolve it"):
        sync.main(course)
    assert notebook.read_text() == before


def test_broken_notebook_is_named(course):
    (course / "notebooks/01_a.ipynb").write_text("{")
    with pytest.raises(ValueError, match="01_a.ipynb is not a notebook"):
        sync.sync(course / "notebooks/src/01_a.py", course / "notebooks/01_a.ipynb")


def test_notebook_that_was_edited_by_hand_is_not_written_over(course):
    path = course / "notebooks/01_a.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = "answer = 42"
    nbformat.write(notebook, path)
    with pytest.raises(ValueError, match="01_a.ipynb was edited, and not its twin 01_a.py"):
        sync.main(course)
    assert nbformat.read(path, as_version=4).cells[1].source == "answer = 42"


def test_no_server_pairs_notebooks_by_itself():
    """Jupytext's contents manager does where a `formats` says so."""
    course = Path(__file__).parent.parent
    assert "formats =" not in (course / "jupytext.toml").read_text()
    for path in (course / "notebooks").rglob("*.ipynb"):
        about = nbformat.read(path, as_version=4).metadata.get("jupytext", {})
        assert "formats" not in about and "text_representation" not in about, path
