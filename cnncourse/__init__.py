"""Helpers for the course on convolutional networks: data, models, training and figures.

Importing the package is cheap; TensorFlow is loaded by the modules that need it.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("cnncourse")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"
