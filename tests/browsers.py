"""What the browser tests share: a browser, and JupyterLab on a copy of the course."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import nbformat
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
COURSE = Path(__file__).parent.parent
PATIENCE = 240_000  # milliseconds: a busy machine is slow
MISSING = "() => [...document.images].filter(i => !i.naturalWidth).map(i => i.src)"
UNFINISHED = """() => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')]
    .filter(prompt => ['[ ]:', '[*]:'].includes(prompt.textContent.trim())).length"""
WHOLE = "count => document.querySelectorAll('.jp-Notebook .jp-Cell').length === count"
ERRORS = ".jp-Notebook .jp-OutputArea-output[data-mime-type*='error']"

# Of an element's text against what lies behind it, as WCAG computes it.
CONTRAST = """element => {
    const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = (color) => rgb(color).slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    let behind = element;
    const ground = (e) => getComputedStyle(e).backgroundColor;
    while (rgb(ground(behind))[3] === 0) behind = behind.parentElement;
    const [a, b] = [light(getComputedStyle(element).color), light(ground(behind))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); }"""


def _listen(page):
    """Return lists that fill with a page's requests, and with whatever goes wrong on it."""
    requests, wrong = [], []

    def note(bad, what):
        if bad:
            wrong.append(f"{page.url}: {what}")

    page.on("request", lambda request: requests.append(request.url))
    page.on("response", lambda answer: note(answer.status >= 400, answer.url))
    page.on("console", lambda said: note(said.type == "error", said.text))
    page.on("pageerror", lambda error: note(True, error))
    return requests, wrong


@pytest.fixture
def listen():
    return _listen


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("needs chromium (apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Lab:
    """JupyterLab, serving the copy of a course to a browser.

    Args:
        address: Of the server.
        folder: Of the copy.
        context: Of the browser; its pages share a cache.
    """

    def __init__(self, address, folder, context):
        self.address, self.folder, self.context = address, folder, context

    @contextlib.contextmanager
    def opened(self, name):
        """Open a notebook of the copy in its own page, wait for its kernel, and end both at last.

        What went wrong is in ``page.wrong`` then, and what was asked of other hosts.
        """
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        requests, page.wrong = _listen(page)
        workspace = name.replace("/", "-").removesuffix(".ipynb")  # else Lab opens the last one's
        page.goto(f"{self.address}/lab/workspaces/{workspace}/tree/{name}?token=secret")
        cells = len(nbformat.read(self.folder / name, as_version=4).cells)
        page.wait_for_function(WHOLE, arg=cells)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        try:
            yield page
            page.wrong += [f"no picture {source}" for source in page.evaluate(MISSING)]
            here = (self.address, self.address.replace("http", "ws"), "data:", "blob:")
            page.wrong += [f"asked {url}" for url in requests if not url.startswith(here)]
        finally:
            page.close()
            for session in self._ask("GET", "sessions"):
                self._ask("DELETE", f"sessions/{session['id']}")

    def run_all(self, page, seconds=600):
        """Run all cells from a clean sheet; return the text of the notebook and its errors."""
        page.wait_for_timeout(3000)  # a click right away is answered by a choice of kernels
        for menu, entry in (("Edit", "Clear Outputs of All Cells"), ("Run", "Run All Cells")):
            page.get_by_text(menu, exact=True).first.click()
            page.get_by_text(entry, exact=True).click()
        ended = f"() => ({UNFINISHED})() === 0 || document.querySelector(`{ERRORS}`) !== null"
        page.wait_for_function(ended, timeout=seconds * 1000)
        # Cells out of view are laid out late: `text_content` sees them, `inner_text` does not.
        return page.locator(".jp-Notebook").text_content(), page.locator(ERRORS).all_text_contents()

    def contents(self, name):
        """Return what the server hands to JupyterLab when a notebook is opened."""
        return self._ask("GET", f"contents/{name}")["content"]

    def _ask(self, method, what):
        url = f"{self.address}/api/{urllib.parse.quote(what)}?token=secret"
        with urllib.request.urlopen(urllib.request.Request(url, method=method)) as answer:
            return json.loads(answer.read() or b"null")


@contextlib.contextmanager
def _served(folder, browser, reduced):
    shutil.copytree(COURSE / "notebooks", folder / "notebooks")
    shutil.copy(COURSE / "jupytext.toml", folder)
    for notebook in (folder / "notebooks").rglob("*.ipynb"):
        os.utime(notebook)  # newer than its twin, as `make execute` leaves it
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    private = {
        "CNNCOURSE_DATA": "data",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    environment = os.environ | {"CNNCOURSE_REDUCED": "1" if reduced else "0"}
    environment |= {name: str(folder / "private" / part) for name, part in private.items()}
    options = ["--ip=127.0.0.1", f"--port={address.rsplit(':')[-1]}", "--no-browser"]
    options += ["--allow-root", "--IdentityProvider.token=secret"]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    try:
        for _ in range(240):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api", timeout=1)
                break
            time.sleep(0.5)
        yield Lab(address, folder, context)
    finally:
        context.close()
        server.terminate()
        server.wait(timeout=PATIENCE / 1000)


@pytest.fixture(scope="module")
def lab(tmp_path_factory, browser):
    """JupyterLab in reduced mode."""
    with _served(tmp_path_factory.mktemp("lab"), browser, reduced=True) as lab:
        yield lab


@pytest.fixture
def full_size_lab(tmp_path, browser):
    """JupyterLab in full mode, with an empty data folder and no network for the kernels."""
    with _served(tmp_path, browser, reduced=False) as lab:
        yield lab
