"""`make` finds a Python that fits and mends .venv; uv installs from where pip does."""

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from tools import install

COURSE = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no make")
# A Python that claims a version. It makes environments in no time, and installs by noting it.
STAND_IN = """#!{python}
import pathlib, platform, shutil, sys
version, lacks, (first, *rest) = {version}, {lacks}, sys.argv[1:]
if first == "-c":
    sys.version_info = (*version, 0, "final", 0)
    platform.python_version = lambda told=version: "%d.%d.0" % told
    sys.modules |= dict.fromkeys(lacks)
    sys.argv = rest
    exec(rest[0], {{}})
elif rest[:2] == ["venv", "--clear"]:
    shutil.rmtree(rest[2], ignore_errors=True)
    folder = pathlib.Path(rest[2], "bin")
    folder.mkdir(parents=True)
    shutil.copy(__file__, folder / "python")
    (folder / "uv").write_text("#!/bin/sh\\necho uv {uv}")
    (folder / "uv").chmod(0o755)
elif rest[0] == "tools.install":
    if pathlib.Path("no_network").exists():
        sys.exit("no network")
    with open("installed", "a") as log:
        print(*rest[1:], file=log)
"""


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "a course, Übung"
    (folder / "tools").mkdir(parents=True)
    for name in ("Makefile", "constraints.txt", "pyproject.toml", "tools/environment.sh"):
        shutil.copy(COURSE / name, folder / name)
    (tmp_path / "bin").mkdir()
    for name in ("sh", "cat", "cut", "tail", "rm", "make", "sed", "touch"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    return folder


def put_python(path: Path, version: tuple[int, int], lacks: tuple[str, ...] = ()) -> Path:
    pins = (COURSE / "constraints.txt").read_text().split()
    uv = next(pin.removeprefix("uv==") for pin in pins if pin.startswith("uv=="))
    text = STAND_IN.format(python=sys.executable, version=version, lacks=lacks, uv=uv)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return path


def make(course: Path, *words: str) -> subprocess.CompletedProcess:
    environment = {"PATH": str(course.parent / "bin"), "MAKEFLAGS": ""}
    command = ["make", "--silent", *(words or [".venv/lab.done"])]
    return subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)


def mark(course: Path) -> Path:
    """Put a file into .venv that is gone when that is made anew."""
    (course / ".venv" / "mark").touch()
    return course / ".venv" / "mark"


@pytest.mark.parametrize("name", ["python3", "python3.13", "python3.12", "python3.11", "python"])
def test_a_python_that_fits_is_found_under_any_name(course, name):
    if name != "python3":
        put_python(course.parent / "bin" / "python3", (3, 14))
    put_python(course.parent / "bin" / name, (3, 12))
    run = make(course)
    assert run.stdout == "Making .venv with Python 3.12.\n" and run.returncode == 0
    assert (course / "installed").read_text() == "lab\n"
    kept = mark(course)
    assert make(course).stdout == "" and kept.exists(), "it is not made twice"
    assert (course / "installed").read_text() == "lab\n"


def test_without_a_python_that_fits_it_says_which_to_install_and_works_afterwards(course):
    put_python(course.parent / "bin" / "python3", (3, 14))
    put_python(course.parent / "bin" / "python", (2, 7))
    put_python(course.parent / "bin" / "python3.11", (3, 11), ("ensurepip",))
    run = make(course)
    assert run.returncode and not (course / ".venv").exists()
    assert "the course needs Python 3.11, 3.12 or 3.13" in run.stderr
    assert "python3: it is Python 3.14.0\n" in run.stderr
    assert "python: it is Python 2.7.0\n" in run.stderr
    assert "python3.11: it cannot make an environment: `sudo apt install python3.11-venv`" in (
        run.stderr
    )
    assert "make lab PYTHON=/path/to/python3.13" in run.stderr
    put_python(course.parent / "bin" / "python3.13", (3, 13))
    assert make(course).returncode == 0


def test_without_any_python_it_says_so(course):
    run = make(course)
    assert run.returncode and "the course needs Python 3.11, 3.12 or 3.13" in run.stderr


@pytest.mark.parametrize("what", ["unfit", "gone", "upgraded in place", "left half-made", "moved"])
def test_an_environment_that_does_not_fit_is_made_anew(course, what):
    put_python(course.parent / "bin" / "python3", (3, 12))
    if what == "left half-made":
        (course / ".venv").mkdir()
    else:
        assert make(course).returncode == 0
    inside, gone = course / ".venv" / "bin" / "python", mark(course)
    if what == "unfit":  # as older versions of the course left it
        (course / ".venv" / "uv.done").write_text("")
        put_python(inside, (3, 14))
    elif what == "gone":
        inside.unlink()
        inside.symlink_to("/nowhere/python3.12")
    elif what == "upgraded in place":  # its packages lie in lib/python3.12
        put_python(inside, (3, 13), ("pip",))
    elif what == "moved":
        course, gone = course.rename(course.with_name("elsewhere")), None
    assert "Making .venv with Python 3.12." in make(course).stdout
    assert not (gone or course / ".venv" / "mark").exists()
    assert (course / "installed").read_text().endswith("lab\n")


