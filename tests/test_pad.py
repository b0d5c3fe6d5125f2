"""The pad to draw digits on: what the kernel does, what a page without one does, and both."""

import nbformat
import numpy as np
import pytest

from cnncourse import models
from cnncourse.backend import keras
from cnncourse.digits import like_mnist
from cnncourse.widgets import draw_digit
from cnncourse.widgets.pad import HERE, SCRIPT

SEVEN = [(60, 60), (200, 50), (205, 75), (120, 240)]
GREY = """[...greyLevels(document.querySelector('.paper').getContext('2d')
    .getImageData(0, 0, 280, 280))]"""


class Sum(keras.layers.Layer):
    """Answers with certainty how many pixels are white, at most nine."""

    def call(self, pictures):
        count = keras.ops.sum(keras.ops.cast(pictures == 255, "int32"), axis=(1, 2, 3))
        return keras.ops.one_hot(keras.ops.minimum(count, 9), 10)


@pytest.fixture(scope="module")
def counting():
    inputs = keras.Input((28, 28, 1))
    return keras.Model(inputs, Sum()(inputs))


def ask(pad, kind, picture=None, **more):
    """Send what a browser would, and return what the pad answers."""
    said = []
    pad.send = said.append
    buffers = [] if picture is None else [memoryview(picture.tobytes())]
    pad._handle_custom_msg({"kind": kind, **more}, buffers)
    return said


def white(count):
    picture = np.zeros((28, 28), np.uint8)
    picture.ravel()[:count] = 255
    return picture


# the kernel


def test_each_network_answers_the_picture_that_was_drawn(counting):
    answer = keras.layers.Softmax()(1 - counting.output)
    upside_down = keras.Model(counting.input, answer)
    pad = draw_digit({"counting": counting, "other": upside_down})
    (said,) = ask(pad, "question", white(3), question="a 1")
    assert said["question"] == "a 1" and len(said["answers"]) == 2
    assert np.argmax(said["answers"][0]) == 3 and np.argmin(said["answers"][1]) == 3


def test_a_network_that_learns_on_answers_with_its_new_weights():
    network = models.dense_net((28, 28, 1), [])
    pad = draw_digit(network)
    assert np.argmax(pad.answers(white(0))[0]) == 0  # biases are 0
    network.layers[-1].set_weights([np.zeros((784, 10)), np.arange(10)])
    assert np.argmax(pad.answers(white(0))[0]) == 9


def test_kept_digits_come_as_arrays_with_their_labels(counting):
    pad = draw_digit(counting)
    for count in (3, 5, 8):
        ask(pad, "keep", white(count), label=count)
    ask(pad, "forget")
    assert pad.pictures.dtype == np.uint8 and pad.pictures.shape == (2, 28, 28, 1)
    assert pad.labels.tolist() == [3, 5] and pad.labels.dtype == int
    assert counting.predict(pad.pictures, verbose=0).argmax(axis=1).tolist() == [3, 5]


def test_without_a_front_end_a_figure_stands_there(counting):
    data, _ = draw_digit(counting)._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG") and len(data["image/png"]) < 40_000
    assert "JupyterLab" in data["text/plain"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "one or two"),
        ("a network", "str is not a keras.Model"),
        (keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten()]), "32, 32, 3"),
        (models.dense_net((28, 28, 1), [], classes=3), "3 outputs"),
    ],
)
def test_what_cannot_answer_is_refused_with_a_remedy(wrong, said):
    with pytest.raises(ValueError, match=said):
        draw_digit(wrong)


def test_three_networks_are_one_too_many(counting):
    with pytest.raises(ValueError, match="one or two"):
        draw_digit(dict.fromkeys("abc", counting))


# a page without a kernel


@pytest.fixture(params=["mouse", "finger"])
def page(browser, listen, request):
    """A page that answers by itself: what the picture's brightest row is, in tens."""
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=request.param == "finger"
    )
    page = context.new_page()
    _, page.wrong = listen(page)
    page.set_content(f"<style>{(HERE / 'pad.css').read_text()}</style><main></main>")
    asking = """
        window.asked = [];
        window.kept = [];
        const answer = async (picture) => {
            window.asked.push([...picture]);
            return [Array.from({ length: 10 }, (_, digit) => digit === 7 ? 0.91 : 0.01)];
        };
        const keep = (picture, label) => window.kept.push([[...picture], label]);
        drawingPad(document.querySelector("main"), { names: ["one"], answer, keep });
        Object.assign(window, { likeMnist, greyLevels });"""
    page.add_script_tag(type="module", content=SCRIPT + asking)
    page.locator(".draw-digit").wait_for()
    page.finger = request.param == "finger"
    yield page
    context.close()


