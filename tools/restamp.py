"""Stamp lessons anew whose code changed in names only, instead of executing them full-size.

The lesson as it was when its stamp was written and the lesson of today run in reduced mode, each
with the package of its time. Only if all their outputs agree is the stamp renewed.
"""

import argparse
import difflib
import json
import re
import subprocess
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from cnncourse.messages import StatusLine
from tools import COURSE, replace, run
from tools.execute import code_hash, lessons, run_cells

# What differs from run to run: times, with what aligns them, and where an object lies in memory.
VARIES = re.compile(r" *\d[\d,.]* ?(?:s|ms|us|seconds|minutes)\b|0x[0-9a-f]{6,}")
WIDGET = "application/vnd.jupyter.widget-view+json"  # holds an id made by chance


def restamp(path: Path, course: Path, since: str, renamed: dict[str, str]) -> bool:
    """Renew a lesson's stamp after both versions of its code gave the same outputs.

    Args:
        path: The lesson's notebook.
        course: The course's folder, a git repository.
        since: A revision with the lesson as it was stamped; its number may be another there.
        renamed: Ids of results in that revision and their present ones.

    Returns:
        False if the stamp fits the code already, so that nothing was to do.

    Raises:
        ValueError: If the revision has no such lesson, or an output differs; nothing is changed.
        RuntimeError: If a cell fails.
    """
    lesson = nbformat.read(path, as_version=4)
    stamp = lesson.metadata["cnncourse"]
    if stamp["code_hash"] == code_hash(lesson):
        return False
    today = _outputs(path, course, {})
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder, "course")
        git = ["git", "-C", str(course), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(before), since], check=True)
        try:
            then = _outputs(_stamped(before, path.stem, stamp["code_hash"]), before, renamed)
        finally:
            subprocess.run([*git, "remove", "--force", str(before)], check=True)
    for number, (old, new) in enumerate(zip(then, today, strict=False), start=1):
        if old != new:
            lines = difflib.unified_diff(old, new, since, "today", lineterm="", n=0)
            shown = "\n".join(line[:300] for line in list(lines)[:20])
            raise ValueError(f"{path.stem}: code cell {number} gives other outputs:\n{shown}")
    if len(then) != len(today):
        raise ValueError(f"{path.stem}: it had {len(then)} code cells, and has {len(today)} today.")
    stamp.update(code_hash=code_hash(lesson), restamped=_short(course, since))
    replace(path, nbformat.writes(lesson) + "\n")
    return True


def _stamped(course: Path, name: str, stamped_hash: str) -> Path:
    """Find a lesson in another revision, where its number may differ."""
    _, _, title = name.partition("_")
    for path in (course / "notebooks").glob(f"*_{title}.ipynb"):
        if code_hash(nbformat.read(path, as_version=4)) == stamped_hash:
            return path
    raise ValueError(f"{name}: that revision has no *_{title} with the stamped code; try another.")


def _outputs(path: Path, course: Path, renamed: dict[str, str]) -> list[list[str]]:
    """Run a lesson in reduced mode with its own package; return each code cell's outputs."""
    notebook = nbformat.read(path, as_version=4)
    names = re.compile(r"\b(?:" + "|".join(map(re.escape, renamed)) + r")(?![\w-])")

    def rename(text: str) -> str:
        return names.sub(lambda found: renamed[found[0]], text) if renamed else text

    for file in (course / "results").glob("*.json") if renamed else ():
        text = rename(file.read_text(encoding="utf-8"))  # figures show what the course measured
        file.write_text(text, encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        nowhere = "http://127.0.0.1:9"  # no network
        env = {
            "CNNCOURSE_REDUCED": "1",
            "CNNCOURSE_LONG": "0",
            "CNNCOURSE_RUNS": folder,  # nothing resumes
            "TF_NUM_INTRAOP_THREADS": "1",
            "PYTHONPATH": str(course),
            **dict.fromkeys(("http_proxy", "https_proxy"), nowhere),
        }
        line = StatusLine()
        run_cells(notebook, path, env, line)
        line.close(f"{path.stem}: run in {course}")
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [_shown(cell, rename) for cell in cells]


def _shown(cell: NotebookNode, rename) -> list[str]:
    """Return a cell's outputs as lines that are equal whenever the same was computed."""
    shown, texts = [], []
    for output in cell.outputs:
        if output.output_type == "stream":  # how a text is cut into outputs is chance
            texts.append(output.text)
            continue
        shown += "".join(texts).splitlines()
        texts.clear()
        for kind, content in sorted(output.get("data", {}).items()):
            if kind.startswith("image/"):
                shown.append(f"{kind} {content}")
            elif kind != WIDGET:
                if isinstance(content, dict):
                    content = {key: content[key] for key in content if key != "seconds"}
                text = content if isinstance(content, str) else json.dumps(content, sort_keys=True)
                shown += [f"{kind} {line}" for line in text.splitlines()]
    shown += "".join(texts).splitlines()
    return [line if line.startswith("image/") else VARIES.sub("#", rename(line)) for line in shown]


def _short(course: Path, revision: str) -> str:
    command = ["git", "-C", str(course), "rev-parse", "--short", revision]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def main(arguments: list[str] | None = None, course: Path = COURSE) -> None:
    """Stamp the lessons that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tools.restamp", description=__doc__)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="such as 05; all if none")
    parser.add_argument("--since", required=True, metavar="REVISION", help="with the stamped code")
    parser.add_argument("--renamed", nargs="*", default=[], metavar="OLD=NEW", help="results' ids")
    chosen = parser.parse_args(arguments)
    renamed = dict(pair.split("=", 1) for pair in chosen.renamed)
    for path in lessons(chosen.lessons, course / "notebooks"):
        done = restamp(path, course, chosen.since, renamed)
        print(f"{path.stem}: {'the same outputs, stamped anew' if done else 'nothing to do'}")


if __name__ == "__main__":
    run(main)
