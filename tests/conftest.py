"""Fixtures of several test files."""

from browsers import browser, full_size_lab, lab, listen
from mirrors import impatient, serve

__all__ = ["browser", "full_size_lab", "impatient", "lab", "listen", "serve"]
