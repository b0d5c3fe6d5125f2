"""Predictions and quizzes: their texts, in a bare browser, in JupyterLab, and their files."""

import json
import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from browsers import CONTRAST

from cnncourse.widgets import predict, quiz, reveal

FILES = sorted((Path(__file__).parent.parent / "cnncourse" / "quizzes").glob("*.json"))
RISE = ["not at all", "by 1 to 4 points", "by more than 4 points"]
MARKED = "e => [...e.querySelectorAll('small')].filter(s => s.offsetHeight).map(s => s.innerText)"


# The files


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_quiz_has_five_questions_most_of_them_from_earlier_lessons(path):
    lesson, parts = int(path.stem.removeprefix("lesson")), json.loads(path.read_text("utf-8"))
    assert path.stem == f"lesson{lesson:02}"
    assert parts.keys() == {"closing", "opening"} if lesson > 2 else {"closing"}
    asked = [question["lesson"] for question in parts["closing"]]
    assert len(asked) == 5 and max(asked) <= lesson
    assert sum(number < lesson for number in asked) == (3 if lesson > 1 else 0)
    if lesson > 2:
        assert len(parts["opening"]) == 2
        assert all(question["lesson"] < lesson for question in parts["opening"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_question_has_one_right_choice_and_each_choice_its_reason(path):
    places = Counter()
    for question in sum(json.loads(path.read_text("utf-8")).values(), []):
        assert question.keys() == {"question", "lesson", "choices"}
        choices = question["choices"]
        texts = [choice["text"] for choice in choices]
        assert 2 < len(choices) < 6 and len(set(texts)) == len(texts), question["question"]
        right = [choice["correct"] for choice in choices]
        assert right.count(True) == 1 and right.count(False) == len(right) - 1
        places[right.index(True)] += 1
        for choice in choices:
            assert choice.keys() == {"text", "correct", "reason"}
            assert len(choice["reason"]) > 20, choice
            assert not re.search(r"https?:", choice["reason"])
    assert max(places.values()) < sum(places.values()), "the right choice always has one place"


# Without a front end


def test_the_text_of_a_quiz_asks_first_and_answers_below():
    asked, answers = repr(quiz("1")).split("\nAnswers\n")
    assert asked.count("a) ") == 5 and "eight times the memory" not in asked
    assert "eight times the memory" in answers


def test_without_a_choice_the_answer_is_all_that_is_told():
    predict("rise", "By how much?", RISE)
    assert repr(reveal("rise", RISE[1])) == f"○ The answer: {RISE[1]}"
    assert repr(reveal("never asked", "42")) == "○ The answer: 42"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: predict("", "?", RISE), "name='': give a text"),
        (lambda: predict("a", 3, RISE), "question=3: give a text"),
        (lambda: predict("a", "?", "abc"), "choices='abc': give a list"),
        (lambda: predict("a", "?", ["one"]), "choices=.'one'.: give a list of two"),
        (lambda: predict("a", "?", ["one", 2]), "a choice=2: give a text"),
        (lambda: predict("a", "?", ["one", "one"]), "two of them are the same"),
        (lambda: reveal("rise", "by 9"), "answer='by 9': give one of the choices"),
        (lambda: quiz("99"), "lesson='99' has no quiz: name one of 01"),
        (lambda: quiz("1", "middle"), "part='middle': lesson 1 has \"closing\""),
    ],
)
def test_what_is_mistyped_is_named(call, told):
    predict("rise", "By how much?", RISE)
    with pytest.raises(ValueError, match=told):
        call()


def test_what_a_question_holds_is_no_html():
    page = predict("b", "Is <b> a `<tag>`?", ["'", '"><script>'])._repr_html_()
    assert "&lt;b&gt;" in page and "<code>&lt;tag&gt;</code>" in page and "<script>" not in page


# In a browser, without a kernel, as on the site


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_keys_choose_and_the_reason_appears_without_any_script(browser, listen, scheme):
    context = browser.new_context(
        java_script_enabled=False, color_scheme=scheme, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    requests, wrong = listen(page)
    page.set_content(quiz("1")._repr_html_() * 2)
    first, second = page.locator("form").nth(0), page.locator("form").nth(1)
    for key in ("Tab", "Space"):
        page.keyboard.press(key)
    assert "✗ No." in first.inner_text() and "eight times" not in first.inner_text()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    assert "✓ Right." in first.inner_text() and "✗ No." not in first.inner_text()
    for key in ("Tab", "Space"):
        page.keyboard.press(key)
    assert "✓ Right." in second.inner_text() and "✓ Right." in first.inner_text()
    assert page.locator(":checked").count() == 2  # and none in the copy below
    assert not requests and not wrong
    context.close()


# In JupyterLab


def lesson(folder):
    """Write a notebook with a prediction, its result and a quiz; return its name."""
    code = [
        "from cnncourse.widgets import predict, quiz, reveal",
        f"predict('rise', 'By how much?', {RISE})",
        f"reveal('rise', {RISE[1]!r})",
        "quiz('1')",
    ]
    cells = [nbformat.v4.new_code_cell(each) for each in code]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, folder / "choices.ipynb")
    return "choices.ipynb"


@pytest.mark.slow
def test_a_choice_made_by_keyboard_reaches_the_kernel(lab):
    with lab.opened(lesson(lab.folder)) as page:
        for entry in ("Settings", "Theme", "JupyterLab Dark"):
            page.get_by_text(entry, exact=True).first.click()
        page.locator("body[data-jp-theme-name='JupyterLab Dark']").wait_for(state="attached")
        _, errors = lab.run_all(page)
        cells = page.locator(".jp-Notebook .jp-Cell")
        asked, told = cells.nth(1), cells.nth(2)
        assert not errors and "○ The answer" in told.text_content()
        assert asked.locator("legend").evaluate(CONTRAST) > 7
        assert asked.locator("label").first.evaluate(CONTRAST) > 7
        for presses, begin in [(1, "✓ You were right"), (2, "✗ Surprised?")]:
            asked.locator("input").first.focus()
            for key in ["ArrowDown"] * presses:
                page.keyboard.press(key)
            assert asked.locator("input").nth(presses).is_checked()
            told.locator(".cm-content").click()
            page.keyboard.press("Shift+Enter")
            told.get_by_text(f"{begin}").wait_for()
            assert f"You predicted: {RISE[presses]}." in told.text_content()
        first = cells.nth(3).locator("form").first
        first.locator("input").first.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert first.evaluate(MARKED)[0].startswith("✓ Right.")
    assert not page.wrong
