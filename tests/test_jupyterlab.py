"""A student's path in a real browser: a lesson runs in JupyterLab, checks give answers.

`tests/torture` does so with all of them; nbval runs them without a browser.
"""

import json
import shutil
from pathlib import Path

import pytest
from browsers import CONTRAST

from cnncourse import cli
from cnncourse.checks import CHECKS
from tools import sync

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
pytestmark = pytest.mark.slow


def test_lesson_01_runs_all_cells_without_a_network_and_says_so(full_size_lab):
    with full_size_lab.opened("notebooks/01_dense_network.ipynb") as page:
        text, errors = full_size_lab.run_all(page)
    assert not errors and not page.wrong
    assert "The real mnist pictures could not be had: using drawn samples instead" in text
    assert "measured on samples" in text


class Question:
    """A cell that wants an answer, and the check below it."""

    def __init__(self, page, name):
        cells = page.locator(".jp-Notebook .jp-Cell")
        below = next(i for i, text in enumerate(cells.all_text_contents()) if f'"{name}"' in text)
        self.page, self.answer, self.check = page, cells.nth(below - 1), cells.nth(below)
        self.box = self.check.locator(".jp-OutputArea-output div[style*=border]")

    def type(self, code):
        """Replace the answer, and run it and the check; return the feedback."""
        self.answer.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        before = self.check.locator(".jp-InputPrompt").text_content()
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.press("Shift+Enter")
        now = self.check.locator(".jp-InputPrompt")
        while now.text_content() in (before, "[*]:"):
            self.page.wait_for_timeout(50)
        return self.box.text_content()


@pytest.fixture
def practice(lab, request):
    """Copy the second exercises out of the folder where the tests forbid every attempt."""
    folder = lab.folder / request.node.callspec.id
    folder.mkdir()
    copy = shutil.copy(NOTEBOOKS / "exercises" / "03_convolution_by_hand.ipynb", folder)
    return str(Path(copy).relative_to(lab.folder))


def test_answer_in_a_copy_survives_every_tool_of_the_course(lab, monkeypatch):
    """Answered in a browser; then the course changes, its tools run, and it is opened again."""
    monkeypatch.chdir(lab.folder)
    assert cli.main(["work"]) == 0
    name = "work/exercises/03_convolution_by_hand.ipynb"
    with lab.opened(name) as page:
        lab.run_all(page)
        Question(page, "03-sum").type("total = -30  # mine")
        page.keyboard.press("Control+s")
        page.wait_for_timeout(2000)
    answered = (lab.folder / name).read_bytes()
    assert b"# mine" in answered

    twin = lab.folder / "notebooks/src/solutions/03_convolution_by_hand.py"
    twin.write_text(
        twin.read_text().replace("Solutions to lesson 3: ", "Solutions to lesson 3: New ")
    )
    sync.main(lab.folder)
    assert cli.main(["work"]) == 0
    assert (lab.folder / name).read_bytes() == answered
    beside = name.replace(".ipynb", " (version 2).ipynb")
    assert "# mine" in json.dumps(lab.contents(name))  # what JupyterLab opens
    assert "Exercises to lesson 3: New" in json.dumps(lab.contents(beside))


SIZE = "lambda size, kernel, stride, padding: "
VALID, SAME = "(size - kernel) // stride + 1", "(size - 1) // stride + 1"
BOTH = f"{SAME} if padding == 'same' else {VALID}"
ANSWERS = [  # check, name, wrong answer, the rule that it breaks, what is seen of it, right answer
    ("03-sum", "total", "30", 0, "", "-30"),
    ("03-size", "output_size", SIZE + VALID, 2, "26", SIZE + BOTH),
]


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"], ids=["light", "dark"])
def test_a_check_shows_its_three_answers_and_a_clearer_hint(lab, practice, theme):
    with lab.opened(practice) as page:
        for entry in ("Settings", "Theme", theme):
            page.get_by_text(entry, exact=True).first.click()
        page.locator(f"body[data-jp-theme-name='{theme}']").wait_for(state="attached")
        text, errors = lab.run_all(page)
        assert not errors and text.count("not attempted") == text.count("checks.check(")
        for check, name, wrong, rule, seen, right in ANSWERS:
            question, hints = Question(page, check), list(CHECKS[check].rules.values())[rule]
            assert f"○ {check}: not attempted" in question.box.text_content()
            assert question.box.evaluate(CONTRAST) > 7
            for hint in hints:
                feedback = question.type(f"{name} = {wrong}")
                assert feedback.startswith(f"✗ {check}: not yet")
                assert feedback.endswith(hint.replace("{found}", seen).replace("`", ""))
            assert question.box.evaluate(CONTRAST) > 7
            feedback = question.type(f"{name} = {right}")
            assert feedback.startswith(f"✓ {check}: passed")
            assert question.box.evaluate(CONTRAST) > 7
    assert not page.wrong
