"""Run everything in reduced mode, and no notebook with a network."""

import os
from pathlib import Path

GUARD = Path(__file__).parent / "tests" / "guard"

# Before anything imports the package; the notebooks' kernels and workers inherit it.
os.environ["CNNCOURSE_REDUCED"] = "1"
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(GUARD), os.environ.get("PYTHONPATH")]))
