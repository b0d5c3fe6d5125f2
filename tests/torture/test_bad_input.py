"""Call every public function with spoiled arguments: each is refused in the course's own words."""

import dataclasses
import inspect
import itertools
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from spoiling import attempt, spoiled_arguments

from cnncourse import augmentation, checks, corruptions, data, explain, models, plotting, training
from cnncourse.backend import keras

MODULES = (data, models, augmentation, corruptions, training, plotting, explain, checks)

rng = np.random.default_rng(0)
GRAY = rng.integers(0, 256, (12, 8, 8, 1), np.uint8)
LABELS = np.arange(12) % 4
NAMES = ("a", "b", "c", "d")
DATASET = data.ImageDataset("tiny", GRAY, LABELS, GRAY, LABELS, GRAY, LABELS, NAMES, "download")
NET = models.conv_net((8, 8, 1), [2, "pool"], classes=4)
OTHER = models.dense_net((8, 8, 1), [3], classes=4)
BODY_AND_HEAD = keras.Sequential(
    [keras.Input((8, 8, 1)), models.conv_net((8, 8, 1), [2]), keras.layers.Softmax()]
)
HISTORY = {"accuracy": [0.5, 0.6], "val_accuracy": [0.4, 0.5], "loss": [2.0, 1.0]}
RUN = training.TrainingRun(NET, HISTORY, 2.0, 0)
SCORE = training.Score(rng.dirichlet(np.ones(4), 12), LABELS, "tiny", "download")
AFFINE = augmentation.RandomAffine(rotation=10, shift=0.1)
ERASING = augmentation.RandomErasing(0.3)
IMAGE, KERNEL = rng.normal(size=(6, 5)), rng.normal(size=(2, 3))
RECIPE = {
    "epochs": 1,
    "batch_size": 8,
    "optimizer": "adam",
    "learning_rate": 0.1,
    "label_smoothing": 0.1,
    "augment": AFFINE,
    "callbacks": [],
    "seed": 0,
    "name": None,
}
ENTRY = {
    "id": "E01",
    "dataset": "mnist",
    "accuracy": 0.98,
    "seconds": 20.0,
    "interval": [0.97, 0.99],
}
NUMBERS = rng.normal(size=(2, 3))
CHECK = checks.CHECKS["04-shape"]
RULE = next(iter(CHECK.rules))
FOLDER, WRITTEN = tempfile.TemporaryDirectory(), tempfile.TemporaryDirectory()
PATHS = [f"{FOLDER.name}/{name}/{i}.png" for name in "ab" for i in range(3)]
READING = {"size": 8, "grey": True, "fit": "pad", "skip_unreadable": True}
for path in PATHS:
    Path(path).parent.mkdir(exist_ok=True)
    plt.imsave(path, np.eye(9), cmap="gray")


@dataclasses.dataclass
class Case:
    """A public function, arguments that it takes, and how many spoiled ones it gets."""

    function: object
    arguments: dict
    short: int = 40
    full: int = 400
    allowed: tuple = ()  # errors that are documented beside ValueError


def build():
    return models.conv_net((8, 8, 1), [2], classes=4)


def write_there(images, labels, class_names):
    """Write a folder, always the same: a spoiled one might lie anywhere."""
    return data.write_folder(f"{WRITTEN.name}/new", images, labels, class_names)


def small_body(*, include_top, weights, input_shape, name):
    """Stand in for VGG16, which takes a second to build, and tens of megabytes."""
    inputs = keras.Input(input_shape)
    return keras.Model(inputs, keras.layers.Conv2D(2, 3)(inputs), name=name)


def no_training(model, *arguments, **options):
    """Stand in for `fit`."""
    model.history = keras.callbacks.History()


def invert(images):
    return 255 - images


