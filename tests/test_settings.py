"""What the environment decides: the mode, the folders and the seed; and how its notices look."""

from pathlib import Path

import numpy as np
import pytest

from cnncourse import messages, settings


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch):
    """Start without any of the course's variables."""
    for name in ("REDUCED", "LONG", "DATA", "RUNS", "SEED"):
        monkeypatch.delenv(f"CNNCOURSE_{name}", raising=False)


@pytest.mark.parametrize("value, reduced", [(None, False), ("", False), ("0", False), ("1", True)])
def test_variable_decides_the_mode(monkeypatch, value, reduced):
    if value is not None:
        monkeypatch.setenv("CNNCOURSE_REDUCED", value)
    assert settings.reduced() is reduced


@pytest.mark.parametrize("name", ["CI", "GITHUB_ACTIONS"])
def test_no_other_variable_decides_the_mode(monkeypatch, name):
    monkeypatch.setenv(name, "true")
    assert settings.reduced() is False
    assert settings.epochs(50) == 50


@pytest.mark.parametrize("value", ["yes", "true", "2", " 1"])
def test_unclear_mode_is_refused_with_the_remedy(monkeypatch, value):
    monkeypatch.setenv("CNNCOURSE_REDUCED", value)
    with pytest.raises(ValueError, match=rf"CNNCOURSE_REDUCED is '{value}': set it to 1"):
        settings.reduced()


@pytest.mark.parametrize("function", [settings.epochs, settings.repeats])
@pytest.mark.parametrize("count, capped", [(1, 1), (2, 2), (3, 2), (np.int64(40), 2)])
def test_counts_are_capped_in_reduced_mode_only(monkeypatch, function, count, capped):
    assert function(count) == count
    monkeypatch.setenv("CNNCOURSE_REDUCED", "1")
    assert function(count) == capped


@pytest.mark.parametrize("function", [settings.epochs, settings.repeats, settings.pictures])
@pytest.mark.parametrize("mode", ["0", "1"])
@pytest.mark.parametrize("count", [0, -1, 2.0, "3", None, True])
def test_bad_counts_are_refused_by_name(monkeypatch, function, mode, count):
    monkeypatch.setenv("CNNCOURSE_REDUCED", mode)
    message = rf"{function.__name__}={count!r}: give a whole number"
    with pytest.raises(ValueError, match=message):
        function(count)


def test_pictures_are_capped_in_reduced_mode_only(monkeypatch):
    assert settings.pictures(10_000) == 10_000
    monkeypatch.setenv("CNNCOURSE_REDUCED", "1")
    assert (settings.pictures(10_000), settings.pictures(150)) == (200, 150)


@pytest.mark.parametrize("value, seed", [(None, 0), ("", 0), ("7", 7), (str(2**31 - 1), 2**31 - 1)])
def test_seed(monkeypatch, value, seed):
    if value is not None:
        monkeypatch.setenv("CNNCOURSE_SEED", value)
    assert settings.seed() == seed
    np.random.RandomState(settings.seed())  # NumPy accepts it


@pytest.mark.parametrize("value", ["-1", "1.5", "zero", str(2**31)])
def test_bad_seed_is_refused_with_the_remedy(monkeypatch, value):
    monkeypatch.setenv("CNNCOURSE_SEED", value)
    with pytest.raises(ValueError, match=rf"CNNCOURSE_SEED is '{value}': set it to a whole number"):
        settings.seed()


def test_folders_lie_in_the_cache_unless_named(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings.data_folder() == tmp_path / ".cache/cnncourse"
    assert settings.runs_folder() == tmp_path / ".cache/cnncourse/runs"
    monkeypatch.setenv("CNNCOURSE_DATA", "~/stick")
    assert settings.data_folder() == tmp_path / "stick"
    assert settings.runs_folder() == tmp_path / ".cache/cnncourse/runs"  # stick may be mistyped
    (tmp_path / "stick").mkdir()
    assert settings.runs_folder() == tmp_path / "stick/runs"
    monkeypatch.setenv("CNNCOURSE_RUNS", "/scratch/runs")
    assert settings.data_folder() == tmp_path / "stick"
    assert settings.runs_folder() == Path("/scratch/runs")


def test_notice_wraps_sentences_but_no_path(capsys):
    path = "/a-very-long/" + "folder-name/" * 12 + "mnist.npz"
    messages.notice("Title", "word " * 30, f"It is in {path} now.")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "+--- Title"
    assert lines[-1] == "+---"
    assert all(line.startswith("| ") for line in lines[1:-1])
    assert f"| {path}" in lines
    assert all(len(line) <= 90 for line in lines if path not in line)


def test_notice_is_a_box_of_escaped_html_in_a_notebook(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr(messages, "in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    messages.notice("No <network>", "1 < 2")
    assert capsys.readouterr().out == ""
    (bundle,) = shown
    assert "No &lt;network&gt;" in bundle["text/html"]
    assert "1 &lt; 2" in bundle["text/html"]
    assert bundle["text/plain"] == "+--- No <network>\n| 1 < 2\n+---"


def test_progress_ends_as_one_plain_line_or_none(capsys):
    line = messages.StatusLine()
    line.update("epoch 1")
    line.close("epoch 2, done")
    with messages.silent_progress():
        messages.StatusLine().close("never seen")
    messages.StatusLine().close("seen again")
    assert capsys.readouterr().out == "epoch 2, done\nseen again\n"


def test_progress_is_replaced_in_place_in_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    line = messages.StatusLine(seconds_between=0)
    line.update("a long first text")
    line.close("short")
    assert capsys.readouterr().out == "\ra long first text\rshort            \n"


@pytest.mark.parametrize("value, on", [(None, False), ("", False), ("0", False), ("1", True)])
def test_long_version(monkeypatch, value, on):
    if value is not None:
        monkeypatch.setenv("CNNCOURSE_LONG", value)
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
    assert settings.long() is on
    monkeypatch.setenv("CNNCOURSE_REDUCED", "1")
    assert settings.long() is False


def test_wrong_long_version_is_refused_with_the_remedy(monkeypatch):
    monkeypatch.setenv("CNNCOURSE_LONG", "yes")
    with pytest.raises(ValueError, match="CNNCOURSE_LONG is 'yes': set it to 1"):
        settings.long()
