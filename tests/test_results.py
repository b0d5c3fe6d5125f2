"""Results: shown, kept, collected, tabled beside the references, and never measured on samples."""

import json
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image

from cnncourse import messages, models, results
from cnncourse.results import MIME, REFERENCES, collect, read_all, record
from cnncourse.training import Score, TrainingRun
from tools import report
from tools.report import PICTURE, describe, fingerprint, table, update_readme

COURSE = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def run():
    model = models.dense_net((28, 28, 1), [8])
    return TrainingRun(model, {"loss": [2.0, 1.0]}, 2.5, 3)


def score(source="download", wrong=1) -> Score:
    labels = np.arange(10)
    return Score(np.eye(10)[np.where(labels < wrong, 9 - labels, labels)], labels, "mnist", source)


@pytest.fixture
def displayed(monkeypatch) -> list:
    """Let `record` believe that it runs in a notebook, and return what it displays."""
    shown = []
    monkeypatch.setattr(results, "in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    return shown


def entry(**changes) -> dict:
    return {
        "id": "E02",
        "what": "three convolutions",
        "dataset": "mnist",
        "accuracy": 0.9912,
        "interval": [0.9891, 0.9929],
        "parameters": 93322,
        "epochs": 5,
        "seconds": 61.4,
        "seed": 0,
        "data_source": "download",
        **changes,
    }


def notebook(*entries) -> dict:
    outputs = [
        nbformat.v4.new_output("display_data", {"text/plain": "…", MIME: entry})
        for entry in entries
    ]
    stream = nbformat.v4.new_output("stream", text="1 epoch in 2 s")
    cells = [
        nbformat.v4.new_markdown_cell("# A lesson"),
        nbformat.v4.new_code_cell("record(...)", outputs=[stream, *outputs]),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def write(folder, lesson, *entries):
    folder.mkdir(exist_ok=True)
    text = json.dumps({"lesson": lesson, "experiments": entries})
    (folder / f"{lesson}.json").write_text(text, encoding="utf-8")


# record


@pytest.mark.parametrize(
    "experiment, source, line",
    [
        ("E01", "download", "E01: 90.00 % (reference 97.37 %)"),
        ("E07", "data folder", "E07: 90.00 %"),  # its accuracy was never published
        ("L04-wide", "download", "L04-wide: 90.00 %"),
        (
            "E01",
            "samples",
            "E01: 90.00 % (reference 97.37 %); not kept, as it was measured on samples",
        ),
    ],
)
def test_record_prints_one_line(run, capsys, experiment, source, line):
    record(experiment, "tiny", score(source), run)
    assert capsys.readouterr().out == line + "\n"


def test_record_keeps_the_measurement_in_the_notebooks_output(run, displayed, capsys):
    measured = score()
    record("E01", "tiny", measured, run)
    (bundle,) = displayed
    assert bundle["text/plain"] == "E01: 90.00 % (reference 97.37 %)"
    assert bundle[MIME] == {
        "id": "E01",
        "what": "tiny",
        "dataset": "mnist",
        "accuracy": 0.9,
        "interval": list(measured.interval),
        "parameters": 6370,
        "epochs": 2,
        "seconds": 2.5,
        "seed": 3,
        "data_source": "download",
    }
    assert collect(notebook(json.loads(json.dumps(bundle[MIME])))) == [bundle[MIME]]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("seconds, kept", [(None, 5.0), (3.04, 3.0)])
def test_record_adds_up_a_committee(run, displayed, seconds, kept):
    record("E11", "committee", score(), [run, run], seconds=seconds)
    entry = displayed[0][MIME]
    assert (entry["parameters"], entry["seconds"], entry["epochs"]) == (12740, kept, 2)


def test_record_keeps_the_mean_of_repeated_runs(run, displayed):
    record("L10", "mean of three", [score(wrong=wrong) for wrong in (1, 2, 3)], run)
    entry = displayed[0][MIME]
    assert displayed[0]["text/plain"] == "L10: 80.00 %"
    assert entry["accuracy"] == pytest.approx(0.8)
    half = 4.30265 * 0.1 / np.sqrt(3)  # t of 2 degrees of freedom
    assert entry["interval"] == pytest.approx([0.8 - half, 1.0])  # no accuracy is above 1
    assert entry["parameters"] == 6370


def test_one_repeat_alone_has_its_own_interval(run, displayed):
    record("L10", "one", [score()], run)
    assert displayed[0][MIME]["interval"] == list(score().interval)


def test_record_refuses_an_empty_list_of_scores(run):
    with pytest.raises(ValueError, match="a score, which is what `evaluate` returned"):
        record("L10", "none", [], run)


@pytest.mark.parametrize("strange", [None, 0.98, [0.98], "98 %"])
def test_record_refuses_what_is_no_score(run, strange):
    with pytest.raises(ValueError, match="is not a Score: pass what"):
        record("L10", "strange", strange, run)


def test_record_refuses_a_score_and_a_run_in_the_wrong_order(run):
    with pytest.raises(ValueError, match="at least one run; found Score"):
        record("L10", "strange", run, score())


@pytest.mark.parametrize("experiment, runs", [("", 1), (None, 1), (2, 1), ("E01", 0)])
def test_record_refuses_what_has_no_id_or_no_run(run, experiment, runs):
    with pytest.raises(ValueError, match="needs an id such as 'E02', .* at least one run"):
        record(experiment, "tiny", score(), [run] * runs)


def test_record_refuses_the_dictionary_of_train_many(run):
    with pytest.raises(ValueError, match="at least one run; found str"):
        record("E01", "tiny", score(), {"small": [run]})


# collect


def test_collect_finds_every_entry_in_the_order_of_the_cells():
    entries = [entry(id="E02"), entry(id="E01")]
    assert collect(notebook(*entries)) == entries
    assert collect(notebook()) == []


def test_collect_refuses_samples():
    lesson = notebook(entry(), entry(id="E05", data_source="samples"))
    with pytest.raises(ValueError, match="E05 was measured on samples.*`cnncourse fetch`"):
        collect(lesson)


# table


def rows_of(text: str) -> dict[str, list[str]]:
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in text.splitlines()]
    assert {len(row) for row in rows} == {9}
    return {row[0]: row for row in rows[2:]}


def test_table_has_a_row_for_each_reference_and_marks_the_missing(tmp_path):
    write(tmp_path, "04_first_conv_net", entry())
    rows = rows_of(table(tmp_path))
    assert list(rows) == list(REFERENCES) == [f"E{number:02}" for number in range(1, 29)]
    missing = [key for key, row in rows.items() if row[4] == "*not measured here*"]
    assert missing == [key for key in REFERENCES if key != "E02"]
    assert rows["E02"][1:] == [
        "MNIST",
        "three convolutions, dense 64",
        "98.91",
        "three convolutions",
        "**99.12** (98.91–99.29)",
        "93,322",
        "5",
        "61",
    ]
    assert rows["E07"][3] == "–"


def test_table_ends_with_the_lessons_own_experiments(tmp_path):
    write(tmp_path, "11_fast", entry(id="L14-b", dataset="cifar10"), entry(id="L14-a"))
    write(tmp_path, "12_drawn", entry(id="L12", dataset="digits of ours"))
    rows = rows_of(table(tmp_path))
    assert list(rows)[28:] == ["L12", "L14-a", "L14-b"]
    assert rows["L14-b"][1:4] == ["CIFAR-10", "–", "–"]
    assert rows["L12"][1] == "digits of ours"


def test_empty_folder_gives_a_table_of_nothing_measured(tmp_path):
    assert table(tmp_path).count("*not measured here*") == 28


def test_read_all_names_the_lesson_and_sorts_by_id(tmp_path):
    write(tmp_path, "03_b", entry(id="E09"), entry(id="E03"))
    write(tmp_path, "01_a", entry(id="E05"))
    found = [(entry["id"], entry["lesson"]) for entry in read_all(tmp_path)]
    assert found == [("E03", "03_b"), ("E05", "01_a"), ("E09", "03_b")]


def test_a_wheel_brings_the_courses_results_along(monkeypatch, tmp_path):
    write(tmp_path / "_results", "03_b", entry(id="E09"))
    monkeypatch.setattr(results, "__file__", str(tmp_path / "results.py"))
    monkeypatch.setattr(results, "_measured", {})
    assert [entry["id"] for entry in read_all()] == ["E09"]


def test_what_this_kernel_measured_takes_the_place_of_the_courses_entry(monkeypatch, run):
    monkeypatch.setattr(results, "_measured", {})
    before = {entry["id"]: entry for entry in read_all()}
    record("E02", "mine", score(), run)
    record("L99-mine", "mine", score(), run)
    record("L99-samples", "mine", score("samples"), run)
    after = {entry["id"]: entry for entry in read_all()}
    assert set(after) == {*before, "L99-mine"}
    assert after.pop("E02")["what"] == after.pop("L99-mine")["what"] == "mine"
    assert all(entry == before[key] for key, entry in after.items())
    assert {entry["id"]: entry for entry in read_all(COURSE / "results")} == before


# update_readme


def test_readme_changes_between_the_marks_only(tmp_path):
    readme, folder = tmp_path / "README.md", tmp_path / "results"
    write(folder, "04_first_conv_net", entry())
    end = "<!-- /results -->"
    before, after = "# Kürs\n\n", f"\nMore.\nThe marks are `{end}`.\n"
    readme.write_text(f"{before}<!-- results -->\nold\n{end}{after}", encoding="utf-8")
    for _ in range(2):  # the second time changes nothing
        update_readme(readme, folder)
        picture = f"![{describe(read_all(folder))}](docs/results.png)"
        wanted = f"{before}<!-- results -->\n{picture}\n\n{table(folder)}\n{end}{after}"
        assert readme.read_text(encoding="utf-8") == wanted


@pytest.mark.parametrize(
    "text", ["", "<!-- results -->\n", "<!-- /results -->", "<!-- /results -->\n<!-- results -->\n"]
)
def test_readme_without_both_marks_is_refused_and_left(tmp_path, text):
    readme = tmp_path / "README.md"
    readme.write_text(text)
    with pytest.raises(ValueError, match="README.md lacks the marks .*: put them back"):
        update_readme(readme, tmp_path)
    assert readme.read_text() == text


# The picture and what is committed


def test_the_tool_draws_the_picture_and_renews_the_readme(tmp_path, capsys):
    write(tmp_path / "results", "01_dense", entry(id="E01", accuracy=0.98, seconds=9.0))
    (tmp_path / "README.md").write_text("<!-- results -->\n<!-- /results -->\n")
    report.main(tmp_path)
    assert "| E01 | MNIST | dense 128 | 97.37 |" in capsys.readouterr().out
    readme = (tmp_path / "README.md").read_text()
    assert "E01 reaches 98.00 % in 9 s" in readme and f"]({PICTURE})" in readme
    with Image.open(tmp_path / PICTURE) as picture:
        assert picture.width > 600 and len(picture.text["Comment"]) == 16


def test_description_names_the_quickest_and_the_best_of_each_data_set():
    entries = [
        entry(id="E01", accuracy=0.98, seconds=20.4),
        entry(id="E02", accuracy=0.9891, seconds=90),  # as published: not above
        entry(id="L01", accuracy=0.995, seconds=1200),
        entry(id="L02", dataset="cifar10", accuracy=0.9, seconds=60),
    ]
    assert describe(entries) == (
        "Test accuracy against training time, a panel for each data set. MNIST: E01 reaches "
        "98.00 % in 20 s, L01 reaches 99.50 % in 1,200 s; 1 of 2 measured above the published "
        "accuracy. CIFAR-10: L02 reaches 90.00 % in 60 s."
    )


@pytest.mark.parametrize("change", [{"accuracy": 0.9913}, {"seconds": 61.5}, {"id": "E03"}])
def test_fingerprint_changes_with_what_is_shown(change):
    assert fingerprint([entry()]) != fingerprint([entry(**change)])
    assert fingerprint([entry()]) == fingerprint([entry(lesson="03", epochs=7)])


def test_fingerprint_changes_with_the_published_numbers(monkeypatch):
    before = fingerprint([entry()])
    monkeypatch.setitem(REFERENCES, "E02", results.Reference("MNIST", "another", 99.0))
    assert fingerprint([entry()]) != before


def test_the_committed_table_and_picture_are_up_to_date(tmp_path):
    readme, remedy = tmp_path / "README.md", "run `make results`"
    committed = (COURSE / "README.md").read_text(encoding="utf-8")
    readme.write_text(committed, encoding="utf-8")
    update_readme(readme, COURSE / "results")
    assert readme.read_text(encoding="utf-8") == committed, remedy
    with Image.open(COURSE / PICTURE) as picture:
        assert picture.text["Comment"] == fingerprint(read_all(COURSE / "results")), remedy
    assert (COURSE / PICTURE).stat().st_size < 80_000


# The box and the mode of display


def test_notice_is_html_in_a_notebook_and_escaped(monkeypatch):
    shown = []
    monkeypatch.setattr(messages, "in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    messages.notice("A <title>", "x < y")
    assert "<b>A &lt;title&gt;</b>" in shown[0]["text/html"]
    assert "x &lt; y" in shown[0]["text/html"] and "| x < y" in shown[0]["text/plain"]
