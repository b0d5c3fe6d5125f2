"""Cut the exercises from the solutions: what a student is to write becomes ``...``.

A cell tagged ``solution`` keeps its leading comment, which says what to write, and sets each name
that a cell after it needs to ``...``. A text with this tag is left out. The first cell is new.
"""

import ast
import copy
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from tools import COURSE, run

TAG = "solution"
TITLE = "# Solutions to lesson "
OPENING = """# Exercises to lesson {lesson}

For [lesson {number}](../{name}.ipynb). Replace each `...` by your answer, then run the cell and the
check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
look into the [solutions](../solutions/{name}.ipynb)."""


def cut(solution: NotebookNode, name: str) -> NotebookNode:
    r"""Turn a notebook of solutions into one of exercises.

    Args:
        solution: The notebook; its first cell begins with "# Solutions to lesson N: Title" and a
            paragraph that the exercises do not need.
        name: Name of the lesson, such as "04_first_conv_net".

    Returns:
        A new notebook without outputs.

    Raises:
        ValueError: If the first cell begins otherwise, or a solution does not say what to do.

    Example:
        >>> new = nbformat.v4.new_code_cell
        >>> solution = new("# Write the sum.\nx = 1 + 1", metadata={"tags": ["solution"]})
        >>> title = nbformat.v4.new_markdown_cell("# Solutions to lesson 9: Sums\n\nTry first.")
        >>> cells = [title, solution, new("print(x)")]
        >>> print(cut(nbformat.v4.new_notebook(cells=cells), "09_sums").cells[1].source)
        # Write the sum.
        x = ...
    """
    exercise = copy.deepcopy(solution)
    first, *others = exercise.cells
    first.source = _opening(first.source, name)
    kept = [first, *(cell for cell in others if cell.cell_type == "code" or not _tagged(cell))]
    needed: set[str] = set()
    for cell in reversed(kept):
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        if _tagged(cell):
            cell.source = _stub(cell.source, needed)
            cell.metadata.tags = [tag for tag in cell.metadata.tags if tag != TAG]
            if not cell.metadata.tags:
                del cell.metadata["tags"]
        else:
            nodes = ast.walk(ast.parse(cell.source))
            needed |= {node.id for node in nodes if isinstance(node, ast.Name)}
    exercise.cells = kept
    return exercise


def files(notebooks: Path) -> dict[Path, str]:
    """Return what the files of the exercises must hold.

    Args:
        notebooks: The folder with the folder `solutions`.

    Returns:
        Path and text of each notebook and of its text twin.

    Raises:
        ValueError: If there are no solutions, or one is not as it should be.
    """
    solutions = sorted((notebooks / "solutions").glob("*.ipynb"))
    if not solutions:
        raise ValueError(f"{notebooks / 'solutions'} holds no notebooks to cut exercises from.")
    texts = {}
    for path in solutions:
        exercise = cut(nbformat.read(path, as_version=4), path.stem)
        texts[notebooks / "exercises" / path.name] = nbformat.writes(exercise) + "\n"
        twin = notebooks / "src" / "exercises" / f"{path.stem}.py"
        texts[twin] = jupytext.writes(exercise, fmt="py:percent")
    return texts


def _tagged(cell: NotebookNode) -> bool:
    return TAG in cell.metadata.get("tags", [])


def _opening(source: str, name: str) -> str:
    """Exchange the title and the first paragraph; what follows them stays."""
    title, *paragraphs = source.split("\n\n")
    if not title.startswith(TITLE) or not paragraphs:
        raise ValueError(
            f"{name}: the first cell begins with {title!r}. Begin it with {TITLE!r}, the lesson's "
            "number and title, and a paragraph."
        )
    lesson = title.removeprefix(TITLE)
    opening = OPENING.format(lesson=lesson, number=lesson.split(":")[0], name=name)
    return "\n\n".join([opening, *paragraphs[1:]])


def _stub(source: str, needed: set[str]) -> str:
    """Return the leading comment, and a line ``name = ...`` for each name that is needed."""
    lines = source.splitlines()
    end = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if not end:
        raise ValueError(f"Begin this solution with a comment that says what to do:\n{source}")
    answers = [f"{name} = ..." for name in _assigned(source) if name in needed]
    return "\n".join([*lines[:end], *answers])


def _assigned(source: str) -> list[str]:
    """Return the names that a cell defines, in order."""
    names = []
    for statement in ast.parse(source).body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            names.append(statement.name)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                found = [node for node in ast.walk(target) if isinstance(node, ast.Name)]
                # In `body.trainable = False` nobody defines a body.
                names += [node.id for node in found if isinstance(node.ctx, ast.Store)]
    return list(dict.fromkeys(names))


def main(course: Path = COURSE) -> None:
    """Write the exercises and their text twins."""
    texts = files(course / "notebooks")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(texts) // 2} notebooks of exercises, and their text twins")


if __name__ == "__main__":
    run(main)
