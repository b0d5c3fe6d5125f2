"""Run everything in reduced mode, no notebook with a network, and see what the tests reach."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from coverage import Coverage

HERE = Path(__file__).parent
GUARD = HERE / "tests" / "guard"
RUNS = tempfile.TemporaryDirectory(prefix="cnncourse-")  # removed when pytest ends
# Before Python 3.12 tracing takes a third of the time: only doctests and these are traced there.
TRACED = ("test_checks.py", "test_cli.py", "test_data.py", "test_results.py", "test_settings.py")

# Before anything imports the package; the notebooks' kernels and workers inherit it.
os.environ["CNNCOURSE_REDUCED"] = "1"
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # the cores are busy with other tests
os.environ["CNNCOURSE_RUNS"] = RUNS.name
os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = RUNS.name
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(GUARD), os.environ.get("PYTHONPATH")]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Trace no line while a test runs for which that takes too long."""
    tracer = Coverage.current()
    is_quick = item.path.name in TRACED or "cnncourse" in item.path.parent.relative_to(HERE).parts
    if tracer is None or is_quick or sys.version_info >= (3, 12):
        return (yield)
    options, tracer_of_kernels = item.config.option, item.config.option.cov_source
    tracer.stop()
    options.cov_source = None
    try:
        return (yield)
    finally:
        options.cov_source = tracer_of_kernels
        tracer.start()
