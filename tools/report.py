"""Renew what the README shows of the results: the table, the picture and its text."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, PngImagePlugin

from cnncourse import plotting
from cnncourse.results import REFERENCES, by_dataset, read_all, reference_accuracy, title
from tools import COURSE, run

PICTURE = "docs/results.png"  # accuracy against seconds


def table(folder: Path) -> str:
    """Return the table "reference against here" in Markdown.

    Args:
        folder: The folder with one JSON file for each lesson.

    Returns:
        A row for each reference experiment, then one for each further experiment of a lesson.
    """
    entries = {entry["id"]: entry for entry in read_all(folder)}
    rows = [
        "| id | data | reference | % | here | % (95 % interval) | parameters | epochs | seconds |",
        "|---|---|---|--:|---|--:|--:|--:|--:|",
    ]
    for key in [*REFERENCES, *(key for key in entries if key not in REFERENCES)]:
        reference, entry = REFERENCES.get(key), entries.get(key)
        data = reference.dataset if reference else title(entry["dataset"])
        there = f"{reference.accuracy:.2f}" if reference and reference.accuracy else "–"
        said = reference.what if reference else "–"
        here = "*not measured here* | | | |"
        if entry:
            low, high = (100 * bound for bound in entry["interval"])
            here = (
                f"{entry['what']} | **{100 * entry['accuracy']:.2f}** ({low:.2f}–{high:.2f}) | "
                f"{entry['parameters']:,} | {entry['epochs']} | {entry['seconds']:,.0f}"
            )
        rows.append(f"| {key} | {data} | {said} | {there} | {here} |")
    return "\n".join(rows)


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


def draw(entries: Sequence[Mapping], path: Path) -> None:
    """Draw the figure of the results into a small PNG of few colours that carries its fingerprint.

    Args:
        entries: What `read_all` returned.
        path: The file.
    """
    drawn, info = io.BytesIO(), PngImagePlugin.PngInfo()
    plotting.plot_results(entries).savefig(drawn, dpi=130)
    info.add_text("Comment", fingerprint(entries))
    path.parent.mkdir(exist_ok=True)
    Image.open(drawn).convert("RGB").quantize(64).save(path, pnginfo=info, optimize=True)


def main(course: Path = COURSE) -> None:
    """Print the table, and renew the README and its picture."""
    print(table(course / "results"))
    if entries := read_all(course / "results"):
        draw(entries, course / PICTURE)
    update_readme(course / "README.md", course / "results")


if __name__ == "__main__":
    run(main)
