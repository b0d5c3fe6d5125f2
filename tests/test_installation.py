"""The files that install the course say the same, and name no address."""

import re
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
    assert pip["pip"] == ["--constraint constraints.txt", "--editable .[lab]"]
    python = next(part for part in conda if part.startswith("python=")).split("=")[1]
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    assert int(low) <= int(python.split(".")[1]) < int(high)


def test_every_requirement_is_pinned_to_a_version_that_it_admits():
    from packaging.requirements import Requirement

    extras = PROJECT["optional-dependencies"].values()
    for text in [*PROJECT["dependencies"], *(text for extra in extras for text in extra)]:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pinned()[requirement.name.lower()]), text


def test_the_mission_s_packages_are_required():
    lab = names(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["lab"])
    assert {"tensorflow", "numpy", "matplotlib", "seaborn", "scikit-learn"} <= lab
    assert {"jupyterlab", "jupytext"} <= lab
    assert "nbval" in names(PROJECT["optional-dependencies"]["test"])


@pytest.mark.parametrize("file", ["constraints.txt", "environment.yml"])
def test_no_file_names_a_host(file):
    assert "//" not in (COURSE / file).read_text()
