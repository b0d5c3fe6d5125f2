"""Every check: its solution, each wrong answer with its own hint, the stub, and any garbage."""

import re
import subprocess
import sys
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from cnncourse import checks
from cnncourse.checks import CHECKS, LESSONS, check, core
from cnncourse.checks.core import Check, Feedback, Rule, equals, same, unlike
from cnncourse.checks.examples import affine, keras

WRONG = [
    pytest.param(name, rule, make, id=f"{name}-{index}-{number}")
    for name, asked in CHECKS.items()
    for index, rule in enumerate(asked.rules)
    for number, make in enumerate(rule.wrong)
]
names = pytest.mark.parametrize("name", CHECKS)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Forget earlier tries."""
    monkeypatch.setattr(core, "_tries", Counter())


def pattern(hint):
    return re.compile(re.escape(hint).replace(re.escape("{seen}"), ".+"))


# every check


def test_there_are_forty_checks_and_no_name_comes_twice():
    assert len(CHECKS) >= 40
    assert len(CHECKS) == sum(len(lesson.CHECKS) for lesson in LESSONS)
    for number, lesson in enumerate(LESSONS, start=1):
        assert all(name.name.startswith(f"{number:02}-") for name in lesson.CHECKS)


@names
def test_the_solution_passes(name):
    feedback = check(name, CHECKS[name].solution())
    assert feedback.status == "passed", feedback
    assert feedback.text == CHECKS[name].why


def _sorted_draw():
    validation = np.sort(np.random.default_rng(1).choice(1000, 200, replace=False))
    return np.setdiff1d(np.arange(1000), validation), validation


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("03-horizontal", lambda: [[-1, -1, -1], [1, 1, 1], [0, 0, 0]]),
        ("07-harm", lambda: affine(zoom=0.9)),
        ("08-split", _sorted_draw),
        ("12-rate", lambda: keras().optimizers.SGD(0.001)),
    ],
)
def test_another_right_answer_passes(name, make):
    assert check(name, make()).status == "passed"


@pytest.mark.parametrize(("name", "rule", "make"), WRONG)
def test_a_wrong_answer_gets_its_own_hint_and_then_a_clearer_one(name, rule, make):
    first, second = check(name, make()), check(name, make())
    assert first.status == second.status == "not yet"
    assert pattern(rule.hints[0]).fullmatch(first.text), first
    assert pattern(rule.hints[1]).fullmatch(second.text), second


@names
def test_a_stub_is_not_attempted(name):
    assert {check(name).status, check(name, None).status, check(name, ...).status} == {
        "not attempted"
    }


@names
def test_a_check_lists_wrong_answers_and_tiers_of_hints(name):
    rules = CHECKS[name].rules
    assert sum(len(rule.wrong) for rule in rules) >= 2
    hints = [rule.hints for rule in rules]
    assert all(len(tiers) >= 2 for tiers in hints)
    assert len(set(hints)) == len(hints), "two mistakes get the same hints"
    for rule in rules:
        assert rule.wrong or rule is rules[-1], f"no wrong answer breaks {rule.hints[0]!r}"
        assert (rule.seen is not None) == ("{seen}" in "".join(rule.hints)), rule.hints


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
        "huge number": 10**400,
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


@names
def test_a_check_never_raises_and_never_passes_garbage(name, garbage):
    for what, answer in garbage.items():
        feedback = check(name, answer)
        assert feedback.status == "not yet", what
        assert "{seen}" not in feedback.text
        assert len(repr(feedback)) < 1000 and len(feedback._repr_html_()) < 2000


# what check() says


def test_hints_get_clearer_stay_at_the_last_and_start_again_after_a_pass():
    asked = Check("00-x", lambda: 1, "Yes.", [equals(1, "first", "second", "third")])
    assert [asked.ask(2).text for _ in range(4)] == ["first", "second", "third", "third"]
    assert asked.ask(...).status == "not attempted"
    assert asked.ask(2).text == "third"
    assert asked.ask(1).status == "passed"
    assert asked.ask(2).text == "first"


def test_a_second_try_gets_the_next_hint_even_if_the_mistake_is_another():
    rules = [unlike(2, "two?", "Not 2."), equals(1, "what else?", "It is 1.")]
    asked = Check("00-x", lambda: 1, "Yes.", rules)
    assert [asked.ask(2).text, asked.ask(3).text] == ["two?", "It is 1."]


def test_checks_do_not_share_their_tries():
    check("01-weights", 1)
    assert check("03-weights", 1).text == CHECKS["03-weights"].rules[-1].hints[0]


def test_a_hint_tells_what_was_seen_or_how_looking_failed():
    rule = Rule(lambda f: f(2) == 4, ("It gives {seen}.", "Square it."), seen=lambda f: f(2))
    asked = Check("00-x", lambda: lambda x: x * x, "Yes.", [rule])
    assert asked.ask(lambda x: x + 3).text == "It gives 5."
    core._tries.clear()
    assert asked.ask(lambda x: x / 0).text == "It gives ZeroDivisionError: division by zero."
    core._tries.clear()
    assert len(asked.ask(lambda x: "long " * 1000).text) < 150


def test_a_stub_inside_an_answer_is_not_attempted_but_none_is_a_value():
    for answer in [(1, ...), [...], {"a": ...}]:
        assert check("06-fair", answer).status == "not attempted"
    assert check("06-fair", {"a": None}).status == "not yet"


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


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("04-shap", "04-shape"),
        ("3-shape", "04-shape"),
        ("03-SHAPE", "04-shape"),
        ("06-repiar", "06-repair"),
        ("05-zzzzzzzz", "04-"),
        ("", "01-shape"),
    ],
)
def test_an_unknown_name_gets_the_nearest_ones(name, near):
    feedback = check(name, 1)
    assert feedback.status == "unknown"
    assert near in feedback.text


def test_what_is_no_name_is_answered_as_well():
    for name in [None, 3, ..., (4, 4, 64), ["04-shape"], Hostile(), type]:
        feedback = check(name, "04-shape")
        assert feedback.status == "unknown"
        assert 'check("04-shape", answer)' in repr(feedback)


# how it looks


def test_the_plain_form_names_check_status_and_hint():
    plain = repr(check("04-flatten", 16))
    assert plain.splitlines()[0] == "✗ 04-flatten: not yet"
    assert plain.splitlines()[1] == "  That is one channel."


@pytest.mark.parametrize(
    ("answer", "symbol", "status"),
    [(1024, "✓", "passed"), (1, "✗", "not yet"), (..., "○", "not attempted")],
)
def test_the_html_form_has_symbol_and_words_and_leaves_the_theme_its_colours(
    answer, symbol, status
):
    rich = check("04-flatten", answer)._repr_html_()
    assert f"<b>{symbol} 04-flatten: {status}</b>" in rich
    assert "background" not in rich
    assert not re.search(r"(?<!-)color\s*:", rich), "text must keep the theme's own colour"


def test_the_html_form_marks_code_and_escapes_what_an_answer_holds():
    assert "<code>...</code>" in check("04-flatten", ...)._repr_html_()
    rich = Feedback("04-x", "not yet", "Yours gives <script>alert(1)</script> & more.")
    assert "<script>" not in rich._repr_html_() and "&lt;script&gt;" in rich._repr_html_()
    assert "<b>? &lt;i&gt;" in check("<i>")._repr_html_()


# same()


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (np.int64(3), 3),
        (3.0, 3),
        (2 / 3, 0.6666667),
        ([3, 3], (3, 3)),
        (np.array([3, 3]), (3, 3)),
        (" Test", "test"),
        (["test", "Training"], {"training", "test"}),
        (np.array([3, 1]), {"1", "3"}),
        ([[1, 2]], np.array([[1.0, 2.0]])),
        ({"a": np.True_}, {"a": True}),
    ],
)
def test_same_accepts_what_means_the_same(answer, value):
    assert same(answer, value)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
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
    ],
)
def test_same_refuses_what_does_not(answer, value):
    assert not same(answer, value)


def test_checks_are_there_without_tensorflow_and_without_a_network():
    code = "import sys; from cnncourse import checks; checks.check('03-sum', 3); "
    code += "checks.check('04-network', [1]); checks.check('06-fair', {}); "
    code += "sys.exit(bool({'tensorflow', 'keras', 'requests', 'urllib3'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_package_offers_one_function():
    assert checks.check is check
