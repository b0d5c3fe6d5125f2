"""The convolution to touch, in a real browser: what it computes, and what hands and keys do."""

import io
import itertools
import json

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from cnncourse import explain, widgets
from cnncourse.backend import keras
from cnncourse.widgets import convolution
from cnncourse.widgets.touching import HERE, SCRIPT

PAGE = """<!doctype html><html lang="en"><head><title>A page</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/convolution.css">
<style>body { margin: 8px; background: light-dark(#fff, #111); color: light-dark(#111, #eee) }
:root { color-scheme: light dark }</style></head>
<body><div id="here"></div><script type="module">SCRIPT</script></body></html>"""
ALONE = 'import { mount } from "/convolution.js"; mount(document.getElementById("here"), OPTIONS);'
IN_NOTEBOOK = """import widget from "/widget.js";
widget.render({ model: { get: () => (OPTIONS) }, el: document.getElementById("here") });"""
COMPUTE = """async ([picture, kernel, stride, padding]) => {
    const own = await import("/arithmetic.js");
    const sums = own.convolve(picture, kernel, stride, padding), positive = own.relu(sums);
    return { sums, positive, pooled: own.maxPool(positive) }; }"""


@pytest.fixture
def opened(browser, listen):
    """Open a page with the convolution; what goes wrong on it fails the test."""
    pages, wrong = [], []

    def open_page(script=IN_NOTEBOOK, *, width=1280, height=720, scheme="light", **options):
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        pages.append(page)
        html = PAGE.replace("SCRIPT", script.replace("OPTIONS", json.dumps(options)))

        def serve(route):
            name = route.request.url.rsplit("/", 1)[1]
            kind = "text/css" if name.endswith("css") else "text/javascript"
            if name == "widget.js":
                route.fulfill(body=SCRIPT, content_type=kind)
            elif name.endswith(("js", "css")):
                route.fulfill(path=HERE / name, content_type=kind)
            else:
                route.fulfill(body=html, content_type="text/html")

        page.route("**/*", serve)
        wrong.append(listen(page)[1])
        page.goto("http://course.test/")
        page.locator(".cnn-touch").wait_for()
        return page

    yield open_page
    for page in pages:
        page.close()
    assert wrong == [[]] * len(pages)


def numbers(page, name):
    """Return what a table shows; None where a number is not computed yet."""
    rows = page.get_by_role("table", name=name, exact=True).locator("tr").all()
    texts = [row.locator("td").all_text_contents() for row in rows]
    return [[float(text.replace("−", "-")) if text else None for text in row] for row in texts]


def choose(page, what, entry):
    page.get_by_role("combobox", name=what).select_option(str(entry))


def test_it_computes_what_the_package_and_keras_compute(opened):
    page, rng = opened(ALONE), np.random.default_rng(0)
    settings = itertools.product([(7, 7), (6, 9), (8, 5)], [1, 2, 3], ["valid", "same"])
    for (height, width), stride, padding in settings:
        picture, kernel = rng.normal(size=(height, width)), rng.normal(size=(3, 3))
        layer = keras.layers.Conv2D(1, 3, strides=stride, padding=padding, activation="relu")
        layer.build((None, height, width, 1))
        layer.set_weights([kernel.reshape(3, 3, 1, 1), np.zeros(1)])
        positive = layer(picture.reshape(1, height, width, 1))
        sums = explain.convolve(picture, kernel, stride=stride, padding=padding)

        found = page.evaluate(COMPUTE, [picture.tolist(), kernel.tolist(), stride, padding])
        np.testing.assert_allclose(found["sums"], sums)
        np.testing.assert_allclose(found["positive"], np.asarray(positive)[0, ..., 0], atol=1e-5)
        if min(sums.shape) > 1:
            pooled = np.asarray(keras.layers.MaxPooling2D()(positive))[0, ..., 0]
            np.testing.assert_allclose(found["pooled"], pooled, atol=1e-5)


def test_kernels_and_first_picture_are_the_same_in_both_languages(opened):
    page = opened(ALONE)
    text = "async () => { const own = await import('/arithmetic.js'); return own.KERNELS; }"
    kernels = page.evaluate(text)
    assert list(kernels) == list(convolution.KERNELS)
    assert numbers(page, "picture") == convolution.EDGE
    for name, weights in convolution.KERNELS.items():
        choose(page, "Kernel", name)
        page.get_by_role("button", name="Fill in").click()
        sums = explain.convolve(np.array(convolution.EDGE), np.array(weights))
        np.testing.assert_allclose(numbers(page, "output"), sums, atol=0.05)
        np.testing.assert_allclose(numbers(page, "after ReLU"), np.maximum(sums, 0), atol=0.05)


@pytest.mark.parametrize("script", [ALONE, IN_NOTEBOOK], ids=["alone", "in a notebook"])
def test_keys_move_the_window_and_the_output_fills_in(opened, script):
    page = opened(script, kernel="vertical edges")
    window = page.get_by_role("application")
    window.focus()
    assert window.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    assert numbers(page, "products") == [[0, 0, 10]] * 3
    assert page.get_by_role("status").text_content() == (
        "Output row 0, column 1: sum 30, after ReLU 30."
    )
    empty = [None] * 5
    assert numbers(page, "output") == [[0, 30, *empty[2:]], [None, 30, *empty[2:]], *[empty] * 3]
    assert numbers(page, "after pooling")[0] == [None, None]
    page.get_by_role("button", name="Clear").click()
    for _ in range(24):
        page.get_by_role("button", name="Next").click()
    assert numbers(page, "output") == [[0, 30, 30, 0, 0]] * 5
    assert numbers(page, "after pooling") == [[30, 30]] * 2


