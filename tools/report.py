"""What was measured, for the README and the site: grouped, in words, and written into the page."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from cnncourse.results import REFERENCES, TITLES, read_all, table, title

PICTURE = "docs/results.png"  # accuracy against seconds, drawn by `cnncourse results`


def by_dataset(entries: Sequence[Mapping]) -> dict[str, list[Mapping]]:
    """Group measurements by the name of their data set, in the order of the course.

    Args:
        entries: What `read_all` returned.

    Returns:
        The entries under "MNIST", "Fashion-MNIST" and so on, as far as there are any.

    Example:
        >>> list(by_dataset([{"dataset": "cifar10"}, {"dataset": "mnist"}]))
        ['MNIST', 'CIFAR-10']
    """
    known = {name: [] for name in TITLES.values()}
    for entry in entries:
        known.setdefault(title(entry["dataset"]), []).append(entry)
    return {name: group for name, group in known.items() if group}


def reference_accuracy(experiment: str) -> float | None:
    """Return the published accuracy of an experiment, from 0 to 1; None if there is none.

    Example:
        >>> reference_accuracy("E01")
        0.9737
    """
    reference = REFERENCES.get(experiment)
    return round(reference.accuracy / 100, 4) if reference and reference.accuracy else None


def describe(entries: Sequence[Mapping]) -> str:
    """Say in words what the figure of the results shows: its alternative text.

    Args:
        entries: What `read_all` returned.

    Returns:
        A sentence or two for each data set.

    Example:
        >>> entry = {"id": "E01", "dataset": "mnist", "accuracy": 0.98, "seconds": 20.0}
        >>> describe([entry]).partition(". ")[2]
        'MNIST: E01 reaches 98.00 % in 20 s; 1 of 1 measured above the published accuracy.'
    """
    parts = ["Test accuracy against training time, a panel for each data set"]
    for name, group in by_dataset(entries).items():
        quickest = min(group, key=lambda entry: entry["seconds"])
        best = max(group, key=lambda entry: entry["accuracy"])
        chosen = [quickest] if best is quickest else [quickest, best]
        reached = ", ".join(
            f"{entry['id']} reaches {100 * entry['accuracy']:.2f} % in {entry['seconds']:,.0f} s"
            for entry in chosen
        )
        pairs = [(entry["accuracy"], reference_accuracy(entry["id"])) for entry in group]
        pairs = [pair for pair in pairs if pair[1] is not None]
        above = sum(here > there for here, there in pairs)
        beside = f"; {above} of {len(pairs)} measured above the published accuracy" if pairs else ""
        parts.append(f"{name}: {reached}{beside}")
    return ". ".join(parts) + "."


def fingerprint(entries: Sequence[Mapping]) -> str:
    """Return a hash of all that the figure of the results shows, the published numbers included.

    The picture's file carries it, so that a test can tell an old picture.

    Args:
        entries: What `read_all` returned.

    Returns:
        Sixteen characters.
    """
    shown = ("id", "dataset", "accuracy", "interval", "seconds")
    rows = [[*(entry[key] for key in shown), reference_accuracy(entry["id"])] for entry in entries]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def update_readme(readme: Path, folder: Path) -> None:
    """Put the picture's line and the table between the two marks of a Markdown file.

    Args:
        readme: A file with the marks ``<!-- results -->`` and ``<!-- /results -->``.
        folder: The folder with one JSON file for each lesson.

    Raises:
        ValueError: If a mark is missing.
    """
    text = readme.read_text(encoding="utf-8")
    start, end = "<!-- results -->\n", "<!-- /results -->"
    before, opened, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not (opened and closed):
        raise ValueError(f"{readme} lacks the marks {start.strip()} and {end}: put them back.")
    entries = read_all(folder)
    picture = f"![{describe(entries)}]({PICTURE})\n\n" if entries else ""
    shown = f"{start}{picture}{table(folder)}\n{end}"
    readme.write_text(f"{before}{shown}{after}", encoding="utf-8")
