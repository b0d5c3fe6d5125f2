"""How much is tried: a little by default, all of it with `make torture`, which keeps the counts."""

import datetime
import os
import platform
from collections import Counter
from pathlib import Path

import pytest

FULL = os.environ.get("CNNCOURSE_TORTURE") == "1"
COUNTS = Path(__file__).parents[2] / "docs" / "torture_counts.md"
_tried: Counter[str] = Counter()


@pytest.fixture(scope="session")
def amount():
    """Return a function that chooses between the shortened and the full count."""
    return lambda short, full: full if FULL else short


@pytest.fixture
def tried(request):
    """Return a function that notes how often something was tried; counted if the test passes."""

    def note(what: str, times: int = 1) -> None:
        request.node.user_properties.append(("tried", (what, times)))

    return note


def pytest_runtest_logreport(report):
    if report.when == "call" and report.passed:
        for name, value in report.user_properties:
            if name == "tried":
                _tried[value[0]] += value[1]


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    if not _tried or hasattr(config, "workerinput"):
        return
    lines = [f"{times:8,}  {what}" for what, times in sorted(_tried.items())]
    terminalreporter.write_line("\n".join(["tried, and withstood:", *lines]))
    everything = config.args == ["tests/torture"] and not config.option.keyword
    if FULL and everything and exitstatus == 0:
        rows = [f"| {what} | {times:,} |" for what, times in sorted(_tried.items())]
        made = (
            f"Counted by `make torture` on {datetime.date.today():%d %B %Y}, Python "
            f"{platform.python_version()}, {platform.system()}."
        )
        COUNTS.write_text("\n".join([made, "", "| tried | times |", "|---|--:|", *rows, ""]))
