"""What a machine has: a container's limit counts, wherever it is written."""

import os

import psutil
import pytest

from cnncourse import cli, machine


@pytest.fixture
def container(tmp_path, monkeypatch):
    """Pretend that this process runs in the control groups that a test writes."""
    monkeypatch.setattr(machine, "CGROUPS", tmp_path / "cgroups")
    monkeypatch.setattr(machine, "OWN_GROUP", tmp_path / "self")

    def write(own: str, files: dict[str, str]) -> None:
        (tmp_path / "self").write_text(own)
        for name, text in files.items():
            path = tmp_path / "cgroups" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return write


def test_limits_of_containers_count(container):
    version_2 = {
        "memory.max": "3000000000\n",
        "memory.current": "1500000000\n",
        "memory.stat": "anon 1\ninactive_file 500000000\n",
    }
    container("0::/\n", version_2)
    assert (machine.total_memory(), machine.free_memory()) == (3_000_000_000, 2_000_000_000)


def test_the_tightest_group_counts_and_max_means_no_limit(container):
    files = {}
    for folder, limit in (("", "9000000000"), ("a/", "2000000000"), ("a/b/", "max")):
        files |= {
            f"{folder}memory.max": limit,
            f"{folder}memory.current": "1000000000",
            f"{folder}memory.stat": "",
        }
    container("0::/a/b\n", files)
    assert (machine.total_memory(), machine.free_memory()) == (2_000_000_000, 1_000_000_000)


def test_limits_of_version_1_count(container):
    files = {
        "memory/docker/memory.limit_in_bytes": "1000000000",
        "memory/docker/memory.usage_in_bytes": "600000000",
        "memory/docker/memory.stat": "total_inactive_file 100000000",
    }
    container("5:cpu:/docker\n4:memory:/docker\n", files)
    assert (machine.total_memory(), machine.free_memory()) == (1_000_000_000, 500_000_000)


def test_without_a_container_the_machine_counts(container):
    assert machine.total_memory() == psutil.virtual_memory().total
    assert 0 < machine.free_memory() <= machine.total_memory()


def test_cores_are_those_that_this_process_may_use():
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("needs Linux")
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert machine.cores() == 1
    finally:
        os.sched_setaffinity(0, before)
    assert machine.cores() == len(before)


def test_doctor_shows_a_containers_memory(container, capsys):
    limit = {"memory.max": "3000000000", "memory.current": "1", "memory.stat": ""}
    container("0::/\n", limit)
    cli.main(["doctor"])
    out = capsys.readouterr().out
    assert "memory: 3.0 GB" in out and "lessons take up to 3.5 GB" in out