CASES = {
    "data.ImageDataset.subset": Case(DATASET.subset, {"count": 8, "seed": 0}),
    "data.ImageDataset.select": Case(DATASET.select, {"names": ["a", "c"]}),
    "data.ImageDataset.transform": Case(DATASET.transform, {"function": invert}),
    "data.load": Case(data.load, {"name": "mnist", "validation": 0.1, "seed": 0}),
    "data.from_folder": Case(data.from_folder, {"folder": FOLDER.name, **READING, "seed": 0}),
    "data.read_digits": Case(data.read_digits, {"paths": PATHS, "skip_unreadable": False}),
    "data.read_pictures": Case(data.read_pictures, {"paths": PATHS, **READING}),
    "data.ImageDataset": Case(data.ImageDataset, vars(DATASET)),
    "data.check_dataset": Case(data.check_dataset, {"dataset": DATASET}),
    "models.committee": Case(models.committee, {"members": [NET, OTHER]}),
    "models.conv_net": Case(
        models.conv_net,
        {
            "input_shape": (8, 8, 1),
            "layers": [2, "pool", (3, 2)],
            "dense": [3],
            "kernel": 3,
            "padding": "same",
            "batch_norm": True,
            "dropout": 0.5,
            "activation": "relu",
            "classes": 4,
        },
    ),
    "models.dense_net": Case(
        models.dense_net, {"input_shape": (8, 8, 1), "units": [3], "dropout": 0.5, "classes": 4}
    ),
    "models.fast_net": Case(models.fast_net, {"pictures": GRAY, "widths": [2], "classes": 4}),
    "models.pretrained": Case(
        models.pretrained,
        {"name": "VGG16", "size": 32, "classes": 4, "dropout": 0.5, "weights": None},
    ),
    "models.split": Case(models.split, {"model": NET}),
    "models.test_time_average": Case(
        models.test_time_average, {"model": NET, "shift": 1, "flip": True}
    ),
    "models.unfreeze": Case(models.unfreeze, {"model": BODY_AND_HEAD, "last": 1}),
    "augmentation.Augmentation": Case(augmentation.Augmentation, {"seed": 0}),
    "augmentation.Pipeline": Case(augmentation.Pipeline, {"layers": [AFFINE, ERASING], "seed": 0}),
    "augmentation.RandomAffine": Case(
        augmentation.RandomAffine,
        {
            "rotation": 10,
            "shift": 0.1,
            "zoom": 0.1,
            "flip": True,
            "fill_mode": "reflect",
            "interpolation": "nearest",
            "seed": 0,
        },
    ),
    "augmentation.RandomErasing": Case(
        augmentation.RandomErasing,
        {"side": 0.5, "chance": 0.5, "square": True, "fill": "noise", "seed": 0},
    ),
    "augmentation.remove_gray": Case(augmentation.remove_gray, {"images": GRAY, "below": 200}),
    "augmentation.check_augmentation": Case(augmentation.check_augmentation, {"layer": AFFINE}),
    "training.Recipe": Case(training.Recipe, RECIPE),
    "training.Score": Case(training.Score, vars(SCORE)),
    "training.TrainingRun": Case(training.TrainingRun, vars(RUN)),
    "training.compare": Case(training.compare, {"first": SCORE, "second": SCORE}),
    "training.evaluate": Case(training.evaluate, {"model": NET, "dataset": DATASET}),
    "training.features": Case(training.features, {"model": NET, "images": GRAY}),
    "training.halve_on_plateau": Case(
        training.halve_on_plateau,
        {"start": 0.1, "patience": 3, "floor": 1e-5},
    ),
    "training.mean_interval": Case(training.mean_interval, {"values": [0.5, 0.6]}),
    "training.one_cycle": Case(training.one_cycle, {"peak": 0.1}),
    "training.train": Case(
        training.train,
        {"model": NET, "dataset": DATASET, **RECIPE},
    ),
    "training.train_many": Case(
        training.train_many,
        {
            "builders": {"a": build},
            "dataset": DATASET,
            "repeats": 1,
            "seed": 0,
            "n_jobs": 1,
            "epochs": 1,
            "learning_rate": 0.1,
        },
        allowed=(RuntimeError,),
    ),
    "explain.convolve": Case(
        explain.convolve, {"image": IMAGE, "kernel": KERNEL, "stride": 1, "padding": "same"}
    ),
    "explain.max_pool": Case(explain.max_pool, {"image": IMAGE, "size": 2}),
    "explain.feature_maps": Case(explain.feature_maps, {"model": NET, "images": GRAY}),
    "explain.grad_cam": Case(explain.grad_cam, {"model": NET, "images": GRAY, "labels": LABELS}),
    "explain.occlusion": Case(
        explain.occlusion, {"model": NET, "image": GRAY[0], "label": 1, "size": 4, "stride": 2}
    ),
    "explain.with_random_weights": Case(explain.with_random_weights, {"model": NET, "seed": 0}),
    "plotting.plot_accuracy_by_count": Case(
        plotting.plot_accuracy_by_count,
        {"scores": {"a": {20: [SCORE, SCORE]}}, "ax": None},
    ),
    "plotting.plot_augmentations": Case(
        plotting.plot_augmentations,
        {"augment": AFFINE, "images": GRAY[:2], "variants": 2, "seed": 0},
        short=15,
        full=100,
    ),
    "plotting.plot_comparison": Case(
        plotting.plot_comparison, {"results": {"a": SCORE, "b": SCORE}, "ax": None}
    ),
    "plotting.plot_confusion_matrix": Case(
        plotting.plot_confusion_matrix, {"score": SCORE, "class_names": NAMES, "ax": None}
    ),
    "plotting.plot_convolution": Case(
        plotting.plot_convolution,
        {
            "image": IMAGE[:7, :7],
            "kernel": KERNEL,
            "stride": 1,
            "padding": "valid",
            "position": (0, 1),
        },
    ),
    "plotting.plot_convolution_steps": Case(
        plotting.plot_convolution_steps,
        {"image": IMAGE, "kernel": KERNEL, "positions": [(0, 0), (1, 1)]},
    ),
    "plotting.plot_descent": Case(
        plotting.plot_descent,
        {"loss": lambda w: w @ w, "paths": {"a": np.eye(2)}, "limits": (-1, 2)},
        short=15,
        full=100,
    ),
    "plotting.plot_feature_maps": Case(
        plotting.plot_feature_maps,
        {"maps": {"conv2d": np.zeros((2, 6, 6, 3))}, "images": GRAY[:2], "filter_index": 1},
    ),
    "plotting.plot_filters": Case(
        plotting.plot_filters,
        {"weights": rng.normal(size=(3, 3, 2, 4)), "channel": 1, "columns": 4},
    ),
    "plotting.plot_heatmaps": Case(
        plotting.plot_heatmaps,
        {
            "images": GRAY[:2],
            "heatmaps": {"a": np.ones((2, 8, 8))},
            "titles": ["a", "b"],
            "measure": "fall",
        },
    ),
    "plotting.plot_history": Case(
        plotting.plot_history,
        {"runs": {"a": RUN, "b": [RUN, RUN]}, "metrics": ["accuracy", "loss"]},
    ),
    "plotting.plot_images": Case(
        plotting.plot_images,
        {
            "images": GRAY[:4],
            "labels": LABELS[:4],
            "class_names": NAMES,
            "predictions": LABELS[:4],
            "columns": 4,
        },
    ),
    "plotting.plot_label_counts": Case(
        plotting.plot_label_counts, {"labels": LABELS, "class_names": NAMES, "ax": None}
    ),
    "plotting.plot_mistakes": Case(
        plotting.plot_mistakes,
        {"score": SCORE, "images": GRAY, "class_names": NAMES, "most": 3, "columns": 2},
    ),
    "plotting.plot_probabilities": Case(
        plotting.plot_probabilities,
        {"probabilities": SCORE.probabilities[0], "label": 1, "class_names": NAMES, "ax": None},
    ),
    "plotting.plot_answer": Case(
        plotting.plot_answer,
        {
            "image": GRAY[0],
            "probabilities": SCORE.probabilities[0],
            "class_names": NAMES,
            "top": 2,
        },
    ),
    "plotting.plot_answered": Case(plotting.plot_answered, {"scores": {"a": SCORE}, "ax": None}),
    "plotting.plot_corruptions": Case(
        plotting.plot_corruptions,
        {"measured": {"a": np.ones((1, 2, 6, 2))}, "kinds": ["blur", "noise"], "classes": 4},
    ),
    "plotting.plot_reliability": Case(
        plotting.plot_reliability, {"measured": {"a": training.reliability(SCORE)}, "ax": None}
    ),
    "plotting.plot_results": Case(
        plotting.plot_results,
        {"entries": [ENTRY, {**ENTRY, "id": "E20", "dataset": "fashion_mnist"}]},
    ),
    "plotting.plot_signed": Case(
        plotting.plot_signed, {"values": NUMBERS, "numbers": True, "ax": None}
    ),
    "plotting.plot_thumbnails": Case(
        plotting.plot_thumbnails,
        {
            "points": np.eye(2),
            "images": GRAY[:2],
            "labels": [0, 1],
            "class_names": ["a", "b"],
            "most": 2,
        },
    ),
    "plotting.plot_to_scale": Case(
        plotting.plot_to_scale,
        {"panels": {"a": NUMBERS, "b": NUMBERS[:2, :2]}, "numbers": True, "columns": 2},
    ),
    "corruptions.corrupt": Case(
        corruptions.corrupt, {"images": GRAY, "kind": "blur", "strength": 2, "seed": 0}
    ),
    "training.reliability": Case(training.reliability, {"score": SCORE, "bins": 10}),
    "data.write_folder": Case(
        write_there, {"images": GRAY, "labels": LABELS, "class_names": NAMES}, short=20, full=100
    ),
    "checks.check": Case(checks.check, {"name": "04-shape", "answer": (8, 8, 64)}),
    "checks.tally": Case(checks.tally, {"lesson": "04"}),
    "checks.Check.ask": Case(CHECK.ask, {"answer": (8, 8, 64)}),
    "checks.Rule.broken_by": Case(RULE.broken_by, {"answer": 3}),
    "checks.Rule.describe": Case(RULE.describe, {"answer": 3}),
}


