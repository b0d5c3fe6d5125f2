"""What this machine, or the container that the course runs in, has to offer."""

import contextlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil

CGROUPS = Path("/sys/fs/cgroup")  # where Linux says what a container may take
OWN_GROUP = Path("/proc/self/cgroup")


def total_memory() -> int:
    """Return the memory in bytes, a container's limit included.

    Example:
        >>> total_memory() > 100e6
        True
    """
    return min([psutil.virtual_memory().total, *(limit for limit, _ in _limits())])


def free_memory() -> int:
    """Return the bytes that programs can still take, a container's limit included.

    Example:
        >>> 0 <= free_memory() <= total_memory()
        True
    """
    left = [max(0, limit - used) for limit, used in _limits()]
    return min([psutil.virtual_memory().available, *left])


def cores() -> int:
    """Return the processor cores that this process may use."""
    allowed = psutil.Process().cpu_affinity() if hasattr(psutil.Process, "cpu_affinity") else None
    return len(allowed) if allowed else psutil.cpu_count() or 1


def nvidia_cards() -> list[str]:
    """Return the names of the NVIDIA cards that the system knows, whether or not TensorFlow does.

    Example:
        >>> isinstance(nvidia_cards(), list)
        True
    """
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):  # there is no such program
        asked = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=20)
        return re.findall(r"^GPU \d+: (.+?)(?: \(UUID.*)?$", asked.stdout, re.MULTILINE)
    return []


def _limits() -> Iterator[tuple[int, int]]:
    """Give limit and use, in bytes, of each control group that this process is in."""
    try:
        rows = [row.split(":", 2) for row in OWN_GROUP.read_text().splitlines()]
    except OSError:  # no Linux
        return
    for _, controllers, path in rows:
        if controllers not in ("", "memory"):
            continue
        root = CGROUPS / controllers  # "" is version 2, whose root a container sees as its own
        limit_file, used_file = ("memory.max", "memory.current")
        if controllers:
            limit_file, used_file = ("memory.limit_in_bytes", "memory.usage_in_bytes")
        group = root / path.strip("/")
        for folder in [group, *group.parents]:
            if folder.is_relative_to(root) and (folder / limit_file).exists():
                limit = (folder / limit_file).read_text().strip()
                used = int((folder / used_file).read_text()) - _cached(folder)
                if limit.isdecimal():
                    yield int(limit), used


def _cached(folder: Path) -> int:
    """Return the bytes of files that the kernel drops when memory is short."""
    for row in (folder / "memory.stat").read_text().splitlines():
        if row.startswith(("inactive_file ", "total_inactive_file ")):
            return int(row.split()[1])
    return 0
