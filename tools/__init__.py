"""What maintainers run from the course's folder, such as ``python -m tools.execute 04``."""

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
