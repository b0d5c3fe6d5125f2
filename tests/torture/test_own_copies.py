"""The student's own copies: edited with any program between updates, nothing is ever lost."""

import contextlib
import json
import os
import random
import shutil
from pathlib import Path

import editors

from cnncourse import work

NAMES = ["01_a.ipynb", "02_b.ipynb", "exercises/01_a.ipynb"]


class Interrupted(BaseException):
    """As if the process had been killed."""


class Student:
    """What a student does to the copies, and what must still be there afterwards.

    Args:
        copies: The folder of the copies.
        rng: Where every choice is drawn from.
    """

    def __init__(self, copies: Path, rng: random.Random) -> None:
        self.copies, self.rng, self.wrote = copies, rng, {}

    def edit(self, number: int) -> None:
        """Do one thing to one notebook."""
        path = self.rng.choice(sorted(self.copies.rglob("*.ipynb")))
        self.number = number
        self.rng.choice([self.answer] * 4 + [self.run, self.conflict, self.cut, self.move])(path)

    def answer(self, path: Path) -> None:
        with contextlib.suppress(ValueError):  # a conflict, or cut off: no program opens it
            program = self.rng.choice(editors.EDITORS)
            self.wrote[path] = editors.save(path, program, f"answer = {self.number}")

    def run(self, path: Path) -> None:
        with contextlib.suppress(ValueError):
            self.wrote[path] = editors.save(path, editors.papermill)

    def conflict(self, path: Path) -> None:
        self.wrote[path] = b"<<<<<<< HEAD\n" + path.read_bytes() + b"\n>>>>>>> theirs\n"
        path.write_bytes(self.wrote[path])

    def cut(self, path: Path) -> None:
        self.wrote[path] = path.read_bytes()[: self.rng.randrange(1, 200)]
        path.write_bytes(self.wrote[path])

    def move(self, path: Path) -> None:
        other = path.with_name(f"{path.stem} mine {self.number}.ipynb")
        shutil.move(path, other)
        self.wrote.pop(path, None)
        self.wrote[other] = other.read_bytes()


def write(path: Path, number: int) -> None:
    """Write a notebook of the course, as a pull brings it."""
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": [f"version {number}"]},
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {},
            "source": ["answer = ..."],
            "outputs": [],
            "execution_count": number,
        },
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))


def test_edits_between_updates_lose_nothing(amount, tried, tmp_path, monkeypatch):
    rng, course, copies = random.Random(0), tmp_path / "notebooks", tmp_path / "work"
    for name in NAMES:
        write(course / name, 0)
    work.update(course, copies)
    student, replace = Student(copies, rng), os.replace
    for number in range(amount(40, 200)):
        student.edit(number)
        renewed = rng.sample(NAMES, rng.randrange(3))
        for name in renewed:
            write(course / name, number)
        if rng.random() < 0.1:
            (copies / work.GIVEN).write_text(rng.choice(["", "[1]", '{"01_a.ipynb": 3}']))
        if rng.random() < 0.3:  # killed before or after one of its writes
            left = rng.randrange(1, 6)

            def interrupted(source, target):
                nonlocal left
                left -= 1
                if left == 0:
                    raise Interrupted
                replace(source, target)

            with monkeypatch.context() as patch, contextlib.suppress(Interrupted):
                patch.setattr(os, "replace", interrupted)
                work.update(course, copies)
        work.update(course, copies)
        for path, content in student.wrote.items():
            assert path.read_bytes() == content, f"edit {number}: {path.name} is another one"
        for name in renewed:  # it has come, under one name or another
            found = (copies / name).parent.glob(f"{Path(name).stem}*.ipynb")
            texts = [path.read_text(encoding="utf-8-sig", errors="replace") for path in found]
            assert any(f'version {number}"' in text for text in texts), f"no new {name}"
        tried("edits of the student's copies between updates, with nothing lost")
