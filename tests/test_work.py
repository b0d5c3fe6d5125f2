"""The student's own copies: nothing that a student wrote is ever lost."""

import json
import subprocess
from pathlib import Path

import editors
import nbformat
import pytest

from cnncourse import cli, locks, work

NEW = nbformat.v4.new_code_cell


@pytest.fixture
def course(tmp_path) -> Path:
    folder = tmp_path / "notebooks"
    for name in ("01_a.ipynb", "exercises/01_a.ipynb", "solutions/01_a.ipynb", "src/01_a.ipynb"):
        write(folder / name, [f"# {name}", "answer = ..."])
    return folder


@pytest.fixture
def copies(tmp_path) -> Path:
    return tmp_path / "work"


def write(path: Path, sources: list[str], **changes) -> None:
    outputs = [nbformat.v4.new_output("stream", text="42\n")]
    cells = [NEW(source, outputs=outputs, id=f"cell{i}") for i, source in enumerate(sources)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = {
        "cnncourse": {"mode": "full"},
        "jupytext": {"formats": "ipynb,py"},
        "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"},
        **changes,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def answer(path: Path, text: str) -> None:
    """Change a copy as JupyterLab does."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source = text
    nbformat.write(notebook, path)


def test_copies_have_neither_outputs_nor_pairing_and_leave_solutions_out(course, copies):
    assert work.update(course, copies) == ["01_a.ipynb: new", "exercises/01_a.ipynb: new"]
    found = {path.relative_to(copies).as_posix() for path in copies.rglob("*.ipynb")}
    assert found == {"01_a.ipynb", "exercises/01_a.ipynb"}
    notebook = nbformat.read(copies / "01_a.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert all(cell.outputs == [] and cell.execution_count is None for cell in notebook.cells)
    assert list(notebook.metadata) == ["kernelspec"]
    assert work.update(course, copies) == []


def test_link_to_the_solution_leads_there(course, copies):
    write(course / "exercises/01_a.ipynb", ["[solutions](../solutions/01_a.ipynb)"])
    work.update(course, copies)
    cell = nbformat.read(copies / "exercises/01_a.ipynb", as_version=4).cells[0]
    target = cell.source.split("(")[1].rstrip(")")
    assert (copies / "exercises" / target).resolve() == course / "solutions/01_a.ipynb"


def test_untouched_copy_follows_the_course(course, copies):
    work.update(course, copies)
    write(course / "01_a.ipynb", ["better"])
    assert work.update(course, copies) == ["01_a.ipynb: brought up to date"]
    assert nbformat.read(copies / "01_a.ipynb", as_version=4).cells[0].source == "better"


@pytest.mark.parametrize("change", ["an answer", "outputs", "a conflict", "another kernel too"])
def test_changed_copy_stays_and_the_new_version_comes_beside_it(course, copies, change):
    work.update(course, copies)
    path = copies / "exercises/01_a.ipynb"
    if change == "an answer":
        answer(path, "answer = 42")
    elif change == "outputs":
        write(path, ["# exercises/01_a.ipynb", "answer = ..."])  # it was run
    elif change == "a conflict":
        path.write_text("<<<<<<< HEAD\n" + path.read_text() + "\n>>>>>>> theirs\n")
    else:  # as Visual Studio Code and Colab do
        answer(path, "answer = 43")
        path.write_text(path.read_text().replace("Python 3 (ipykernel)", ".venv"))
    mine = path.read_bytes()
    assert work.update(course, copies) == []
    write(course / "exercises/01_a.ipynb", ["better"])
    (line,) = work.update(course, copies)
    assert line.startswith("exercises/01_a.ipynb: you changed yours, so the course's new version")
    assert path.read_bytes() == mine
    beside = copies / "exercises/01_a (version 2).ipynb"
    assert beside.name in line and "better" in beside.read_text()
    assert work.update(course, copies) == []  # it comes once
    answer(beside, "an answer in the new version")
    write(course / "exercises/01_a.ipynb", ["better still"])
    work.update(course, copies)
    assert path.read_bytes() == mine and "in the new version" in beside.read_text()
    assert "still" in (copies / "exercises/01_a (version 3).ipynb").read_text()


def test_another_kernel_alone_is_not_an_answer(course, copies):
    work.update(course, copies)
    path = copies / "01_a.ipynb"
    path.write_text(path.read_text().replace("Python 3 (ipykernel)", ".venv"))
    write(course / "01_a.ipynb", ["better"])
    assert work.update(course, copies) == ["01_a.ipynb: brought up to date"]


@pytest.mark.parametrize("program", editors.EDITORS)
def test_copy_that_a_program_only_saved_follows_the_course(course, copies, program):
    work.update(course, copies)
    editors.save(copies / "01_a.ipynb", program)
    write(course / "01_a.ipynb", ["better"])
    assert work.update(course, copies) == ["01_a.ipynb: brought up to date"]


@pytest.mark.parametrize("program", [*editors.EDITORS, editors.papermill])
def test_answer_stays_to_the_byte_whichever_program_wrote_it(course, copies, program):
    work.update(course, copies)
    answer = None if program is editors.papermill else "answer = 42"
    mine = editors.save(copies / "01_a.ipynb", program, answer)
    assert work.update(course, copies) == []
    write(course / "01_a.ipynb", ["better"])
    assert "you changed yours" in work.update(course, copies)[0]
    assert (copies / "01_a.ipynb").read_bytes() == mine


def test_a_picture_in_a_cell_is_an_answer(course, copies):
    work.update(course, copies)
    path = copies / "01_a.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][0]["attachments"] = {"image.png": {"image/png": "iVBORw0KGgo="}}
    path.write_text(json.dumps(notebook))
    write(course / "01_a.ipynb", ["better"])
    assert "you changed yours" in work.update(course, copies)[0]


def test_missing_copy_comes_back_and_a_lost_list_of_copies_loses_nothing(course, copies):
    work.update(course, copies)
    (copies / "01_a.ipynb").unlink()
    assert work.update(course, copies) == ["01_a.ipynb: back again, as it was missing"]
    answer(copies / "01_a.ipynb", "answer = 42")
    for damage in ("", "[1]", '{"01_a.ipynb": 3}'):
        (copies / work.GIVEN).write_text(damage)
        work.update(course, copies)
        assert "answer = 42" in (copies / "01_a.ipynb").read_text()
    assert not (copies / "exercises/01_a (version 2).ipynb").exists()  # it is as it was given


def test_conflict_in_the_course_is_named(course, copies):
    (course / "01_a.ipynb").write_text("<<<<<<< HEAD\n")
    with pytest.raises(ValueError, match=r"01_a.ipynb is not a notebook .*git checkout"):
        work.update(course, copies)


def test_no_course_and_two_at_once_are_refused(course, copies, tmp_path):
    with pytest.raises(ValueError, match="holds no notebooks: go to the course's own folder"):
        work.update(tmp_path / "nowhere", copies)
    with (
        locks.hold(copies / ".update.lock"),
        pytest.raises(ValueError, match="is being updated by another process"),
    ):
        work.update(course, copies)


def test_git_ignores_the_copies():
    root = Path(__file__).parent.parent
    if not (root / ".git").exists():
        pytest.skip("not a clone")
    asked = ["git", "check-ignore", "work/01_dense_network.ipynb"]
    assert subprocess.run(asked, cwd=root, capture_output=True).returncode == 0


def test_the_course_itself_can_be_copied(copies):
    course = Path(__file__).parent.parent / "notebooks"
    lines = work.update(course, copies)
    assert len(lines) == len(list(course.glob("*.ipynb"))) + len(list(course.glob("exercises/*")))
    for path in copies.rglob("*.ipynb"):
        assert not [cell for cell in json.loads(path.read_text())["cells"] if cell.get("outputs")]


def test_command_makes_copies_elsewhere_too(course, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["work"]) == 0 and (tmp_path / "work/01_a.ipynb").exists()
    home = tmp_path / "home"
    assert cli.main(["work", "--course", str(tmp_path), "--to", str(home)]) == 0
    assert f"{home}/exercises/01_a.ipynb: new" in capsys.readouterr().out
    monkeypatch.chdir(home)
    assert cli.main(["work"]) == 1
    assert "holds no notebooks: go to the course's own folder" in capsys.readouterr().err
