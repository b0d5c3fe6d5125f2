"""Execute lessons full-size, keep their outputs and say in their metadata how they came about."""

import argparse
import base64
import contextlib
import hashlib
import io
import json
import os
import platform
import re
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from PIL import Image

from cnncourse.messages import StatusLine
from tools import COURSE, colab, replace, run

PACKAGES = ("tensorflow", "keras", "numpy", "matplotlib", "scikit-learn")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LARGE_PICTURE = 60_000  # bytes
LONG_TAG = "long-version"  # a lesson's long version ends with the last cell that has it


def code_hash(notebook: dict) -> str:
    """Return a hash of a notebook's code: it changes neither with prose nor with Colab's cell."""
    sources = [
        cell["source"]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and not colab.is_first_cell(cell)
    ]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:16]


def execute(path: Path, results: Path, *, long: bool = False) -> dict:
    """Execute a lesson full-size; on success replace it and write its results.

    Args:
        path: The notebook.
        results: Folder of the results; a file is written if the lesson records something.
        long: Execute the lesson's long version (``CNNCOURSE_LONG=1``), up to the last cell with the
            tag "long-version"; keep its results in a file of their own, and leave the notebook.

    Returns:
        The stamp that was put into the notebook's metadata.

    Raises:
        RuntimeError: If a cell fails; the notebook's file is left as it was.
        ValueError: If something was measured on samples, or the lesson has no long version.
    """
    notebook = nbformat.read(path, as_version=4)
    if long:
        notebook.cells = _long_version(notebook.cells, path)
    line, started = StatusLine(), time.monotonic()
    env = {"CNNCOURSE_REDUCED": "0", "CNNCOURSE_LONG": str(int(long))}
    peak = run_cells(notebook, path, env, line)
    from cnncourse.results import collect  # imports TensorFlow

    experiments = collect(notebook)
    sources = {entry["data_source"] for entry in experiments}
    stamp = {
        "mode": "full",
        "seconds": round(time.monotonic() - started),
        "peak_memory_mb": round(peak / 1e6),
        "versions": {name: version(name) for name in PACKAGES},
        "data_source": ", ".join(sorted(sources)) or "none recorded",
        "code_hash": code_hash(notebook),
    }
    name = f"{path.stem}_long" if long else path.stem
    if not long:
        notebook.metadata["cnncourse"] = stamp
        _drop_widgets(notebook)
        shrink_pictures(notebook)
        replace(path, nbformat.writes(notebook) + "\n")
    if experiments:
        kept = {key: stamp[key] for key in ("seconds", "peak_memory_mb", "versions")}
        summary = {"lesson": name, **kept, "processor": _processor(), "experiments": experiments}
        results.mkdir(exist_ok=True)
        replace(results / f"{name}.json", json.dumps(summary, indent=1) + "\n")
    line.close(f"{name}: {stamp['seconds']} s, at most {stamp['peak_memory_mb']} MB")
    return stamp


def run_cells(notebook: nbformat.NotebookNode, path: Path, env: dict, line: StatusLine) -> int:
    """Run a notebook's cells in a kernel of its own, which fills in their outputs.

    Args:
        notebook: What `nbformat.read` returned; changed in place.
        path: Its file, in whose folder the kernel works.
        env: Environment variables of the kernel beside those of this process.
        line: Says which cell is at work.

    Returns:
        The most memory that the kernel and its processes took, in bytes.

    Raises:
        RuntimeError: If a cell fails.
    """
    client = NotebookClient(
        notebook,
        timeout=None,
        startup_timeout=300,  # on a busy machine a kernel may take minutes
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    kernel = client.setup_kernel(env={**os.environ, **env})
    with kernel, _peak_memory(client.km.provisioner.pid) as peak:
        for index, cell in enumerate(notebook.cells):
            line.update(f"{path.stem}: cell {index + 1} of {len(notebook.cells)}")
            try:
                client.execute_cell(cell, index)
            except CellExecutionError as error:
                raise RuntimeError(f"{path.stem}, cell {index + 1} failed:\n{error}") from None
    return peak["bytes"]


def lessons(names: list[str], notebooks: Path) -> list[Path]:
    """Return the notebooks of the named lessons, such as "4" or "04_first"; all if none is named.

    Raises:
        ValueError: If there is no such lesson.
    """
    paths = []
    for name in names or [""]:
        start = Path(name).stem
        found = sorted(notebooks.glob(f"{start.zfill(2) if start.isdecimal() else start}*.ipynb"))
        if not found:
            raise ValueError(f"There is no lesson {name!r} in {notebooks}: name one such as 03.")
        paths += found
    return paths


def _drop_widgets(notebook: nbformat.NotebookNode) -> None:
    """Leave what a widget shows without a kernel: a stored view would only be an error message."""
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if len(data.keys() - {WIDGET_VIEW, "text/plain"}) > 0:
                data.pop(WIDGET_VIEW, None)


def shrink_pictures(notebook: nbformat.NotebookNode) -> None:
    """Store large pictures with as many colours of their own as fit: photographs take a third."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            content = base64.b64decode(data.get("image/png", ""))
            picture = Image.open(io.BytesIO(content)).convert("RGB") if content else None
            for colours in (256, 128, 64):
                if len(content) > LARGE_PICTURE:
                    smaller = io.BytesIO()
                    picture.quantize(colours).save(smaller, "png", optimize=True)
                    content = smaller.getvalue()
                    data["image/png"] = base64.b64encode(content).decode()


def _long_version(cells: list, path: Path) -> list:
    ends = [i for i, cell in enumerate(cells) if LONG_TAG in cell.metadata.get("tags", [])]
    if not ends:
        raise ValueError(f"{path.stem} has no long version: no cell has the tag {LONG_TAG!r}.")
    return cells[: ends[-1] + 1]


@contextlib.contextmanager
def _peak_memory(pid: int) -> Iterator[dict]:
    """Watch the memory of a process and its children, in bytes, once a second.

    What several of them use (libraries, the pictures of `train_many`) counts once, where the system
    can tell.
    """
    peak, done = {"bytes": 0}, threading.Event()

    def watch() -> None:
        kernel = psutil.Process(pid)
        while True:
            total = 0
            for process in [kernel, *kernel.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    total += _memory(process)
            peak["bytes"] = max(peak["bytes"], total)
            if done.wait(1):
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _memory(process: psutil.Process) -> int:
    info = process.memory_full_info() if psutil.LINUX else process.memory_info()
    return getattr(info, "pss", info.rss)


def _processor() -> str:
    rows = Path("/proc/cpuinfo").read_text() if psutil.LINUX else ""
    model = re.search(r"model name\s*: (.*)", rows)
    name = model[1] if model else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores"


def main(arguments: list[str] | None = None, course: Path = COURSE) -> None:
    """Execute the lessons that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tools.execute", description=__doc__)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="such as 03; all if none")
    parser.add_argument("--long", action="store_true", help="the long version; its results only")
    chosen = parser.parse_args(arguments)
    for path in lessons(chosen.lessons, course / "notebooks"):
        execute(path, course / "results", long=chosen.long)


if __name__ == "__main__":
    run(main)
