"""The command line: ``cnncourse doctor | fetch | execute | exercises | results | colab``."""

import argparse
import io
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cnncourse import settings
from cnncourse.datafiles import DATASETS, read

NEEDED = ("tensorflow", "keras", "numpy", "matplotlib", "seaborn", "scikit-learn")
NEEDED += ("jupyterlab", "ipykernel", "jupytext")


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
    fetch = commands.add_parser("fetch", help="download the data sets into the data folder")
    known = f"of {', '.join(DATASETS)}; or VGG16, ResNet50, InceptionV3"
    fetch.add_argument("names", nargs="*", metavar="NAME", help=known)
    fetch.add_argument("--to", type=Path, metavar="FOLDER", help="instead of the data folder")
    execute = commands.add_parser("execute", help="run lessons full-size and keep their outputs")
    execute.add_argument("lessons", nargs="*", metavar="LESSON", help="such as 03; all if none")
    execute.add_argument(
        "--long", action="store_true", help="a lesson's long version; its results only"
    )
    commands.add_parser("colab", help="give notebooks a first cell that installs them on Colab")
    commands.add_parser("exercises", help="cut the exercises from the solutions")
    commands.add_parser("results", help="print the table, and renew it and its picture")
    chosen = parser.parse_args(arguments)
    try:
        return COMMANDS[chosen.command](chosen)
    except ImportError as error:
        print(f"{error}: run `make lab`, or `pip install -e '.[lab]'`.", file=sys.stderr)
        return 1
    except (ValueError, OSError, RuntimeError) as error:
        print(f"cnncourse {chosen.command}: {error}", file=sys.stderr)
        return 1


def _doctor(chosen: argparse.Namespace) -> int:
    remedies = []

    def say(what: str, found: str, remedy: str | None = None) -> None:
        print(f"{'ok     ' if remedy is None else 'MISSING'}  {what}: {found}")
        if remedy:
            remedies.append(remedy)

    fits = (3, 11) <= sys.version_info < (3, 14)
    say("Python", platform.python_version(), None if fits else "Install Python 3.11, 3.12 or 3.13.")
    for name in NEEDED:
        try:
            say(name, version(name))
        except PackageNotFoundError:
            say(name, "not installed", "Run `make lab`, or `pip install -e '.[lab]'`.")
    _doctor_machine(say)
    folder = settings.data_folder()
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


def _doctor_machine(say) -> None:
    try:
        import psutil
        from jupyter_client.kernelspec import KernelSpecManager

        from cnncourse.backend import tf

        memory = psutil.virtual_memory().total / 1e9
        little = "Close other programs: lessons take up to 3.5 GB." if memory < 4.5 else None
        say("memory", f"{memory:.1f} GB", little)
        say("cores", str(os.cpu_count()))
        say("GPU", ", ".join(gpu.name for gpu in tf.config.list_physical_devices("GPU")) or "none")
        kernels = KernelSpecManager().find_kernel_specs()
        remedy = None if "python3" in kernels else "Run `python -m ipykernel install --sys-prefix`."
        say("Jupyter kernel", ", ".join(kernels) or "none", remedy)
    except ImportError as error:
        say("machine", f"could not be looked at ({error})", "Run `make lab` to install the course.")


def _fetch(chosen: argparse.Namespace) -> int:
    from cnncourse.downloads import WEIGHTS, fetch, fetch_weights

    known = [*DATASETS, *WEIGHTS]
    for name in chosen.names:
        if name not in known:
            raise ValueError(f"There is no data set {name!r}: choose from {', '.join(known)}.")
    folder = chosen.to or settings.data_folder()
    for name in chosen.names or DATASETS:
        path = (fetch_weights if name in WEIGHTS else fetch)(name, folder)
        if name in DATASETS:
            read(path, name)
        print(f"{path}: {path.stat().st_size / 1e6:.0f} MB")
    return 0


def _execute(chosen: argparse.Namespace) -> int:
    notebooks, paths = _course() / "notebooks", []
    for lesson in chosen.lessons or [""]:
        start = Path(lesson).stem
        found = sorted(notebooks.glob(f"{start.zfill(2) if start.isdecimal() else start}*.ipynb"))
        if not found:
            raise ValueError(f"There is no lesson {lesson!r} in {notebooks}: name one such as 03.")
        paths += found
    from cnncourse.execution import execute  # imports TensorFlow

    for path in paths:
        execute(path, _course() / "results", long=chosen.long)
    return 0


def _exercises(chosen: argparse.Namespace) -> int:
    notebooks = _course() / "notebooks"
    from cnncourse.exercises import files  # imports Jupytext

    texts = files(notebooks)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(texts) // 2} notebooks of exercises, and their text twins")
    return 0


def _results(chosen: argparse.Namespace) -> int:
    course = _course()
    from cnncourse import plotting, reports, results  # imports TensorFlow

    entries = results.read_all(course / "results")
    print(results.table(course / "results"))
    if entries:
        picture = plotting.plot_results(entries)
        _save(picture, course / reports.PICTURE, reports.fingerprint(entries))
    reports.update_readme(course / "README.md", course / "results")
    return 0


def _colab(chosen: argparse.Namespace) -> int:
    from cnncourse.colab import address_of, put_first_cells

    course = _course()
    address = address_of(course / "_config.yml")
    changed = put_first_cells(course / "notebooks", address)
    print(f"{changed} notebooks changed: on Colab they install {address or 'nothing'}.")
    return 0


def _save(figure, path: Path, comment: str) -> None:
    """Save a figure as a small PNG of few colours that carries a comment."""
    from PIL import Image, PngImagePlugin

    drawn, info = io.BytesIO(), PngImagePlugin.PngInfo()
    figure.savefig(drawn, dpi=130)
    info.add_text("Comment", comment)
    path.parent.mkdir(exist_ok=True)
    Image.open(drawn).convert("RGB").quantize(64).save(path, pnginfo=info, optimize=True)


def _course() -> Path:
    """Return the course's folder: this command works on its notebooks."""
    here = Path.cwd()
    if not (here / "notebooks").is_dir():
        raise ValueError(f"{here} has no folder notebooks: go to the course's own folder first.")
    return here


COMMANDS = {
    "doctor": _doctor,
    "fetch": _fetch,
    "execute": _execute,
    "exercises": _exercises,
    "results": _results,
    "colab": _colab,
}
