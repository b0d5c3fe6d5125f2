"""The instructor's pages: complete, and their template, workflow and scripts do what they say."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
import test_notebooks as form
import yaml
from nbclient import NotebookClient

from tools.sync import sync

COURSE = Path(__file__).parent.parent
PAGES = COURSE / "docs" / "instructors"
LESSON_PAGES = sorted(path for path in PAGES.glob("*.md") if path.stem[:2].isdecimal())
TARGETS = set(re.findall(r"^([a-z]+):", (COURSE / "Makefile").read_text(), re.MULTILINE))


def test_there_is_a_page_for_each_lesson():
    lessons = [path.stem for path in sorted((COURSE / "notebooks").glob("*.ipynb"))]
    assert [path.stem for path in LESSON_PAGES] == lessons


@pytest.mark.parametrize("page", LESSON_PAGES, ids=lambda path: path.stem)
def test_its_title_and_minutes_of_reading_are_the_lesson_s(page):
    opening = form.read(COURSE / "notebooks" / f"{page.stem}.ipynb").cells[0].source
    number, title = opening.splitlines()[0].removeprefix("# ").split(". ", 1)
    minutes = re.search(r"\*\*Time\*\* (\d+) minutes", opening).group(1)
    said = page.read_text(encoding="utf-8")
    assert said.startswith(f"# Lesson {number}: {title}\n")
    assert f"Reading takes {minutes} minutes" in said or "the lesson's opening says" in said


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda path: path.stem)
def test_commands_on_the_pages_exist(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"^(?:\S+=\S+ )?make ([a-z]+)", text, re.MULTILINE):
        assert target in TARGETS
    from cnncourse.cli import COMMANDS

    for command in re.findall(r"(?:\.venv/bin/|`)cnncourse ([a-z-]+)", text):
        assert command in COMMANDS


# CI and images


def test_the_workflow_tests_three_systems_and_pythons_then_publishes_main():
    path = COURSE / ".github" / "workflows" / "ci.yml"
    workflow = yaml.load(path.read_text(), Loader=yaml.BaseLoader)
    assert workflow["on"]["push"]["branches"] == ["main"] and "pull_request" in workflow["on"]
    test, systems, publish = (workflow["jobs"][job] for job in ("test", "systems", "publish"))
    runs = [step["run"] for step in test["steps"] if "run" in step]
    assert runs == ["make test", "make site"] and {"test", "site"} <= TARGETS
    uploaded = next(step for step in test["steps"] if "upload-pages" in step.get("uses", ""))
    assert uploaded["with"]["path"] == "_build/html"
    matrix = systems["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert matrix["python"] == ["3.11", "3.12", "3.13"]
    assert publish["needs"] == ["test", "systems"]
    assert publish["if"] == uploaded["if"] and "refs/heads/main" in publish["if"]
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}
    (step,) = publish["steps"]
    assert step["uses"].startswith("actions/deploy-pages@")
    assert step["id"] in publish["environment"]["url"]


@pytest.mark.parametrize(
    ("asked", "fetched"), [(None, ""), ("mnist\ncifar10\n", "fetch mnist cifar10\n")]
)
def test_the_image_gets_copies_and_the_data_that_a_file_asks_for(tmp_path, asked, fetched):
    command = tmp_path / "bin" / "cnncourse"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/called\n')
    command.chmod(0o755)
    if asked:
        (tmp_path / "image-data.txt").write_text(asked)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([COURSE / "postBuild"], cwd=tmp_path, check=True, env={"PATH": path})
    assert (tmp_path / "called").read_text() == f"work\n{fetched}"


def test_a_failed_fetch_ends_the_build(tmp_path):
    (tmp_path / "cnncourse").write_text('#!/bin/sh\n[ "$1" = work ]\n')
    (tmp_path / "cnncourse").chmod(0o755)
    (tmp_path / "image-data.txt").write_text("mnist\n")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    finished = subprocess.run([COURSE / "postBuild"], cwd=tmp_path, env={"PATH": path})
    assert finished.returncode != 0


def test_repo2docker_reads_the_course_s_own_files():
    shadows = ["binder", ".binder", "Dockerfile", "requirements.txt", "image-data.txt"]
    assert not [name for name in shadows if (COURSE / name).exists()]
    assert (COURSE / "postBuild").read_text().startswith("#!/bin/bash\n")


# The template of a lesson


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """Do what the page says: copy the template, sync, and run it (in reduced mode)."""
    course = tmp_path_factory.mktemp("course")
    twin = course / "notebooks" / "src" / "17_my_lesson.py"
    twin.parent.mkdir(parents=True)
    shutil.copy(PAGES / twin.name, twin)
    path = course / "notebooks" / "17_my_lesson.ipynb"
    sync(twin, path)
    assert twin.read_text() == (PAGES / twin.name).read_text()
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, kernel_name="python3", timeout=300, resources=resources).execute()
    nbformat.write(notebook, path)
    return path


@pytest.mark.slow
def test_the_template_of_a_lesson_has_the_form_of_a_lesson(lesson):
    form.test_stored_outputs_are_quiet(lesson)
    form.test_figures_are_small_and_have_alternative_text(lesson)
    form.test_a_lesson_has_its_number_a_start_and_a_prediction(lesson)
    form.test_compared_cells_have_something_to_compare_with(lesson)
    form.test_raw_fits_take_their_epochs_from_the_settings(lesson)
    assert form.outputs(lesson)