def test_another_python_that_is_asked_for_is_used_and_kept(course):
    put_python(course.parent / "bin" / "python3", (3, 12))
    other = put_python(course.parent / "a python", (3, 13))
    make(course)
    run = make(course, ".venv/lab.done", f"PYTHON={other}")
    assert run.stdout == "Making .venv with Python 3.13.\n"
    assert make(course).stdout == ""
    unfit = put_python(course.parent / "another", (3, 10))
    run = make(course, ".venv/lab.done", f"PYTHON={unfit}")
    assert run.returncode and f"{unfit}: it is Python 3.10.0" in run.stderr
    assert make(course).stdout == "", "what worked still does"


def test_what_could_not_be_installed_is_tried_again(course):
    put_python(course.parent / "bin" / "python3", (3, 12))
    (course / "no_network").touch()
    assert make(course).returncode and not (course / "installed").exists()
    (course / "no_network").unlink()
    assert make(course).returncode == 0 and (course / "installed").exists()


def test_other_pins_are_installed_into_what_is_there(course):
    put_python(course.parent / "bin" / "python3", (3, 12))
    make(course, ".venv/test.done")
    kept = mark(course)
    later = (course / ".venv" / "test.done").stat().st_mtime + 10
    os.utime(course / "constraints.txt", (later, later))
    assert make(course, ".venv/test.done").returncode == 0 and kept.exists()
    assert (course / "installed").read_text() == "lab\nlab,site,cluster,test\n" * 2


# pip's settings


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture
def index(tmp_path):
    """Serve an index with one small package, and return its address."""
    folder = tmp_path / "index" / "cnntiny"
    folder.mkdir(parents=True)
    name = "cnntiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(folder / name, "w") as wheel:
        about = "Metadata-Version: 2.1\nName: cnntiny\nVersion: 1.0\n"
        wheel.writestr("cnntiny-1.0.dist-info/METADATA", about)
        wheel.writestr("cnntiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("cnntiny-1.0.dist-info/RECORD", "")
    (folder / "index.html").write_text(f"<a href='{name}'>{name}</a>")
    handler = partial(Quiet, directory=str(tmp_path / "index"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=[0.01]).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("option", ["index-url", "extra-index-url"])
def test_uv_installs_from_where_pip_does(index, tmp_path, option):
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        pytest.skip("uv is not installed")
    (tmp_path / "pip.conf").write_text(f"[global]\n{option} = {index}\n")
    environment = {**os.environ, "PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        env=environment,
        capture_output=True,
        text=True,
    ).stdout
    ours = install.settings_for_uv(listing)
    (tmp_path / "needed.txt").write_text("cnntiny")
    command = [uv, "pip", "compile", "--no-header", "--no-annotate", "--no-cache", "needed.txt"]
    run = subprocess.run(
        command, cwd=tmp_path, env=os.environ | ours, capture_output=True, text=True
    )
    assert run.stdout == "cnntiny==1.0\n", run.stderr


def test_every_setting_has_its_name_for_uv_and_the_nearest_counts():
    found = install.settings_for_uv(
        ":env:.index-url='https://nearest/simple'\n"
        "global.index-url='https://mirror/simple'\n"
        r"global.extra-index-url='\nhttps://one/simple\nhttps://two/simple'"
        "\ninstall.find-links='/media/stick /srv/wheels'\n"
        "global.cert='/etc/school.pem'\n"
        "global.timeout='9'\n"
        "global.proxy='http://proxy:3128'\n"
    )
    assert found == {
        "UV_DEFAULT_INDEX": "https://nearest/simple",
        "UV_INDEX": "https://one/simple https://two/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/media/stick,/srv/wheels",
        "SSL_CERT_FILE": "/etc/school.pem",
        "ALL_PROXY": "http://proxy:3128",
    }


def test_uv_gets_the_settings_and_pip_takes_over_where_it_fails(monkeypatch, tmp_path):
    calls = []

    def run(command, **options):
        calls.append((command, options.get("env")))
        listing = "global.index-url='https://mirror/simple'\n"
        return SimpleNamespace(stdout=listing, returncode=int("uv" in str(command[0])))

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("UV_FIND_LINKS", "mine")
    install.main(["lab"], tmp_path)
    _, (uv, environment), (pip, _) = calls
    assert environment["UV_DEFAULT_INDEX"] == "https://mirror/simple"
    assert environment["UV_FIND_LINKS"] == "mine"
    assert uv[uv.index("--python") + 1] == sys.executable, "not into another active environment"
    assert pip[1:3] == ["-m", "pip"] and pip[-1] == uv[-1] == ".[lab]"
    assert "constraints.txt" in pip and "constraints.txt" in uv
