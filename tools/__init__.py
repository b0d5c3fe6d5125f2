"""What maintainers run from the course's folder, such as ``python -m tools.execute 04``."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent


def run(main: Callable[[], None]) -> None:
    """Run a tool; what goes wrong is said in a line, and the exit status is 1."""
    try:
        main()
    except (ValueError, OSError, RuntimeError) as error:
        sys.exit(str(error))


def replace(path: Path, text: str) -> None:
    """Write a file in one go: who reads it meanwhile finds the old text or the new one."""
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)
