"""Killed at any moment, a training resumes to the same bits, and a download leaves nothing."""

import contextlib
import json
import os
import random
import time
import zipfile
from pathlib import Path

import numpy as np
import psutil
import pytest
from mirrors import FILES, IMAGES, expect_whole, hashes, send
from processes import EPOCHS, SEEDS, Child, train, train_in_turn, train_several

from cnncourse import datafiles
from cnncourse.training.checkpoints import Checkpoint

pytestmark = pytest.mark.slow

OWN = {f"mine.checkpoint.{ending}" for ending in ("npz", "partial", "lock")}
POINTS = [
    "half-way through a write",
    "before the file gets its name",
    "after the file got its name",
    "before the file of a finished run is removed",
    "after the file of a finished run was removed",
]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> tuple[str, float]:
    """Return the digest of a run that nobody kills, and the CPU seconds that it trains."""
    child = Child(train, str(tmp_path_factory.mktemp("undisturbed")))
    _, epoch, begun = child.hear()
    _, digest, done = child.hear()
    assert epoch == 0
    return digest, done - begun


def train_up_to(parent, runs: str, point: str, number: int) -> None:
    """Train up to a point of the nth write, or of the end, and wait there."""

    def wait(*args, **kwargs):
        parent.say("there")
        parent.wait_to_be_killed()

    def at(where: str, function, first=lambda *_, **__: None, last=lambda: None):
        calls = []

        def called(*args, **kwargs):
            calls.append(where)
            chosen = where == point and len(calls) == number
            if chosen:
                first(*args, **kwargs)
            function(*args, **kwargs)
            if chosen:
                last()

        return called

    def half(file, **arrays):
        savez(file, **dict(list(arrays.items())[: len(arrays) // 2]))
        file.flush()
        wait()

    savez = np.savez
    np.savez = at(POINTS[0], np.savez, half)
    os.replace = at(POINTS[1], at(POINTS[2], os.replace, last=wait), wait)
    number = number if point in POINTS[:3] else 1
    Checkpoint.delete = at(POINTS[3], at(POINTS[4], Checkpoint.delete, last=wait), wait)
    train(parent, runs)


def kill_by_timer(runs: Path, seconds: float, share: float) -> bool:
    """Kill a training after a share of its CPU time; say whether it was still running."""
    child = Child(train, str(runs))
    said, epoch, begun = child.hear()
    if said == "trained":  # the one before was killed at its very end
        return False
    clock, until = psutil.Process(child.process.pid), begun + share * seconds * (1 - epoch / EPOCHS)
    try:
        while sum(clock.cpu_times()[:2]) < until:
            time.sleep(0.002)
    except psutil.Error:  # it ended first
        pass
    return child.kill()


def kill_at(runs: Path, point: str, number: int) -> bool:
    child = Child(train_up_to, str(runs), point, number)
    while child.hear() != "there":
        pass
    return child.kill()


def epochs_kept(runs: Path) -> int:
    """Return how many epochs a killed run left on the disk: a whole file, or none."""
    assert {path.name for path in runs.iterdir()} <= OWN
    checkpoint = runs / "mine.checkpoint.npz"
    return epochs_in(checkpoint) if checkpoint.exists() else 0


def epochs_in(checkpoint: Path) -> int:
    """Return after how many epochs a file was written, which must be whole."""
    with zipfile.ZipFile(checkpoint) as archive:
        assert archive.testzip() is None
    with np.load(checkpoint) as file:
        return len(json.loads(file["about"].tobytes())["history"]["loss"])


def expect_resumed(runs: Path, digest: str) -> None:
    kept = epochs_kept(runs)
    child = Child(train, str(runs))
    said = child.hear()
    if kept < EPOCHS:
        assert said[:2] == ("trains", kept), "it must go on where it was, not train anew"
        said = child.hear()
    assert said[:2] == ("trained", digest)
    child.process.join()
    assert list(runs.iterdir()) == []


def test_run_killed_at_random_moments_resumes_to_the_same_bits(
    undisturbed, amount, tried, tmp_path
):
    digest, seconds = undisturbed
    draw = np.random.default_rng(0)
    # In the shortened form at one moment only: the test of several networks has random ones.
    for kills in amount([[POINTS[0]]], [["timer"]] * 20 + [["timer"] * 3]):
        for kill in kills:
            if kill == "timer":
                while not kill_by_timer(tmp_path, seconds, draw.random()):
                    assert list(tmp_path.iterdir()) == []  # it had ended before: once more
                tried("kill -9 of a training at a random moment")
            else:
                assert kill_at(tmp_path, kill, 1)
                tried(f"kill -9 of a training {kill}")
        expect_resumed(tmp_path, digest)
        tried("killed trainings resumed to the same bits")


def test_run_killed_at_the_worst_moments_resumes_to_the_same_bits(
    undisturbed, amount, tried, tmp_path
):
    if amount("short", "full") == "short":
        pytest.skip("in full only")
    draw = np.random.default_rng(0)
    for point in POINTS:
        assert kill_at(tmp_path, point, draw.integers(1, EPOCHS + 1))
        tried(f"kill -9 of a training {point}")
        expect_resumed(tmp_path, undisturbed[0])
        tried("killed trainings resumed to the same bits")


# Several networks


def written(runs: Path) -> set[tuple[str, int]]:
    """Return the checkpoints, and when each was written."""
    found = set()
    for path in runs.glob("*.npz"):
        with contextlib.suppress(FileNotFoundError):  # between two of a run that ends
            found.add((path.name, path.stat().st_mtime_ns))
    return found


def kept(runs: Path) -> list[int]:
    """Return after how many epochs each network's state was kept."""
    return [epochs_in(path) for path in runs.glob("*.npz")]


def kill_several(runs: Path, draw: random.Random) -> bool:
    """Kill a training of several at a random moment; say whether it was still running."""
    ahead = len(SEEDS) * EPOCHS - sum(kept(runs))
    epochs, child, seen = draw.randrange(ahead), Child(train_several, str(runs)), set()
    before = written(runs)
    while len(seen) < epochs and child.process.is_alive():
        seen |= written(runs) - before
        time.sleep(0.01)
    time.sleep(draw.uniform(0, 0.2))
    workers = psutil.Process(child.process.pid).children(recursive=True)
    killed = child.kill()
    _, left = psutil.wait_procs(workers, timeout=60)
    assert not left, "processes train on for nobody, and keep the names of their runs"
    return killed


def test_train_many_killed_at_random_moments_takes_over_to_the_same_bits(amount, tried, tmp_path):
    digest = Child(train_in_turn, str(tmp_path)).hear()
    draw, kills = random.Random(0), 0
    while kills < amount(2, 20):
        if not kill_several(tmp_path, draw):
            continue  # it had ended before: once more
        kills += 1
        tried("kill -9 of a training of several networks at a random moment")
        if kills % 2:  # two kills hit the same networks
            continue
        finished = kept(tmp_path).count(EPOCHS)
        child = Child(train_several, str(tmp_path))
        again, said = child.hear()
        assert again == digest
        assert (f"{finished} of them trained before" in said) == bool(finished), said
        child.process.join()
        assert list(tmp_path.iterdir()) == []
        tried("killed trainings of several networks, taken over to the same bits")


# Downloads


def fetch(parent, urls: list[str], folder: str) -> None:
    datafiles.SOURCES["mnist"] = datafiles.Source(hashes(FILES), urls)
    parent.say("begun")
    datafiles.fetch("mnist", Path(folder))


def test_fetch_killed_at_random_moments_leaves_nothing_for_good(serve, amount, tried, tmp_path):
    def steady(request):
        content = FILES[IMAGES]
        send(request, b"", claimed=len(content))
        for start in range(0, len(content), 2500):
            request.wfile.write(content[start : start + 2500])
            time.sleep(0.02)

    urls, draw, kills = serve(FILES | {IMAGES: steady}), random.Random(0), 0
    while kills < amount(3, 20):
        child = Child(fetch, urls, str(tmp_path))
        assert child.hear() == "begun"
        time.sleep(draw.uniform(0, 0.6))
        if child.kill():
            kills += 1
            tried("kill -9 of a download at a random moment")
        (tmp_path / "mnist.npz").unlink(missing_ok=True)  # it was in time
    serve(FILES)
    expect_whole(datafiles.fetch("mnist", tmp_path))
