"""The site builds from the stored outputs, without a network and without a warning."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

COURSE = Path(__file__).parent.parent
CHAPTERS = [
    chapter["file"]
    for part in yaml.safe_load((COURSE / "_toc.yml").read_text())["parts"]
    for chapter in part["chapters"]
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", COURSE, "--all", "-W", "-n", "--keep-going"]
    command += ["--path-output", folder]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert finished.returncode == 0, finished.stdout[-3000:] + finished.stderr[-3000:]
    return folder / "_build" / "html"


@pytest.mark.slow
def test_every_chapter_has_its_page(site):
    for chapter in ["README", *CHAPTERS]:
        assert (site / f"{chapter}.html").exists()
    lessons = {path.stem for path in (COURSE / "notebooks").glob("*.ipynb")}
    assert lessons == {Path(chapter).name for chapter in CHAPTERS if "notebooks" in chapter}


@pytest.mark.slow
def test_every_picture_has_alternative_text_and_comes_with_the_site(site):
    for page in site.rglob("*.html"):
        for image in re.findall(r"<img [^>]*>", page.read_text()):
            if "logo" in image:
                continue
            source, alt = (re.search(rf'{key}="([^"]*)"', image) for key in ("src", "alt"))
            assert alt and len(alt.group(1)) > 20, f"{page.name}: {image}"
            assert (page.parent / source.group(1)).exists(), f"{page.name}: {image}"


@pytest.mark.slow
def test_no_page_loads_anything_from_another_host(site):
    for page in site.rglob("*.html"):
        tags = re.findall(r"<(?:script|img|link|iframe) [^>]*>", page.read_text())
        foreign = [tag for tag in tags if re.search(r'(?:src|href)="(?:https?:)?//', tag)]
        assert not foreign, f"{page.name}: {foreign}"
