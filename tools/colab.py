"""A first cell for Google Colab, which has TensorFlow but not this course."""

from pathlib import Path

import jupytext
import nbformat
import yaml

from tools import COURSE, run

TAG = "colab"
SOURCE = """\
# On Google Colab this installs the course, and keeps the TensorFlow that is
# there: it knows Colab's GPU. Elsewhere it does nothing.
import sys

if "google.colab" in sys.modules:
    import subprocess
    from importlib.metadata import version

    kept = [f"{name}=={version(name)}" for name in ["tensorflow", "keras", "numpy"]]
    course = "cnncourse[colab] @ {target}"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", course]
    if subprocess.run([*pip, *kept]).returncode:
        raise RuntimeError(
            "The course could not be installed: the lines above say why. If it "
            f"needs another version than {', '.join(kept)}: choose the newest in "
            "Runtime, Change runtime type, Runtime version."
        )"""


def is_first_cell(cell: dict) -> bool:
    """Say whether a notebook's cell is the one for Colab: it carries the tag ``colab``."""
    return TAG in cell["metadata"].get("tags", [])


def address_of(config: Path) -> str:
    """Return what pip installs, by the repository that the site's configuration names.

    Args:
        config: The file ``_config.yml``.

    Returns:
        Such as "git+https://github.com/you/cnncourse@main"; "" while no repository is named.

    Raises:
        ValueError: If the address is none that git can read over the network.
    """
    repository = yaml.safe_load(config.read_text(encoding="utf-8")).get("repository") or {}
    url, branch = repository.get("url") or "", repository.get("branch") or "main"
    if url and (not url.startswith("https://") or any(letter in url for letter in "\"'\\ ")):
        raise ValueError(
            f"{config} names the repository {url!r}: give an address such as "
            "https://github.com/you/cnncourse."
        )
    return f"git+{url.rstrip('/')}@{branch}" if url else ""


def put_first_cell(notebook: nbformat.NotebookNode, target: str) -> None:
    """Put the cell before a notebook's first code cell, instead of the one it may have.

    Args:
        notebook: What `nbformat.read` or `jupytext.read` returned; changed in place.
        target: What pip installs; with "" the cell is taken out.

    Example:
        >>> notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
        >>> put_first_cell(notebook, "git+https://github.com/you/cnncourse@main")
        >>> [is_first_cell(cell) for cell in notebook.cells]
        [True, False]
    """
    cells = [cell for cell in notebook.cells if not is_first_cell(cell)]
    if target:
        codes = (place for place, cell in enumerate(cells) if cell.cell_type == "code")
        cell = nbformat.v4.new_code_cell(SOURCE.replace("{target}", target), id="install-on-colab")
        cell.metadata["tags"] = [TAG, "remove-cell"]  # the site does not show it
        cells.insert(next(codes, len(cells)), cell)
    notebook.cells = cells


def put_first_cells(notebooks: Path, target: str) -> int:
    """Put the cell into every notebook and its text twin; stored outputs stay.

    Args:
        notebooks: The course's folder ``notebooks``, with the twins in ``src``.
        target: What pip installs; with "" the cells are taken out.

    Returns:
        How many notebooks changed.
    """
    changed = 0
    for twin in sorted((notebooks / "src").rglob("*.py")):
        path = notebooks / twin.relative_to(notebooks / "src").with_suffix(".ipynb")
        before = path.read_text(encoding="utf-8"), twin.read_text(encoding="utf-8")
        notebook = nbformat.reads(before[0], as_version=4)
        text = jupytext.reads(before[1], fmt="py:percent")
        put_first_cell(notebook, target)
        put_first_cell(text, target)
        after = nbformat.writes(notebook) + "\n", jupytext.writes(text, fmt="py:percent")
        if after != before:
            path.write_text(after[0], encoding="utf-8")
            twin.write_text(after[1], encoding="utf-8")
            changed += 1
    return changed


def main(course: Path = COURSE) -> None:
    """Put the cell into all notebooks, or take it out: as the site's configuration says."""
    address = address_of(course / "_config.yml")
    changed = put_first_cells(course / "notebooks", address)
    print(f"{changed} notebooks changed: on Colab they install {address or 'nothing'}.")


if __name__ == "__main__":
    run(main)
