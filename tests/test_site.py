"""The site: built without a network or a warning, complete, and right in a real browser."""

import ast
import functools
import http.server
import re
import shutil
import subprocess
import sys
import threading
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import yaml
from browsers import CONTRAST

COURSE = Path(__file__).parent.parent
BINDER, COLAB = "https://mybinder.org/v2", "https://colab.research.google.com/github"


def sources():
    """Return every page's source, without suffix: all notebooks, all of docs, and a few more."""
    notebooks = (COURSE / "notebooks").rglob("*.ipynb")
    found = [path for path in notebooks if ".ipynb_checkpoints" not in path.parts]
    found += [*(COURSE / "docs").rglob("*.md")]
    found += [COURSE / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")]
    parts = yaml.safe_load((COURSE / "_config.yml").read_text())["exclude_patterns"]
    pages = [path.relative_to(COURSE) for path in found]
    return {str(page.with_suffix("")) for page in pages if str(page) not in parts}


def entries(part):
    """Return a table of contents' entries, those below others included."""
    for entry in part.get("chapters", []) + part.get("sections", []):
        yield entry
        yield from entries(entry)


def pages(site):
    """Return the site's pages; index.html leads on to README.html, _static holds templates."""
    found = set(site.rglob("*.html")) - set((site / "_static").rglob("*.html"))
    return sorted(found - {site / "index.html"})


def build(folder, output):
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", folder, "--all", "-W", "-n", "--keep-going"]
    command += ["--path-output", output]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=900)
    said = finished.stdout[-3000:] + finished.stderr[-3000:]
    return finished.returncode, said, output / "_build" / "html"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    code, said, html = build(COURSE, tmp_path_factory.mktemp("site"))
    assert code == 0, said
    return html


def test_the_contents_name_every_page_and_no_other():
    toc, named = yaml.safe_load((COURSE / "_toc.yml").read_text()), []
    for part in [{"chapters": [{"file": toc["root"]}]}, *toc["parts"]]:
        for entry in entries(part):
            if "glob" in entry:
                found = COURSE.glob(f"{entry['glob']}.ipynb")
                named += [str(path.relative_to(COURSE).with_suffix("")) for path in found]
            else:
                named.append(entry["file"])
    assert sorted(named) == sorted(sources())


@pytest.mark.slow
def test_every_page_is_there(site):
    missing = [name for name in sources() if not (site / f"{name}.html").exists()]
    assert not missing
    assert "README.html" in (site / "index.html").read_text()
    assert "mybinder" not in (site / "notebooks" / "01_dense_network.html").read_text()


