"""Loaded by every kernel that a test starts: no network, and no full-size training.

It sleeps in pytest's own workers, which inherit it too. In reduced mode a notebook that reaches for
the network, or trains past the mode's limits, fails. In full mode the network is simply down.

In a notebook of solutions every check must pass, in one of exercises nothing is attempted yet.
"""

import ipaddress
import os
import socket
from pathlib import Path

import wrapt

MOST_EPOCHS, MOST_PICTURES = 2, 2000
IN_A_TEST = "PYTEST_CURRENT_TEST" in os.environ  # pytest-xdist starts its workers before any test
REDUCED = os.environ.get("CNNCOURSE_REDUCED") == "1"
_connect, _lookup = socket.socket.connect, socket.getaddrinfo


def _check(host) -> None:
    host = host.decode() if isinstance(host, bytes) else host
    if host in (None, "", "localhost", socket.gethostname()):
        return
    try:
        here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if not here:
        kind = AssertionError if REDUCED else OSError
        raise kind(f"a test touched the network: {host}")


def _guarded_connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        _check(address[0])
    return _connect(self, address)


def _guarded_lookup(host, *args, **kwargs):
    _check(host)
    return _lookup(host, *args, **kwargs)


if IN_A_TEST:
    socket.socket.connect, socket.getaddrinfo = _guarded_connect, _guarded_lookup


@wrapt.when_imported("keras")
def _guard_fit(keras):
    if not (IN_A_TEST and REDUCED):
        return
    original = keras.Model.fit

    def fit(self, x=None, *args, **kwargs):
        epochs = kwargs.get("epochs", 1) - kwargs.get("initial_epoch", 0)
        assert epochs <= MOST_EPOCHS, f"{epochs} epochs in reduced mode"
        pictures = len(x) if hasattr(x, "shape") else 0
        assert pictures <= MOST_PICTURES, f"{pictures} pictures in reduced mode"
        return original(self, x, *args, **kwargs)

    keras.Model.fit = fit


@wrapt.when_imported("cnncourse.checks")
def _guard_checks(checks):
    expected = {"notebooks/solutions": "passed", "notebooks/exercises": "not attempted"}
    expected = expected.get("/".join(Path.cwd().parts[-2:]))
    if not IN_A_TEST or expected is None:
        return
    original = checks.check

    def check(*args, **kwargs):
        feedback = original(*args, **kwargs)
        assert feedback.status == expected, f"this check should be {expected!r}: {feedback}"
        return feedback

    checks.check = check
