"""Execute lessons full-size, keep their outputs and say in their metadata how they came about."""

import contextlib
import hashlib
import json
import os
import platform
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from cnncourse import colab
from cnncourse.notices import ProgressLine
from cnncourse.results import collect

PACKAGES = ("tensorflow", "keras", "numpy", "matplotlib", "scikit-learn")


def code_hash(notebook: dict) -> str:
    """Return a hash of a notebook's code: it changes neither with prose nor with Colab's cell."""
    sources = [
        cell["source"]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and not colab.is_first_cell(cell)
    ]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:16]


def execute(path: Path, results: Path) -> dict:
    """Execute a lesson full-size; on success replace it and write its results.

    Args:
        path: The notebook.
        results: Folder of the results; a file is written if the lesson records something.

    Returns:
        The stamp that was put into the notebook's metadata.

    Raises:
        RuntimeError: If a cell fails; the notebook's file is left as it was.
        ValueError: If something was measured on samples.
    """
    notebook = nbformat.read(path, as_version=4)
    line, started = ProgressLine(), time.monotonic()
    client = NotebookClient(
        notebook,
        timeout=None,
        startup_timeout=300,  # on a busy machine a kernel may take minutes
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    with _full_size(), client.setup_kernel(), _peak_memory(client.km.provisioner.pid) as peak:
        for index, cell in enumerate(notebook.cells):
            line.update(f"{path.stem}: cell {index + 1} of {len(notebook.cells)}")
            try:
                client.execute_cell(cell, index)
            except CellExecutionError as error:
                raise RuntimeError(f"{path.stem}, cell {index + 1} failed:\n{error}") from None
    stamp = {
        "mode": "full",
        "seconds": round(time.monotonic() - started),
        "peak_memory_mb": round(peak["bytes"] / 1e6),
        "versions": {name: version(name) for name in PACKAGES},
        "data_source": _data_source(notebook),
        "code_hash": code_hash(notebook),
    }
    experiments = collect(notebook)
    notebook.metadata["cnncourse"] = stamp
    notebook.metadata.pop("widgets", None)
    _replace(path, nbformat.writes(notebook) + "\n")
    if experiments:
        summary = {
            "lesson": path.stem,
            "seconds": stamp["seconds"],
            "peak_memory_mb": stamp["peak_memory_mb"],
            "versions": stamp["versions"],
            "processor": _processor(),
            "experiments": experiments,
        }
        results.mkdir(exist_ok=True)
        _replace(results / f"{path.stem}.json", json.dumps(summary, indent=1) + "\n")
    line.close(f"{path.stem}: {stamp['seconds']} s, at most {stamp['peak_memory_mb']} MB")
    return stamp


@contextlib.contextmanager
def _full_size() -> Iterator[None]:
    """Let kernels that start within the block run full-size."""
    before = os.environ.pop("CNNCOURSE_REDUCED", None)
    try:
        yield
    finally:
        if before is not None:
            os.environ["CNNCOURSE_REDUCED"] = before


@contextlib.contextmanager
def _peak_memory(pid: int) -> Iterator[dict]:
    """Watch the memory of a process and its children, in bytes, twice a second."""
    peak, done = {"bytes": 0}, threading.Event()

    def watch() -> None:
        kernel = psutil.Process(pid)
        while not done.wait(0.5):
            total = 0
            for process in [kernel, *kernel.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    total += process.memory_info().rss
            peak["bytes"] = max(peak["bytes"], total)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _data_source(notebook: dict) -> str:
    """Say where the pictures came from, by what the notebook shows."""
    sources = {entry["data_source"] for entry in collect(notebook)}
    return ", ".join(sorted(sources)) or "none recorded"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for row in cpuinfo.read_text().splitlines():
            if row.startswith("model name"):
                return f"{row.split(':', 1)[1].strip()}, {os.cpu_count()} cores"
    return f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def _replace(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(text)
    os.replace(partial, path)
