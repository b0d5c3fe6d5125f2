"""The files that install the course say the same, and name no address."""

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

COURSE = Path(__file__).parent.parent
PROJECT = tomllib.loads((COURSE / "pyproject.toml").read_text())["project"]
CONSTRAINTS = (COURSE / "constraints.txt").read_text()


def names(requirements):
    return {re.split(r"[\[<>=]", requirement)[0].lower() for requirement in requirements}


def pinned():
    return dict(line.split("==") for line in CONSTRAINTS.split())


def test_environment_installs_the_package_with_the_lab_through_pip():
    environment = yaml.safe_load((COURSE / "environment.yml").read_text())
    *conda, pip = environment["dependencies"]
    assert pip["pip"] == ["--constraint constraints.txt", ".[lab]"]
    python = next(part for part in conda if part.startswith("python=")).split("=")[1]
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    assert int(low) <= int(python.split(".")[1]) < int(high)


def test_every_requirement_is_pinned_to_a_version_that_it_admits():
    from packaging.requirements import Requirement

    extras = PROJECT["optional-dependencies"].values()
    for text in [*PROJECT["dependencies"], *(text for extra in extras for text in extra)]:
        requirement = Requirement(text)
        if requirement.name == "cnncourse":
            continue
        assert requirement.specifier.contains(pinned()[requirement.name.lower()]), text


def test_the_mission_s_packages_are_required():
    lab = names(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["lab"])
    assert {"tensorflow", "numpy", "matplotlib", "seaborn", "scikit-learn"} <= lab
    assert {"jupyterlab", "jupytext"} <= lab
    assert "nbval" in names(PROJECT["optional-dependencies"]["test"])


@pytest.mark.parametrize("file", ["constraints.txt", "environment.yml"])
def test_no_file_names_a_host(file):
    assert "//" not in (COURSE / file).read_text()


STUDENTS_READ = ["README.md", "environment.yml", "docs/instructors/data.md"]


@pytest.mark.parametrize("file", STUDENTS_READ)
def test_students_install_without_links_into_their_folder(file):
    """An editable install fails on Windows in a folder with an umlaut."""
    installs = re.findall(r"(?:pip install|- )[^`\n]*\[lab\][^`\n]*", (COURSE / file).read_text())
    assert installs and not [line for line in installs if re.search(r" -e |--editable", line)]


def test_the_limits_of_machines_are_named():
    readme = (COURSE / "README.md").read_text()
    for named in ("--allow-root", "260 characters", "Intel Mac", "Windows on ARM"):
        assert named in readme
    longest = 0  # from the course's folder on
    for file in importlib.metadata.files("tensorflow"):
        longest = max(longest, len(rf"\.venv\Lib\site-packages\{file}"))
    assert 259 - longest < 60, "README names it"


def test_all_files_name_one_version():
    citation = yaml.safe_load((COURSE / "CITATION.cff").read_text())
    changes = (COURSE / "CHANGELOG.md").read_text()
    newest = re.search(r"^## ([\d.]+)", changes, re.MULTILINE)[1]
    assert citation["version"] == newest == PROJECT["version"]


def test_hooks_before_a_commit_need_no_network():
    hooks = yaml.safe_load((COURSE / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repository["repo"] for repository in hooks] == ["local"]
    for hook in hooks[0]["hooks"]:
        assert hook["language"] == "system" and hook["entry"].startswith(".venv/bin/")


@pytest.mark.slow
@pytest.mark.parametrize("python", ["3.11.2", "3.12.0", "3.13.0"])
def test_the_pins_can_be_installed(python):
    resolve("--python-version", python, "--constraint", "constraints.txt")


@pytest.mark.slow
def test_the_lowest_versions_that_are_allowed_can_build_the_site():
    lowest = resolve("--python-version", "3.11", "--resolution", "lowest-direct")
    docutils = next(line for line in lowest.split() if line.startswith("docutils=="))
    assert docutils >= "docutils==0.21"  # it brings what docs/_extensions imports


def resolve(*options: str) -> str:
    """Return the versions that uv would install."""
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        pytest.skip("uv is not installed")
    command = [uv, "pip", "compile", "--quiet", "--no-annotate", "--all-extras", *options]
    run = subprocess.run(
        [*command, "pyproject.toml"],
        capture_output=True,
        text=True,
        cwd=COURSE,
        env={**os.environ, "UV_HTTP_RETRIES": "0", "UV_HTTP_TIMEOUT": "10"},
    )
    if "Failed to fetch" in run.stderr or "error sending request" in run.stderr:
        pytest.skip("there is no network")
    assert run.returncode == 0, run.stderr
    return run.stdout
