"""Quizzes: five questions that close a lesson, two that open it; each choice has its reason."""

import json
from pathlib import Path

from cnncourse.validation import brief
from cnncourse.widgets.choices import Choice, Page, Question, page_of, text_of

FOLDER = Path(__file__).parent.parent / "quizzes"
TITLES = {"closing": "Five questions", "opening": "Two questions about earlier lessons"}


def quiz(lesson: str, part: str = "closing") -> Page:
    """Ask the questions of a lesson; whatever is chosen, its reason appears.

    Nothing is sent or kept: the page works without a kernel, too.

    Args:
        lesson: Its number, such as "12".
        part: "closing", five questions for the end of a lesson, or "opening", two for its start.

    Returns:
        The questions, which a notebook shows when it is the last line of a cell.

    Raises:
        ValueError: If the lesson has no such quiz.

    Example:
        >>> print(str(quiz("1")).splitlines()[0])
        Five questions
    """
    known = sorted(path.stem.removeprefix("lesson") for path in FOLDER.glob("lesson*.json"))
    number = str(lesson).strip().zfill(2)
    if number not in known:
        raise ValueError(f"lesson={brief(lesson)} has no quiz: name one of {', '.join(known)}.")
    questions = json.loads((FOLDER / f"lesson{number}.json").read_text(encoding="utf-8"))
    if not isinstance(part, str) or not questions.get(part):
        parts = " or ".join(f'"{name}"' for name in TITLES if questions.get(name))
        raise ValueError(f"part={brief(part)}: lesson {int(number)} has {parts}.")
    asked = [_question(each, int(number)) for each in questions[part]]
    return Page(page_of(TITLES[part], asked, tally=True), text_of(TITLES[part], asked))


def _question(entry: dict, lesson: int) -> Question:
    note = "" if entry["lesson"] == lesson else f"(Lesson {entry['lesson']})"
    return Question(entry["question"], [Choice(**each) for each in entry["choices"]], note)
