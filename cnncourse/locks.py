"""Locks between processes: each is a file, and dies with the process that holds it."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    fcntl = None


@contextlib.contextmanager
def hold(path: Path) -> Iterator[bool | None]:
    """Hold a lock within a ``with`` block, if nobody else does.

    Args:
        path: The lock's file; it and its folder are made if missing, and the file is removed again.

    Yields:
        True if the lock is held, False if somebody else holds it, None if there cannot be one here:
        in a read-only folder, on a full disk, or on a file system without locks.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "example.lock"
        ...     with hold(path) as first, hold(path) as second:
        ...         print(first, second)
        True False
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = _open_locked(path)
    except BlockingIOError:
        file = False
    except OSError:
        file = None
    if not file:
        yield file
        return
    with file:
        try:
            yield True
        finally:
            if not fcntl:
                file.close()  # Windows removes no open file
            with contextlib.suppress(OSError):  # there, somebody else may hold it by now
                path.unlink()


def _open_locked(path: Path) -> TextIO:
    while True:
        file = open(path, "a")  # noqa: SIM115
        try:
            _lock(file)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                    return file
        except BaseException:
            file.close()
            raise
        file.close()  # whoever held it removed it in between


def _lock(file: TextIO) -> None:
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return
    try:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except PermissionError as error:
        raise BlockingIOError(*error.args) from None