@pytest.fixture(autouse=True)
def same_cases_every_time(monkeypatch):
    """Keep Hypothesis from trying constants of whatever modules other tests have imported."""
    providers = pytest.importorskip("hypothesis.internal.conjecture.providers")
    constants = getattr(providers, "_local_constants", None)
    monkeypatch.setattr(providers, "_get_local_constants", lambda: constants, raising=False)


@pytest.mark.parametrize("name", CASES)
def test_bad_arguments_are_refused_in_our_own_words(name, amount, tried, monkeypatch):
    monkeypatch.setattr(keras.Model, "fit", no_training)
    monkeypatch.setattr(keras.applications.vgg16, "VGG16", small_body)
    case, count = CASES[name], itertools.count()

    @settings(
        max_examples=amount(case.short, case.full),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(spoiled_arguments(case.arguments))
    def trial(drawn):
        next(count)
        attempt(case.function, *drawn, case.allowed)

    trial()
    tried(f"bad arguments to public functions of {name.partition('.')[0]}", next(count))


def public():
    """Yield the names of all public functions, classes that check something, and methods."""
    for module in MODULES:
        short = module.__name__.rpartition(".")[2]
        own = [name for name, thing in vars(module).items() if is_own(thing, module.__name__)]
        for name in getattr(module, "__all__", own):
            thing = getattr(module, name)
            if not callable(thing) or name.startswith("_") or is_error(thing):
                continue
            records = dataclasses.is_dataclass(thing) and not hasattr(thing, "__post_init__")
            if not records:
                yield f"{short}.{name}"
            if inspect.isclass(thing) and thing is not augmentation.Augmentation:  # is abstract
                for method, made in vars(thing).items():
                    is_keras = hasattr(keras.layers.Layer, method)
                    is_hook = is_keras or method == "augment"
                    if inspect.isfunction(made) and not method.startswith("_") and not is_hook:
                        yield f"{short}.{name}.{method}"


# What `train` calls when it has checked everything.
INTERNAL = {f"augmentation.{name}" for name in ("augment_batch", "describe", "seed_states")}
INTERNAL |= {"training.shuffled_batches"}
INTERNAL |= {"models.imagenet_names"}  # takes no arguments
INTERNAL |= {"training.Recipe.new_callbacks", "training.Recipe.new_optimizer"}


def is_own(thing, module):
    return getattr(thing, "__module__", None) == module


def is_error(thing):
    return inspect.isclass(thing) and issubclass(thing, Exception)


def test_no_public_function_is_left_out():
    assert sorted(set(public()) - INTERNAL) == sorted(CASES)


def test_a_refusal_in_the_words_of_another_is_noticed():
    """The net must have no holes: what NumPy, Python or nobody at all refuses fails a trial."""
    with pytest.raises(AssertionError, match="not raised by the package"):
        attempt(lambda images: np.zeros(images), {"images": "x"}, ["images"])
    with pytest.raises(AssertionError, match="not raised by the package"):
        attempt(lambda images: len(images), {"images": 3}, ["images"])
    with pytest.raises(AssertionError, match="changed what it was given"):
        attempt(lambda images: images.append(1), {"images": []}, ["images"])
    with pytest.raises(AssertionError, match="names no value"):
        attempt(lambda images: models.conv_net((8, 8, 1), [0]), {"images": "abc"}, ["images"])
    with pytest.raises(TimeoutError):
        attempt(lambda images: time.sleep(9), {"images": 1}, ["images"], seconds=0.1)
