"""What the full-size run measured, beside what published course pages report.

A lesson calls `record` where it has measured a model on the test pictures. The measurement travels
in the cell's output, from where `make execute` takes it into ``results/NN_name.json``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cnncourse.messages import in_notebook
from cnncourse.training import Score, TrainingRun, mean_interval
from cnncourse.training.scores import check_score

TITLES = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST", "cifar10": "CIFAR-10"}
MIME = "application/vnd.cnncourse.result+json"
_measured: dict[str, dict] = {}  # in this process, by id


@dataclass(frozen=True)
class Reference:
    """A published experiment: what it trains, and its test accuracy in percent, if reported."""

    dataset: str
    what: str
    accuracy: float | None = None


REFERENCES = {
    "E01": Reference("MNIST", "dense 128", 97.37),
    "E02": Reference("MNIST", "three convolutions, dense 64", 98.91),
    "E03": Reference("MNIST", "E02 with one convolution", 98.61),
    "E04": Reference("MNIST", "E02 without the dense layer", 99.19),
    "E05": Reference("MNIST", "E02 with more filters", 99.13),
    "E06": Reference("MNIST", "E02 with a third pooling", 97.59),
    "E07": Reference("MNIST", "E02 with fewer poolings"),
    "E08": Reference("MNIST", "E02 with augmentation"),
    "E09": Reference("MNIST", "E02 without light grey"),
    "E10": Reference("MNIST", "L2 and dropout"),
    "E11": Reference("MNIST", "committee of five small nets", 98.11),
    "E12": Reference("MNIST", "dense 512 and 256, dropout", 98.06),
    "E13": Reference("MNIST", "two 5x5 convolutions", 99.07),
    "E14": Reference("MNIST", "E13 with augmentation", 99.37),
    "E15": Reference("MNIST", "E14 with a learning-rate schedule", 99.44),
    "E16": Reference("MNIST", "committee of five nets of E15", 99.50),
    "E17": Reference("MNIST", "a deeper net (the best of several)", 99.71),
    "E18": Reference("MNIST", "committee of five nets of E17", 99.74),
    "E19": Reference("MNIST", "one convolution, dense 128", 98.73),
    "E20": Reference("Fashion-MNIST", "dense 128", 88.08),
    "E21": Reference("Fashion-MNIST", "two convolutions, dense 128", 90.47),
    "E22": Reference("CIFAR-10", "six linear convolutions", 73.00),
    "E23": Reference("CIFAR-10", "E22 trained on, with a leak", 72.39),
    "E24": Reference("CIFAR-10", "E22 with dropout", 75.16),
    "E25": Reference("CIFAR-10", "E24 with batch normalisation", 76.58),
    "E26": Reference("CIFAR-10", "E25 with augmentation", 81.55),
    "E27": Reference("CIFAR-10", "VGG16, transferred", 78.65),
    "E28": Reference("CIFAR-10", "E27 with augmentation", 85.75),
}


def record(
    experiment: str,
    what: str,
    score: Score | Sequence[Score],
    runs: TrainingRun | Sequence[TrainingRun],
    *,
    seconds: float | None = None,
) -> None:
    """Show a measurement beside its reference, and keep it for the results table.

    A measurement on samples is shown, but never kept.

    Args:
        experiment: "E01" to "E28", or an id of the lesson's own, such as "L06-wide".
        what: The network and its recipe in a few words.
        score: What `evaluate` returned; for repeated runs a list, of which the mean is recorded.
        runs: The run, or the runs of a committee, that made the model; of repeated ones the first.
        seconds: Time from start to end where runs went side by side; their sum if None.

    Raises:
        ValueError: If the experiment has no id, or there is no run or no score.

    Example:
        >>> import numpy as np
        >>> from cnncourse import models
        >>> run = TrainingRun(models.dense_net((28, 28, 1), [8]), {"loss": [1.0]}, 2.0, 0)
        >>> record("E01", "tiny", Score(np.eye(10), np.arange(10), "mnist", "samples"), run)
        E01: 100.00 % (reference 97.37 %); not kept, as it was measured on samples
    """
    runs = list(runs) if isinstance(runs, Iterable) else [runs]
    scores = list(score) if isinstance(score, Iterable) else [score]
    others = ", ".join({type(run).__name__ for run in runs} - {"TrainingRun"})
    if not runs or others or not scores or not isinstance(experiment, str) or not experiment:
        found = f"; found {others}" if others else ""
        raise ValueError(
            f"record({experiment!r}, …) needs an id such as 'E02', a score, which is what "
            f"`evaluate` returned, and at least one run{found}."
        )
    for each in scores:
        check_score(each)
    first = scores[0]
    accuracy, low, high = mean_interval([each.accuracy for each in scores])
    interval = [max(low, 0.0), min(high, 1.0)] if len(scores) > 1 else list(first.interval)
    entry = {
        "id": experiment,
        "what": what,
        "dataset": first.dataset_name,
        "accuracy": accuracy,
        "interval": interval,
        "parameters": sum(run.model.count_params() for run in runs),
        "epochs": max(run.epochs for run in runs),
        "seconds": round(sum(run.seconds for run in runs) if seconds is None else seconds, 1),
        "seed": runs[0].seed,
        "data_source": first.source,
    }
    published = reference_accuracy(experiment)
    beside = f" (reference {100 * published:.2f} %)" if published else ""
    text = f"{experiment}: {100 * accuracy:.2f} %{beside}"
    if first.source == "samples":
        text += "; not kept, as it was measured on samples"
    else:
        _measured[experiment] = {**entry, "lesson": "this kernel"}
    if in_notebook():
        from IPython.display import display

        display({"text/plain": text, MIME: entry}, raw=True)
    else:
        print(text)


def collect(notebook: dict) -> list[dict]:
    """Return the measurements in the outputs of a notebook that `nbformat.read` returned.

    Raises:
        ValueError: If one was measured on samples.
    """
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    entries = [dict(each["data"][MIME]) for each in outputs if MIME in each.get("data", {})]
    for entry in entries:
        if entry["data_source"] == "samples":
            raise ValueError(
                f"{entry['id']} was measured on samples, which is no result: run "
                "`cnncourse fetch`, or set CNNCOURSE_DATA to a folder with the real data."
            )
    return entries


def read_all(folder: Path | None = None) -> list[dict]:
    """Return every entry of a results folder, each with the name of its lesson.

    Args:
        folder: The folder with one JSON file for each lesson. If None that of the course, and what
            this kernel has recorded takes the place of the course's entries with the same ids.

    Returns:
        The entries in the order of their ids.
    """
    entries, measured = [], {} if folder else _measured
    packed = Path(__file__).parent / "_results"  # in a wheel, which has no folder beside it
    course = packed if packed.is_dir() else Path(__file__).parent.parent / "results"
    for path in sorted(Path(folder or course).glob("*.json")):
        lesson = json.loads(path.read_text(encoding="utf-8"))
        entries += [{**entry, "lesson": lesson["lesson"]} for entry in lesson["experiments"]]
    entries = [entry for entry in entries if entry["id"] not in measured]
    return sorted([*entries, *measured.values()], key=lambda entry: entry["id"])


def title(dataset: str) -> str:
    """Return the name by which people know a data set, or some of its classes.

    Example:
        >>> title("cifar10, 4 classes")
        'CIFAR-10, 4 classes'
    """
    name, comma, classes = dataset.partition(",")
    return TITLES.get(name, name) + comma + classes


def by_dataset(entries: Sequence[Mapping]) -> dict[str, list[Mapping]]:
    """Group what `read_all` returned by the name of its data set, in the order of the course.

    Example:
        >>> list(by_dataset([{"dataset": "cifar10"}, {"dataset": "mnist"}]))
        ['MNIST', 'CIFAR-10']
    """
    groups: dict[str, list[Mapping]] = {name: [] for name in TITLES.values()}
    for entry in entries:
        groups.setdefault(title(entry["dataset"]), []).append(entry)
    return {name: group for name, group in groups.items() if group}


def reference_accuracy(experiment: str) -> float | None:
    """Return the published accuracy of an experiment, from 0 to 1; None if there is none.

    Example:
        >>> reference_accuracy("E01")
        0.9737
    """
    reference = REFERENCES.get(experiment)
    return round(reference.accuracy / 100, 4) if reference and reference.accuracy else None