def draw(page, points):
    """Draw a line with the mouse, or with a finger."""
    box = page.locator(".paper").bounding_box()
    scale = box["width"] / 280
    points = [(box["x"] + scale * x, box["y"] + scale * y) for x, y in points]
    if getattr(page, "finger", False):
        session = page.context.new_cdp_session(page)
        for kind, point in [("Start", points[0]), *(("Move", point) for point in points[1:])]:
            where = [{"x": point[0], "y": point[1]}]
            session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": where})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        return
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=4)
    page.mouse.up()


def latest(page):
    return np.array(page.evaluate("asked.at(-1)")).reshape(28, 28)


def test_a_drawn_digit_is_prepared_as_a_photographed_one_shifted_turned_and_kept(page):
    draw(page, SEVEN)
    page.get_by_text("one: 7, 91 %").wait_for()
    paper = np.array(page.evaluate(GREY)).reshape(280, 280)
    prepared = latest(page)
    assert paper.max() == 255 and np.abs(prepared - like_mnist(paper).astype(int)).max() <= 1

    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp"):  # the picture has the focus after a stroke
        page.keyboard.press(key)
    assert (latest(page) == np.roll(prepared, (-1, -2), (0, 1))).all()
    page.keyboard.press("Home")
    assert (latest(page) == prepared).all()
    for _ in range(18):
        page.keyboard.press(".")
    assert (latest(page) == np.rot90(prepared, -1)).all()
    page.keyboard.press("7")
    (kept,) = page.evaluate("kept")
    assert kept[1] == 7 and kept[0] == latest(page).ravel().tolist()

    page.get_by_label("raw: only").check()
    draw(page, [(30, 30), (30, 60)])  # a new digit, as the last one was kept
    assert latest(page)[1:8, 2:5].any() and not latest(page)[10:].any()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not page.wrong


def test_a_digit_is_drawn_by_keyboard_alone(page):
    page.keyboard.press("Tab")
    for key in (" ", *["ArrowDown"] * 8, " ", "ArrowRight"):
        page.keyboard.press(key)
    columns = np.flatnonzero(latest(page).any(axis=0))
    assert latest(page).any(axis=1).sum() == 20 and len(columns) < 8  # a one
    page.keyboard.press("Delete")
    assert page.locator(".status").text_content().startswith("Draw a digit")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("3")
    assert page.locator(".status").text_content() == "Draw a digit first."
    assert not page.wrong


# JupyterLab

DRAWN = """
from cnncourse import models
from cnncourse.widgets import draw_digit
dense = models.dense_net((28, 28, 1), [512, 256])
filters = [(32, 5), (32, 5), "pool", 64, 64, "pool"]
conv = models.conv_net((28, 28, 1), filters, dense=[256], padding="same")
pad = draw_digit({"dense": dense, "convolutional": conv})
pad
"""
WATCH = """() => {
    window.waits = [];
    let since = 0;
    const start = () => { since ||= performance.now(); };
    document.querySelector('.draw-digit .paper').addEventListener('pointermove', start, true);
    const bars = document.querySelector('.draw-digit .bars');
    const end = () => { if (since) window.waits.push(performance.now() - since); since = 0; };
    new MutationObserver(end).observe(bars, { attributes: true, subtree: true });
}"""


@pytest.mark.slow
def test_in_jupyterlab_bars_follow_the_stroke_and_kept_digits_reach_the_kernel(lab):
    cells = [DRAWN, "print(pad.pictures.shape, pad.labels, pad.pictures.max())"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, lab.folder / "pad.ipynb")
    with lab.opened("pad.ipynb") as page:
        lab.run_all(page)
        page.locator(".draw-digit .bars").wait_for()
        page.evaluate(WATCH)
        draw(page, SEVEN)
        page.get_by_text("convolutional:").wait_for()
        waits = page.evaluate("waits")
        assert len(waits) > 3 and np.median(waits) < 100
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("4")
        page.locator(".draw-digit .kept li").wait_for()
        page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        page.get_by_text("(1, 28, 28, 1) [4] 255").wait_for()
    assert not page.wrong