@pytest.mark.slow
def test_every_picture_has_alternative_text_and_comes_with_the_site(site):
    pictures = 0
    for page in pages(site):
        for image in re.findall(r"<img [^>]*>", page.read_text()):
            source, alt = (re.search(rf'{key}="([^"]*)"', image) for key in ("src", "alt"))
            assert alt and len(alt.group(1)) > 20, f"{page.name}: {image}"
            assert (page.parent / source.group(1)).exists(), f"{page.name}: {image}"
            pictures += 1
    stored = [
        output
        for path in (COURSE / "notebooks").glob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert pictures > len(stored) > 0


@pytest.mark.slow
def test_no_page_loads_anything_from_another_host(site):
    for page in pages(site):
        tags = re.findall(r"<(?:script|img|link|iframe) [^>]*>", page.read_text())
        foreign = [tag for tag in tags if re.search(r'(?:src|href)="(?:https?:)?//', tag)]
        assert not foreign, f"{page.name}: {foreign}"


def called(twin):
    """Return what a notebook calls or imports from the package: pairs of module and name."""
    tree, modules, pairs = ast.parse(twin.read_text()), set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "cnncourse":
            modules |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "cnncourse.backend":
            continue  # Keras itself, which has a reference of its own
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("cnncourse."):
            pairs |= {(node.module.split(".")[1], name.name) for name in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            pairs |= {(name, node.func.attr) for name in modules & {getattr(owner, "id", None)}}
    return pairs


@pytest.mark.slow
def test_whatever_a_notebook_calls_is_in_the_reference(site):
    twins = (COURSE / "notebooks" / "src").rglob("*.py")
    pairs = set().union(*map(called, twins))
    assert len({module for module, _ in pairs}) > 8
    for module, name in pairs:
        page = site / "docs" / "api" / f"{module}.html"
        assert page.exists(), f"write docs/api/{module}.md, and add it to _toc.yml"
        assert f'id="cnncourse.{module}.{name}"' in page.read_text(), f"{module}.{name}"


@pytest.mark.slow
def test_no_link_within_the_site_is_dead(site):
    texts, links, dead = {page.resolve(): page.read_text() for page in pages(site)}, 0, set()
    for page, text in texts.items():
        for link in map(unescape, re.findall(r'<a [^>]*?href="([^"]*)"', text)):
            url = urlsplit(link)
            if url.scheme:
                continue
            links += 1
            target = (page.parent / unquote(url.path)).resolve() if url.path else page
            there = target.exists()
            if there and url.fragment and target in texts:
                there = f'id="{unquote(url.fragment)}"' in texts[target]
            dead |= set() if there else {f"{page.name}: {link}"}
    assert links > 5000 and not dead


@pytest.fixture(scope="module")
def address(site):
    """Serve the site on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


MISSING = "() => [...document.images].filter(i => !i.naturalWidth).map(i => i.src)"
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.slow
def test_every_page_opens_cleanly_and_asks_no_other_host(site, address, browser, listen):
    page = browser.new_page()
    requests, wrong = listen(page)
    for path in pages(site):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{address}/{path.relative_to(site)}")
        wrong += [f"{path.name}: no picture {source}" for source in page.evaluate(MISSING)]
        page.set_viewport_size({"width": 390, "height": 800})
        if page.evaluate(SIDEWAYS) > 0:
            wrong.append(f"{path.name} scrolls sideways on a phone")
    page.close()
    assert not wrong
    foreign = [url for url in requests if not url.startswith((address, "data:", "blob:"))]
    assert len(requests) > len(sources()) and not foreign


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_follow_the_reader_s_colour_scheme_and_figures_stay_on_white(
    address, browser, scheme
):
    page = browser.new_page(color_scheme=scheme)
    page.goto(f"{address}/notebooks/01_dense_network.html")
    color = "e => getComputedStyle(e).backgroundColor"
    ground = sum(map(int, re.findall(r"\d+", page.eval_on_selector("body", color))[:3]))
    assert ground > 600 if scheme == "light" else ground < 150
    if scheme == "dark":
        assert page.eval_on_selector(".cell_output img", color) == "rgb(255, 255, 255)"
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_choice_shows_its_reason_and_a_predicted_result_is_folded(
    address, browser, listen, scheme
):
    page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 800})
    requests, wrong = listen(page)
    page.goto(f"{address}/notebooks/01_dense_network.html")
    questions, folded = page.locator(".cnn-choices"), page.locator("details.hide").first
    assert questions.first.locator("legend").evaluate(CONTRAST) > 7
    questions.first.locator("input").first.check()
    assert "That is your prediction" in questions.first.inner_text()
    assert "bytes a picture" not in folded.inner_text()
    folded.locator("summary").click()
    assert "bytes a picture" in folded.inner_text()
    questions.last.locator("input.wrong").first.check()
    assert "✗ No." in questions.last.inner_text()
    page.close()
    assert not wrong and all(url.startswith((address, "data:")) for url in requests)


@pytest.mark.slow
def test_wide_tables_scroll_within_a_phone_s_page(address, browser):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{address}/docs/results.html")
    scrolls = "e => [e.scrollWidth > e.clientWidth, getComputedStyle(e).overflowX]"
    container = page.locator(".pst-scrollable-table-container").first
    assert container.evaluate(scrolls) == [True, "auto"]
    page.close()


@pytest.mark.slow
def test_the_search_finds_a_word_without_a_server(address, browser):
    page = browser.new_page()
    page.goto(f"{address}/search.html?q=occlusion")
    page.locator("#search-results li a").first.wait_for(timeout=20_000)
    assert "occlusion" in page.locator("#search-results").inner_text().lower()
    page.close()


# A small book with the course's own configuration


FORMULAS = "# A page\n\nThe loss is $-\\log p$, and\n\n$$x^2$$\n"
WRONG_FORMULA = "# A page\n\nThis is none: $\\nosuch{1}$.\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("repository", "binder", "colab", "text"),
    [
        (
            "https://github.com/you/cnn",
            f"{BINDER}/gh/you/cnn/main",
            f"{COLAB}/you/cnn/blob/main",
            FORMULAS,
        ),
        ("https://gitlab.com/you/cnn", f"{BINDER}/gl/you%2Fcnn/main", None, "# A page"),
        ("https://git.example.org/you/cnn", None, None, WRONG_FORMULA),
    ],
    ids=["github and formulas", "gitlab", "elsewhere and a wrong formula"],
)
def test_launch_buttons_come_with_the_address_and_formulas_need_no_script(
    tmp_path, repository, binder, colab, text
):
    folder = tmp_path / "book"
    shutil.copytree(COURSE / "docs" / "_extensions", folder / "docs" / "_extensions")
    shutil.copytree(COURSE / "docs" / "_static", folder / "docs" / "_static")
    config = yaml.safe_load((COURSE / "_config.yml").read_text())
    config["repository"]["url"] = repository
    (folder / "_config.yml").write_text(yaml.safe_dump(config))
    contents = {"format": "jb-book", "root": "page", "chapters": [{"file": "lesson"}]}
    (folder / "_toc.yml").write_text(yaml.safe_dump(contents))
    (folder / "page.md").write_text(text)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A lesson")])
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata["kernelspec"] = kernel
    nbformat.write(notebook, folder / "lesson.ipynb")
    code, said, html = build(folder, tmp_path)

    lesson, page = (html / "lesson.html").read_text(), (html / "page.html").read_text()
    links = re.findall(r'href="(https://(?:mybinder|colab)[^"]*)"', lesson)
    wanted = [f"{binder}?urlpath=lab/tree/lesson.ipynb"] if binder else []
    assert links == wanted + ([f"{colab}/lesson.ipynb"] if colab else [])
    assert "mybinder" not in page and "MathJax" not in page
    if text == WRONG_FORMULA:
        assert code != 0 and "in the formula" in said
    else:
        assert code == 0, said
    if text == FORMULAS:
        assert "<mi>log</mi>" in page and "<msup>" in page and 'display="block"' in page
