"""Every check: its solution, each wrong answer with its own hint, the stub, and any garbage."""

import functools
import importlib
import re
import subprocess
import sys
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from answers import PASSED

from cnncourse import checks
from cnncourse.checks import CHECKS, check, core, tally
from cnncourse.checks.core import Check, Feedback, Rule, same
from cnncourse.checks.kinds import WHY, OtherThan, itself, question, right

LESSONS = sorted({name[:2] for name in CHECKS})
lessons = pytest.mark.parametrize("lesson", LESSONS)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Forget earlier tries."""
    monkeypatch.setattr(core, "_tries", Counter())


@functools.cache
def answers(lesson):
    """Return right answers and the wrong ones by hint, for each check of a lesson.

    The right answer to a question about a value is in it; so are the likely wrong ones.
    """
    found = {name: {} for name in CHECKS if name[:2] == lesson}
    for name, told in importlib.import_module(f"answers.lesson{lesson}").answers().items():
        found[name] = {start: list(made) for start, made in told.items()}
    for name, told in found.items():
        for rule, hints in CHECKS[name].rules.items():
            if rule.look is itself and isinstance(rule.wanted, OtherThan):
                told.setdefault(hints[0], []).append(rule.wanted.value)
            elif rule.look is itself:
                told.setdefault(PASSED, []).append(rule.wanted)
                if not any(hints[0].startswith(start) for start in told):
                    told[hints[0]] = [object()]
    return found


# every check


@lessons
def test_right_answers_pass_and_are_told_why(lesson):
    for name, told in answers(lesson).items():
        assert told[PASSED], f"no right answer to {name}"
        for answer in told[PASSED]:
            feedback = check(name, answer)
            assert (feedback.status, feedback.text) == (PASSED, CHECKS[name].why), feedback


def is_hint(text, hint):
    return re.fullmatch(re.escape(hint).replace(re.escape("{found}"), ".+"), text)


@lessons
def test_each_rule_is_broken_by_a_wrong_answer_that_gets_its_hint_and_then_a_clearer_one(lesson):
    for name, told in answers(lesson).items():
        proven = set()
        for start, wrong in told.items():
            for answer in wrong if start != PASSED else ():
                core._tries.clear()
                first, second = check(name, answer), check(name, answer)
                assert first.status == second.status == "not yet", (name, answer)
                assert first.text.startswith(start), first
                [hints] = [h for h in CHECKS[name].rules.values() if is_hint(first.text, h[0])]
                assert is_hint(second.text, hints[1]), (first, second)
                proven.add(hints[0])
        unproven = {hints[0] for hints in CHECKS[name].rules.values()} - proven
        assert not unproven, f"{name}: no wrong answer gets these hints"


def test_a_check_has_two_hints_or_more_for_each_mistake_and_never_the_same_twice():
    assert len(CHECKS) >= 74
    for name, asked in CHECKS.items():
        assert asked.name == name and asked.why and len(asked.rules) >= 2
        hints = [tuple(hints) for hints in asked.rules.values()]
        assert all(len(tiers) >= 2 and all(tiers) for tiers in hints), name
        assert len(set(hints)) == len(hints), f"{name}: two mistakes get the same hints"
        for rule, tiers in asked.rules.items():
            assert not rule.show or "{found}" in "".join(tiers), tiers


def test_a_stub_is_not_attempted():
    for name in CHECKS:
        stubs = [check(name), check(name, None), check(name, ...)]
        assert {feedback.status for feedback in stubs} == {"not attempted"}


class Hostile:
    """Raises whatever is done with it."""

    error = ValueError

    def _raise(self, *arguments, **options):
        raise type(self).error("hostile")

    __repr__ = __str__ = __eq__ = __len__ = __iter__ = __bool__ = __call__ = _raise
    __getattr__ = __getitem__ = __array__ = __float__ = __hash__ = __contains__ = _raise


class Leaver(Hostile):
    """Tries to end Python, except where pytest looks."""

    error = SystemExit

    def __repr__(self):
        return "Leaver()"


@pytest.fixture(scope="module")
def garbage():
    from cnncourse import models

    class Anything:
        def __getattr__(self, name):
            return self

        def __call__(self, *arguments, **options):
            return self

    endless = []
    endless.append(endless)
    return {
        "hostile object": Hostile(),
        "leaver": Leaver(),
        "list of leavers": [Leaver(), Leaver()],
        "dict of leavers": {"16": Leaver(), "32": Leaver(), "64": Leaver()},
        "anything": Anything(),
        "hostile list": [Hostile(), Hostile()],
        "hostile dict": {"16": Hostile()},
        "huge array": np.broadcast_to(np.float32(1), (10**9, 10**9)),
        "no numbers": np.array([object(), None]),
        "not a number": float("nan"),
        "infinite": np.inf,
        "complex": 1j,
        "text": "x" * 10**6,
        "bytes": b"\xff",
        "empty": [],
        "endless": endless,
        "type": type,
        "class": Hostile,
        "function": lambda *arguments, **options: 1 / 0,
        "namespace": SimpleNamespace(layers=3, history=None, model=None),
        "model": models.dense_net((8, 8, 1), [2]),
        "error": ValueError("no"),
        "false": False,
    }


@lessons
def test_a_check_never_raises_and_never_passes_garbage(lesson, garbage):
    for name in answers(lesson):
        for what, answer in garbage.items():
            feedback = check(name, answer)
            assert feedback.status == "not yet", f"{what} as an answer to {name}"
            assert "{found}" not in feedback.text
            assert len(repr(feedback)) < 1000 and len(feedback._repr_html_()) < 2000


# what check() says


def test_hints_get_clearer_stay_at_the_last_and_start_again_after_a_pass():
    asked = question("00-x", {WHY: "Yes.", right(1): "first\nsecond\nthird"})
    assert [asked.ask(2).text for _ in range(4)] == ["first", "second", "third", "third"]
    assert asked.ask(...).status == "not attempted"
    assert asked.ask(2).text == "third"
    assert asked.ask(1).status == "passed"
    assert asked.ask(2).text == "first"


def test_a_second_try_gets_the_next_hint_even_if_the_mistake_is_another():
    asked = question("00-x", {WHY: "Yes.", 2: "two?\nNot 2.", right(1): "what else?\nIt is 1."})
    assert [asked.ask(2).text, asked.ask(3).text] == ["two?", "It is 1."]


def test_checks_do_not_share_their_tries():
    check("01-weights", 1)
    assert check("03-weights", 1).text == "Start with one filter: how many weights does it have?"


def test_a_hint_tells_what_was_seen_or_how_looking_failed():
    hints = ["It gives {found}.", "Square it."]
    asked = Check("00-x", "Yes.", {Rule(lambda function: function(2), 4): hints})
    assert asked.ask(lambda x: x + 3).text == "It gives 5."
    core._tries.clear()
    assert asked.ask(lambda x: x / 0).text == "It gives ZeroDivisionError: division by zero."
    core._tries.clear()
    assert len(asked.ask(lambda x: "long " * 1000).text) < 150


def test_a_stub_inside_an_answer_is_not_attempted_but_none_is_a_value():
    for answer in [(1, ...), [...], {"a": ...}]:
        assert check("06-fair", answer).status == "not attempted"
    assert check("06-fair", {"a": None}).status == "not yet"


def test_a_tally_counts_what_passed_last(monkeypatch):
    monkeypatch.setattr(core, "_passed", set())
    names = [name for name in CHECKS if name.startswith("01-")]
    assert tally("1").status == "not attempted"
    check("01-memory", 32 * 28 * 28 * 4)
    assert tally("01").text.startswith(f"1 of {len(names)} passed. Still open: 01-shape,")
    check("01-memory", 1)
    assert tally(1).text.startswith("0 of")
    core._passed.update(names)
    assert repr(tally("01")).splitlines()[0] == "✓ lesson 01: passed"
    assert tally("99").status == "unknown" and "Give one of 01," in tally("99").text


def test_the_stop_button_still_works():
    def busy(picture):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("03-average", busy)


def test_an_answer_that_warns_stays_quiet(recwarn, capsys):
    check("03-average", lambda picture: np.zeros(4) / 0)
    check("01-argmax", np.array([1.0, np.nan]) / np.float64(1))
    assert not recwarn.list
    assert capsys.readouterr() == ("", "")


def test_an_unknown_name_gets_the_nearest_ones():
    nearest = {
        "04-shap": "04-shape",
        "3-shape": "04-shape",
        "03-SHAPE": "04-shape",
        "06-repiar": "06-repair",
        "05-zzzzzzzz": "05-",
        "": "01-shape",
    }
    for name, near in nearest.items():
        feedback = check(name, 1)
        assert feedback.status == "unknown" and near in feedback.text, feedback


def test_what_is_not_a_name_is_answered_as_well():
    for name in [None, 3, ..., (4, 4, 64), ["04-shape"], Hostile(), type]:
        feedback = check(name, "04-shape")
        assert feedback.status == "unknown"
        assert 'check("04-shape", answer)' in repr(feedback)


# how it looks


def test_the_plain_form_names_check_status_and_hint():
    plain = repr(check("12-trainable", 5120))
    assert plain.splitlines()[0] == "✗ 12-trainable: not yet"
    assert plain.splitlines()[1] == "  Almost: each of the four neurons has one more."


@pytest.mark.parametrize(
    ("answer", "symbol", "status"),
    [(5124, "✓", "passed"), (1, "✗", "not yet"), (..., "○", "not attempted")],
)
def test_the_html_form_has_symbol_and_words_and_leaves_the_theme_its_colours(
    answer, symbol, status
):
    rich = check("12-trainable", answer)._repr_html_()
    assert f"<b>{symbol} 12-trainable: {status}</b>" in rich
    assert "background" not in rich
    assert not re.search(r"(?<!-)color\s*:", rich), "text must keep the theme's own colour"


def test_the_html_form_marks_code_and_escapes_what_an_answer_holds():
    assert "<code>...</code>" in check("12-trainable", ...)._repr_html_()
    rich = Feedback("04-x", "not yet", "Yours gives <script>alert(1)</script> & more.")
    assert "<script>" not in rich._repr_html_() and "&lt;script&gt;" in rich._repr_html_()
    assert "<b>? &lt;i&gt;" in check("<i>")._repr_html_()


# same()


def test_same_accepts_what_means_the_same():
    for answer, value in [
        (np.int64(3), 3),
        (3.0, 3),
        (2 / 3, 0.6666667),
        ([3, 3], (3, 3)),
        (np.array([3, 3]), (3, 3)),
        (" Test", "test"),
        (["test", "Training"], {"training", "test"}),
        (np.array([3, 1]), frozenset({1, 3})),
        ([[1, 2]], np.array([[1.0, 2.0]])),
        ({"a": np.True_}, {"a": True}),
    ]:
        assert same(answer, value), (answer, value)


def test_same_refuses_what_does_not():
    for answer, value in [
        (True, 1),
        (1, True),
        ("3", 3),
        (3, "3"),
        ([3], 3),
        ("ab", ("a", "b")),
        ([1, 2], np.array([[1, 2]])),
        (np.zeros((2, 2)), [0, 0]),
        ({"a": 1, "b": 2}, {"a": 1}),
        ("training", {"training"}),
        (float("nan"), 1),
    ]:
        assert not same(answer, value), (answer, value)


def test_checks_are_there_without_tensorflow_and_without_a_network():
    code = "import sys; from cnncourse import checks; checks.check('03-sum', 3); "
    code += "checks.check('04-network', [1]); checks.check('06-fair', {}); "
    code += "sys.exit(bool({'tensorflow', 'keras', 'requests', 'urllib3'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_package_offers_one_function():
    assert checks.check is check
