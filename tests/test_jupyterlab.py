"""A newcomer's path in a real browser: open JupyterLab, run all cells of lesson 01."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import jupytext
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
COURSE = Path(__file__).parent.parent
LESSON = "01_dense_network"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (apt install chromium)"),
]


@pytest.fixture
def lab(tmp_path):
    """Serve a copy of the notebooks, with an empty data folder and no network for the kernels."""
    (tmp_path / "notebooks").mkdir()
    fresh = jupytext.read(COURSE / "notebooks" / "src" / f"{LESSON}.py")  # without outputs
    jupytext.write(fresh, tmp_path / "notebooks" / f"{LESSON}.ipynb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "CNNCOURSE_REDUCED": "0",
        "CNNCOURSE_DATA": str(tmp_path / "data"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
    }
    options = ["--ip=127.0.0.1", f"--port={port}", "--no-browser", "--allow-root"]
    options += ["--IdentityProvider.token=secret", f"--ServerApp.root_dir={tmp_path}"]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=1)
                break
            except OSError:
                time.sleep(0.5)
        yield f"{address}/lab/tree/notebooks/{LESSON}.ipynb?token=secret"
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_lesson_01_runs_all_cells_without_a_network_and_says_so(lab):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(lab)
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
        page.wait_for_timeout(3000)  # a click right away is answered by a choice of kernels
        page.get_by_text("Run", exact=True).first.click()
        page.get_by_text("Run All Cells", exact=True).click()
        prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt")
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            texts = prompts.all_inner_texts()
            if texts and all(text.strip() not in ("[ ]:", "[*]:") for text in texts):
                break
            page.wait_for_timeout(1000)
        # JupyterLab takes cells far from the view out of the page: scroll through all of it.
        panel, shown = page.locator(".jp-Notebook .jp-WindowedPanel-outer"), []
        panel.evaluate("e => e.scrollTo(0, 0)")
        for _ in range(40):
            page.wait_for_timeout(200)
            shown.append(page.locator(".jp-Notebook").inner_text())
            panel.evaluate("e => e.scrollBy(0, 700)")
        text = "\n".join(shown)
        errors = page.locator(".jp-OutputArea-output[data-mime-type*='error']").count()
        browser.close()
    assert "[*]:" not in texts and "[ ]:" not in texts
    assert errors == 0 and "Traceback" not in text
    assert "The real mnist pictures could not be had: using drawn samples instead" in text
    assert "measured on samples" in text