def test_play_fills_the_output_and_stops(opened):
    page = opened(picture=[[1] * 4] * 4, kernel="blur")
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Play").wait_for()
    assert numbers(page, "output") == [[1, 1]] * 2


@pytest.mark.parametrize(("stride", "padding"), [(1, "valid"), (2, "same"), (3, "same")])
def test_a_pointer_drags_the_window_and_brings_it_to_an_output_pixel(opened, stride, padding):
    page = opened(kernel="all edges", stride=stride, padding=padding)
    window = page.locator(".window")
    box = window.bounding_box()
    grabbed = box["x"] + 20, box["y"] + 15
    side = box["width"] / 3
    page.mouse.move(*grabbed)
    page.mouse.down()
    page.mouse.move(*(place + side * stride for place in grabbed), steps=5)
    page.mouse.up()
    moved = window.bounding_box()
    assert moved["x"] - box["x"] == pytest.approx(side * stride, abs=1)
    assert moved["y"] - box["y"] == pytest.approx(side * stride, abs=1)
    assert page.get_by_role("status").text_content().startswith("Output row 1, column 1")
    page.mouse.move(*grabbed)  # the button is up
    assert window.bounding_box() == moved
    page.get_by_role("table", name="output").locator("td").first.click()
    assert page.get_by_role("status").text_content().startswith("Output row 0, column 0")


def test_weights_are_typed_and_what_is_no_number_is_refused(opened):
    page = opened(kernel="identity")
    weight = page.get_by_label("weight in row 0, column 0")
    page.get_by_role("table", name="output").locator("td").nth(3).click()  # ten everywhere
    for text, total in {"2": "30", "-1/4": "7.5", "0,5": "15"}.items():
        weight.fill(text)
        assert page.locator(".sum strong").text_content() == total
    assert page.get_by_role("combobox", name="Kernel").input_value() == "as typed"
    weight.fill("x")
    assert weight.get_attribute("aria-invalid") == "true"
    weight.blur()
    assert weight.input_value() == "0,5"
    assert page.get_by_role("status").text_content() == "x is no number: the weight stays 0,5."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_the_page_is_to_scale_and_legible(opened, scheme):
    page = opened(ALONE, scheme=scheme, padding="same")
    page.get_by_role("button", name="Fill in").click()
    for width in (1280, 800, 390):
        page.set_viewport_size({"width": width, "height": 720})
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)
        if width == 1280:
            assert page.evaluate("document.documentElement.scrollHeight") <= 720
        sizes = "cells => cells.map(cell => cell.getBoundingClientRect().width)"
        widths = page.locator(".cnn-touch td").evaluate_all(sizes)
        assert min(widths) > 20 and max(widths) - min(widths) < 1.5
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for name in ("select", "button", "figcaption", ".sum"):
        color = page.locator(f".cnn-touch {name}").first.evaluate("e => getComputedStyle(e).color")
        values = [np.mean(list(map(int, c.strip("rgb()").split(",")))) for c in (ground, color)]
        assert abs(values[0] - values[1]) > 150


def test_it_is_taken_away_again(opened):
    page = opened()
    page.evaluate(
        """async () => { const { mount } = await import("/convolution.js");
        const here = document.getElementById("here"); mount(here)(); }"""
    )
    assert page.locator(".cnn-touch").count() == 0


# Without a browser


def test_where_nothing_can_be_touched_a_figure_stands_there():
    data, _ = widgets.touch_convolution(kernel="blur", padding="same")._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    picture = Image.open(io.BytesIO(data["image/png"]))
    assert min(picture.size) > 300 and len(data["image/png"]) < 80_000
    assert not plt.get_fignums()


def test_without_anywidget_the_figure_comes_alone(monkeypatch):
    monkeypatch.setattr(convolution, "find_spec", lambda name: None)
    figure = widgets.touch_convolution(np.eye(5) * 10, [[1, 0, 0]] * 3, stride=2)
    assert isinstance(figure, Figure) and len(figure.axes) == 6
    plt.close(figure)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"picture": np.zeros((2, 7))}, r"float64 \(2, 7\) found: give 3 to 9 pixels"),
        ({"picture": "cat"}, "picture: 'cat' found: give numbers"),
        ({"kernel": "edges"}, "kernel='edges': choose one of vertical edges, "),
        ({"kernel": np.ones((5, 5))}, r"\(5, 5\) found: give weights \(3, 3\), or a name"),
        ({"stride": 4}, "stride=4: give a whole number from 1 to 3"),
        ({"padding": "full"}, "padding='full': choose 'valid' or 'same'"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        widgets.touch_convolution(**arguments)


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"], ids=["light", "dark"])
def test_in_jupyterlab_the_arrow_keys_move_the_window_and_not_the_notebook(lab, theme):
    code = "from cnncourse.widgets import touch_convolution\ntouch_convolution()"
    cells = [nbformat.v4.new_code_cell(code), nbformat.v4.new_code_cell("1 + 1")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, lab.folder / "touch.ipynb")
    with lab.opened("touch.ipynb") as page:
        page.set_viewport_size({"width": 1280, "height": 720})
        for entry in ("Settings", "Theme", theme):
            page.get_by_text(entry, exact=True).first.click()
        page.locator(f"body[data-jp-theme-name='{theme}']").wait_for(state="attached")
        assert not lab.run_all(page)[1]
        page.get_by_role("application", name="window over the picture").focus()
        for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
            page.keyboard.press(key)
        assert (
            page.locator(".cnn-touch [role=status]")
            .text_content()
            .startswith("Output row 2, column 1: sum 30")
        )
        box = page.locator(".cnn-touch").bounding_box()
        assert box["height"] < 600 and page.locator(".cnn-touch img").count() == 0
    assert not page.wrong
