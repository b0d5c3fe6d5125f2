"""The command line: ``cnncourse doctor | fetch | work``."""

import argparse
import platform
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cnncourse import settings, work
from cnncourse.datafiles import DATASETS, SOURCES, fetch, read

NEEDED = "tensorflow keras numpy matplotlib seaborn scikit-learn jupyterlab ipykernel jupytext"
INSTALL = "Run `make lab`, or `pip install {}`."
NOT_HERE = (
    "Intel Macs and Windows on ARM have no TensorFlow: use the course in a browser, as on Colab."
)


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand.

    Args:
        arguments: The words after ``cnncourse``; those of the command line if None.

    Returns:
        0 if all went well, 1 otherwise.
    """
    parser = argparse.ArgumentParser(prog="cnncourse", description="The course's own tools.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("doctor", help="check this machine and say what is missing")
    fetching = commands.add_parser("fetch", help="download the data sets into the data folder")
    known = f"of {', '.join(SOURCES)}; all data sets if there is none"
    fetching.add_argument("names", nargs="*", metavar="NAME", help=known)
    fetching.add_argument("--to", type=Path, metavar="FOLDER", help="instead of the data folder")
    working = commands.add_parser("work", help="make or update your own copies of the notebooks")
    working.add_argument("--course", type=Path, metavar="FOLDER", help="if not the current one")
    working.add_argument("--to", type=Path, metavar="FOLDER", help="instead of the folder work")
    chosen = parser.parse_args(arguments)
    try:
        return COMMANDS[chosen.command](chosen)
    except (ValueError, OSError, RuntimeError) as error:
        print(f"cnncourse {chosen.command}: {error}", file=sys.stderr)
        return 1


def _doctor(chosen: argparse.Namespace) -> int:
    remedies: list[str] = []

    def say(what: str, found: str, remedy: str | None = None) -> None:
        print(f"{'ok     ' if remedy is None else 'MISSING'}  {what}: {found}")
        if remedy:
            remedies.append(remedy)

    fits = (3, 11) <= sys.version_info < (3, 14)
    say("Python", platform.python_version(), None if fits else "Install Python 3.11, 3.12 or 3.13.")
    for name in NEEDED.split():
        try:
            say(name, version(name))
        except PackageNotFoundError:
            say(name, "not installed", NOT_HERE if _has_none(name) else INSTALL.format(name))
    _doctor_machine(say)
    folder = settings.data_folder()
    if not folder.is_dir() and (why := settings.why_not_in_data_folder("")):
        say("data folder", str(folder), f"{why}: make it, or set CNNCOURSE_DATA to another.")
    elif not settings.is_whole_path("CNNCOURSE_DATA"):
        why = "CNNCOURSE_DATA is relative, and each notebook runs in its own folder"
        say("data folder", str(folder), f"{why}: set it to the whole path, {folder}.")
    for name in DATASETS:
        path = folder / f"{name}.npz"
        try:
            read(path, name)
            say(name, str(path))
        except FileNotFoundError:
            say(name, f"not in {folder}", f"Run `cnncourse fetch {name}`, or use the samples.")
        except (ValueError, OSError) as error:
            say(name, "damaged", str(error))
    for remedy in dict.fromkeys(remedies):
        print(f"- {remedy}")
    return 1 if remedies else 0


def _has_none(package: str) -> bool:
    """Say whether this kind of machine has no version of a package."""
    kind = sys.platform, platform.machine()
    return package == "tensorflow" and kind in [("darwin", "x86_64"), ("win32", "ARM64")]


def _doctor_machine(say: Callable[..., None]) -> None:
    try:
        from jupyter_client.kernelspec import KernelSpecManager

        from cnncourse import machine
        from cnncourse.backend import tf

        memory = machine.total_memory() / 1e9
        little = "Close other programs: lessons take up to 3.5 GB." if memory < 4.5 else None
        say("memory", f"{memory:.1f} GB", little)
        say("cores", str(machine.cores()))
        used = [gpu.name for gpu in tf.config.list_physical_devices("GPU")]
        say("GPU", *([", ".join(used)] if used else _why_no_gpu(machine.nvidia_cards())))
        kernels = KernelSpecManager().find_kernel_specs()
        remedy = None if "python3" in kernels else "Run `python -m ipykernel install --sys-prefix`."
        say("Jupyter kernel", ", ".join(kernels) or "none", remedy)
    except ImportError as error:
        say("machine", f"could not be looked at ({error})", INSTALL.format("tensorflow"))
    except RuntimeError as error:  # a setting of Keras
        say("Keras", "set up in another way", str(error))


def _why_no_gpu(cards: list[str]) -> tuple[str, str | None]:
    """Return what to say where TensorFlow uses no GPU, and what would help."""
    if not cards:
        return "none", None
    found = f"{', '.join(cards)}, but TensorFlow does not use it"
    if sys.platform == "win32":
        return f"{found}: on Windows it never does, in WSL 2 it can", None
    return found, (
        "No lesson needs a GPU. `pip install 'tensorflow[and-cuda]'` brings what is missing to use "
        "yours; with TF_CPP_MIN_LOG_LEVEL=0 in the environment TensorFlow says what it looked for."
    )


def _fetch(chosen: argparse.Namespace) -> int:
    for name in chosen.names:
        if name not in SOURCES:
            raise ValueError(f"There is no data set {name!r}: choose from {', '.join(SOURCES)}.")
    folder = chosen.to or settings.data_folder()
    for name in chosen.names or DATASETS:
        path = fetch(name, folder)
        if name in DATASETS:
            read(path, name)
        print(f"{path}: {path.stat().st_size / 1e6:.0f} MB")
    return 0


def _work(chosen: argparse.Namespace) -> int:
    folder = chosen.to or Path("work")
    for line in work.update((chosen.course or Path()) / "notebooks", folder):
        print(f"{folder / line}")
    return 0


COMMANDS = {"doctor": _doctor, "fetch": _fetch, "work": _work}
