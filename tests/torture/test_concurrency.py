"""Several processes at once: each gets whole data, and no two train under one name."""

import hashlib
import os
import threading
from pathlib import Path

import nbformat
import pytest
from mirrors import FILES, IMAGES, expect_whole, hashes, send
from nbclient import NotebookClient
from processes import Child, train

from cnncourse import data, datafiles

pytestmark = pytest.mark.slow


def load(parent, urls: list[str], folder: str) -> None:
    os.environ.update(CNNCOURSE_REDUCED="0", CNNCOURSE_DATA=folder)
    datafiles.SOURCES["mnist"] = datafiles.Source(hashes(FILES), urls)
    datafiles.DATASETS["mnist"] = datafiles.Description(tuple("0123456789"), (28, 28), 60, 20)
    dataset = data.load("mnist")
    arrays = (dataset.x_train, dataset.y_train, dataset.x_val, dataset.y_val, dataset.x_test)
    digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
    parent.say((dataset.source, digest))


def fetch(parent, urls: list[str], folder: str) -> None:
    datafiles.SOURCES["mnist"] = datafiles.Source(hashes(FILES), urls)
    parent.say(str(datafiles.fetch("mnist", Path(folder))))


def test_processes_that_load_and_fetch_at_once_all_get_whole_data(serve, amount, tried, tmp_path):
    processes = amount(4, 8)
    for number in range(amount(1, 5)):
        all_are_fetching = threading.Barrier(processes, timeout=300)

        def wait_for_the_others(request, barrier=all_are_fetching):
            barrier.wait()
            send(request, FILES[IMAGES])

        folder = tmp_path / str(number)
        folder.mkdir()
        urls = serve(FILES | {IMAGES: wait_for_the_others})
        loading = [Child(load, urls, str(folder)) for _ in range(processes // 2)]
        fetching = [Child(fetch, urls, str(folder)) for _ in range(processes // 2)]
        heard = {child.hear() for child in loading}
        assert {child.hear() for child in fetching} == {str(folder / "mnist.npz")}
        assert len(heard) == 1 and heard.pop()[0] == "download"
        for child in (*loading, *fetching):
            child.process.join()
        expect_whole(folder / "mnist.npz")
        again = Child(load, [], str(folder))
        assert again.hear()[0] == "data folder"
        tried(f"{processes} processes that load and fetch at once with an empty cache")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return a function that gives the digest of a seed's run when nothing comes between."""
    digests = {}

    def digest_of(seed: int) -> str:
        if seed not in digests:
            child = Child(train, str(tmp_path_factory.mktemp("undisturbed")), None, seed)
            child.hear()
            digests[seed] = child.hear()[1]
        return digests[seed]

    return digest_of


def test_second_training_under_a_name_is_refused_until_the_first_is_dead(
    undisturbed, tried, tmp_path
):
    first = Child(train, str(tmp_path), 10)
    assert first.hear()[0] == "trains"
    assert first.hear() == "paused"
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for seed in (3, 4):  # the same recipe, and another one
        said, message = Child(train, str(tmp_path), None, seed).hear()
        assert said == "refused" and "name='mine': another notebook or process" in message
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
        tried("a second training under a name: refused")
    assert first.kill()
    second = Child(train, str(tmp_path))
    assert second.hear()[:2] == ("trains", 2)
    assert second.hear()[:2] == ("trained", undisturbed(3))
    second.process.join()
    assert list(tmp_path.iterdir()) == []


def test_trainings_that_race_for_a_name_are_refused_or_right(undisturbed, amount, tried, tmp_path):
    if not amount(False, True):
        pytest.skip("in full only")
    for number in range(5):
        seeds = (3, 3 + number % 2, 3)
        children = [Child(train, str(tmp_path), None, seed) for seed in seeds]
        trained = 0
        for child, seed in zip(children, seeds, strict=True):
            said = child.hear()
            if said[0] == "refused":
                assert "another notebook or process" in said[1]
                continue
            assert child.hear()[:2] == ("trained", undisturbed(seed))
            trained += 1
        assert trained
        for child in children:
            child.process.join()
        assert list(tmp_path.iterdir()) == []
        tried("three trainings that begin at once under a name: refused, or right to the bit")


LESSON = """
from cnncourse import data, models, settings
from cnncourse.training import one_cycle, train
import pathlib, time
settings.start()

def rate(progress, history):
    while progress > 0.5 and not pathlib.Path({go!r}).exists():
        time.sleep(0.1)
    return one_cycle(0.01)(progress, history)

run = train(models.dense_net((28, 28, 1), [8]), data.load("mnist"), epochs=2,
            learning_rate=rate, name="lesson")
"""


def test_two_notebooks_that_train_under_one_name_do_not_mix(amount, tried, tmp_path, monkeypatch):
    if not amount(False, True):
        pytest.skip("in full only")
    monkeypatch.setenv("CNNCOURSE_RUNS", str(tmp_path / "runs"))
    go, lock = tmp_path / "go", tmp_path / "runs" / "lesson.checkpoint.lock"

    def notebook(cells: int) -> nbformat.NotebookNode:
        source = LESSON.format(go=str(go))
        code = [nbformat.v4.new_code_cell(source) for _ in range(cells)]
        return nbformat.v4.new_notebook(cells=code)

    first, second = notebook(1), notebook(2)
    one = threading.Thread(target=NotebookClient(first, timeout=300).execute)
    one.start()
    while one.is_alive() and not lock.exists():
        one.join(0.1)

    def let_the_first_go_on(cell, cell_index, **kwargs):
        if cell_index == 0:
            go.touch()
            one.join()

    client = NotebookClient(
        second, timeout=300, allow_errors=True, on_cell_executed=let_the_first_go_on
    )
    client.execute()
    error = second.cells[0].outputs[-1]
    assert error.output_type == "error" and error.ename == "ValueError", second.cells[0].outputs
    assert "another notebook or process is training under this name" in error.evalue
    for cell in (first.cells[0], second.cells[1]):
        assert [output.output_type for output in cell.outputs].count("error") == 0
        assert "2 epochs in " in str(cell.outputs)
    assert list((tmp_path / "runs").iterdir()) == []
    tried("two notebooks that train under one name: the second is refused, then trains")
