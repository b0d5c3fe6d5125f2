"""Run everything in reduced mode, and no notebook with a network."""

import os
import tempfile
from pathlib import Path

GUARD = Path(__file__).parent / "tests" / "guard"
RUNS = tempfile.TemporaryDirectory(prefix="cnncourse-")  # removed when pytest ends

# Before anything imports the package; the notebooks' kernels and workers inherit it.
os.environ["CNNCOURSE_REDUCED"] = "1"
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # the cores are busy with other tests
os.environ["CNNCOURSE_RUNS"] = RUNS.name
os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = RUNS.name
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(GUARD), os.environ.get("PYTHONPATH")]))
