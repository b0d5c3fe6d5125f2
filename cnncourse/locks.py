"""Locks between processes: each is a file, and dies with the process that holds it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout


@contextlib.contextmanager
def hold(path: Path) -> Iterator[bool | None]:
    """Hold a lock within a ``with`` block, if nobody else does.

    Args:
        path: The lock's file; it and its folder are made if missing, and the file is removed again.

    Yields:
        True if the lock is held, False if somebody else holds it, None if there can be none here,
        such as in a read-only folder or on a full disk.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "example.lock"
        ...     with hold(path) as first, hold(path) as second:
        ...         print(first, second)
        True False
    """
    lock = FileLock(path, blocking=False, fallback_to_soft=False)  # a soft one outlives its process
    held: bool | None = True
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        held = False
    except OSError:
        held = None
    try:
        yield held
    finally:
        if held:
            with contextlib.suppress(OSError):  # Windows removes no open file, but filelock does
                path.unlink()  # before the release: afterwards somebody else may hold it
            lock.release()
