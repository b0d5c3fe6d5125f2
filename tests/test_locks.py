"""A lock is held by one process at a time, and dies with it."""

import subprocess
import sys

import pytest

from cnncourse import locks

HOLD = """
import sys, pathlib
from cnncourse import locks
with locks.hold(pathlib.Path(sys.argv[1])) as held:
    print(held, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "x.lock"


def test_lock_is_held_once_and_leaves_no_file(path):
    for _ in range(2):
        with locks.hold(path) as first:
            with locks.hold(path) as second:
                assert (first, second) == (True, False)
            assert path.exists(), "whoever did not get it must not remove it"
        assert list(path.parent.iterdir()) == []


def test_lock_is_given_back_after_an_error(path):
    with pytest.raises(KeyboardInterrupt), locks.hold(path):
        raise KeyboardInterrupt
    with locks.hold(path) as held:
        assert held is True


def test_lock_of_another_process_dies_with_it(path):
    program = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"True\n"
        with locks.hold(path) as held:
            assert held is False
        other.kill()
    assert path.exists(), "it had no time to remove it"
    with locks.hold(path) as held:
        assert held is True
    assert not path.exists()


@pytest.mark.parametrize("function", ["os.open", "fcntl.flock", "pathlib.Path.mkdir"])
def test_where_no_lock_can_be_there_is_none(path, monkeypatch, function):
    def fail(*args, **kwargs):
        raise OSError(37, "No locks available")

    pytest.importorskip("fcntl")
    with monkeypatch.context() as patch:
        patch.setattr(function, fail)
        with locks.hold(path) as held:
            pass
    assert held is None
