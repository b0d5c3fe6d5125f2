"""Colab's first cell: put in, taken out, installing on Colab and doing nothing elsewhere."""

import shutil
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from types import ModuleType, SimpleNamespace

import jupytext
import nbformat
import pytest
from jupytext.compare import compare_notebooks

from tools import colab
from tools.colab import address_of, is_first_cell, put_first_cells
from tools.execute import code_hash

COURSE = Path(__file__).parent.parent
TARGET = "git+https://github.com/you/cnncourse@main"
LESSON = "01_dense_network"


@pytest.fixture
def course(tmp_path):
    """Copy lesson 1 and make a solution of it, each with its twin."""
    for name in (LESSON, f"solutions/{LESSON}"):
        for source, target in (
            (f"{LESSON}.ipynb", f"{name}.ipynb"),
            (f"src/{LESSON}.py", f"src/{name}.py"),
        ):
            path = tmp_path / "notebooks" / target
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(COURSE / "notebooks" / source, path)
    return tmp_path


def files(course):
    return {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}


def notebook(course):
    return nbformat.read(course / "notebooks" / f"{LESSON}.ipynb", as_version=4)


def test_the_cell_comes_first_and_leaves_outputs_and_stamp_valid(course):
    before = notebook(course)
    assert put_first_cells(course / "notebooks", TARGET) == 2
    after = notebook(course)
    nbformat.validate(after)
    first, *rest = [cell for cell in after.cells if cell.cell_type == "code"]
    assert is_first_cell(first) and f"@ {TARGET}" in first.source
    assert "remove-cell" in first.metadata.tags
    assert rest == [cell for cell in before.cells if cell.cell_type == "code"]
    assert after.cells[0] == before.cells[0]
    assert code_hash(after) == code_hash(before) == before.metadata.cnncourse.code_hash
    for path in (course / "notebooks").rglob("*.ipynb"):
        twin = course / "notebooks" / "src" / path.relative_to(course / "notebooks")
        compare_notebooks(
            nbformat.read(path, as_version=4),
            jupytext.read(twin.with_suffix(".py"), fmt="py:percent"),
            fmt="py:percent",
            allow_expected_differences=True,
            compare_outputs=False,
        )


def test_it_is_replaced_and_taken_out_without_a_trace(course):
    original = files(course)
    put_first_cells(course / "notebooks", TARGET)
    with_cell = files(course)
    assert put_first_cells(course / "notebooks", TARGET) == 0
    put_first_cells(course / "notebooks", TARGET.replace("main", "other"))
    assert sum(map(is_first_cell, notebook(course).cells)) == 1
    put_first_cells(course / "notebooks", TARGET)
    assert files(course) == with_cell
    assert put_first_cells(course / "notebooks", "") == 2
    assert files(course) == original


def run_first_cell(course, monkeypatch, returncode=0, on_colab=True):
    """Run the cell with a pip that ends so, and return how pip was called."""
    put_first_cells(course / "notebooks", TARGET)
    source = next(filter(is_first_cell, notebook(course).cells)).source
    called = []

    def run(command):
        called.append(command)
        return SimpleNamespace(returncode=returncode)

    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    if on_colab:
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    exec(compile(source, "cell", "exec"), {})
    return called


def test_it_installs_on_colab_and_keeps_the_tensorflow_that_is_there(course, monkeypatch):
    ((*pip, what, tensorflow, keras, numpy),) = run_first_cell(course, monkeypatch)
    assert pip == [sys.executable, "-m", "pip", "install", "--quiet"]
    assert what == f"cnncourse[colab] @ {TARGET}"
    assert tensorflow == f"tensorflow=={version('tensorflow')}"
    assert keras == f"keras=={version('keras')}" and numpy == f"numpy=={version('numpy')}"


def test_it_says_what_to_do_where_that_tensorflow_is_too_old(course, monkeypatch):
    with pytest.raises(RuntimeError, match=r"version than tensorflow==.* Change runtime type"):
        run_first_cell(course, monkeypatch, returncode=1)


def test_it_does_nothing_elsewhere(course, monkeypatch):
    assert run_first_cell(course, monkeypatch, on_colab=False) == []


def test_what_it_installs_is_what_the_lab_has_beyond_jupyter():
    extras = tomllib.loads((COURSE / "pyproject.toml").read_text())["project"]
    assert "cnncourse[colab]" in extras["optional-dependencies"]["lab"]
    assert not [name for name in extras["optional-dependencies"]["colab"] if "jupyter" in name]


@pytest.mark.parametrize(
    ("repository", "target"),
    [
        ("", ""),
        ("repository: {url: ''}", ""),
        ("repository: {url: 'https://github.com/you/cnncourse'}", TARGET),
        (
            "repository: {url: 'https://gitlab.com/you/cnn/', branch: autumn}",
            "git+https://gitlab.com/you/cnn@autumn",
        ),
    ],
)
def test_the_address_is_that_of_the_site(tmp_path, repository, target):
    config = tmp_path / "_config.yml"
    config.write_text(f"title: A course\n{repository}\n")
    assert address_of(config) == target


@pytest.mark.parametrize("url", ["you/cnncourse", "git@github.com:you/cnn", 'https://a"b'])
def test_an_address_that_pip_cannot_read_is_refused(tmp_path, url):
    config = tmp_path / "_config.yml"
    config.write_text(f"repository: {{url: '{url}'}}\n")
    with pytest.raises(ValueError, match="give an address such as https://github.com/you/"):
        address_of(config)


def test_the_command_says_what_it_did(course, capsys):
    (course / "_config.yml").write_text("repository: {url: https://github.com/you/cnncourse}\n")
    colab.main(course)
    assert capsys.readouterr().out == f"2 notebooks changed: on Colab they install {TARGET}.\n"
    (course / "_config.yml").write_text("title: A course\n")
    colab.main(course)
    assert capsys.readouterr().out == "2 notebooks changed: on Colab they install nothing.\n"


def test_the_course_s_own_notebooks_fit_its_configuration():
    target = address_of(COURSE / "_config.yml")
    for path in (COURSE / "notebooks").rglob("*.ipynb"):
        if ".ipynb_checkpoints" not in path.parts:
            cells = filter(is_first_cell, nbformat.read(path, as_version=4).cells)
            found = [f"@ {target}" in cell.source for cell in cells]
            assert found == ([True] if target else []), f"{path.name}: run `make colab`"
