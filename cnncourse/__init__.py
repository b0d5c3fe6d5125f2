"""Helpers for the course on convolutional networks: data, models, training and figures.

Importing the package is cheap; TensorFlow is loaded by the modules that need it.
"""

import sys
from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("cnncourse")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"

for _stream in (sys.stdout, sys.stderr):
    if hasattr(_stream, "reconfigure") and "utf" not in (_stream.encoding or "").lower():
        _stream.reconfigure(errors="replace")  # where there is no "✓", "?" is shown
