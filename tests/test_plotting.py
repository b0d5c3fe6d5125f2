"""The figures: what they return, draw, leave alone and refuse."""

import copy
import inspect
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from cnncourse import plotting, training
from cnncourse.augmentation import Pipeline, RandomAffine, RandomErasing
from cnncourse.backend import keras
from cnncourse.plotting.style import COLORS, WRONG
from cnncourse.training import Score, TrainingRun

NAMES = ("T-shirt/top", "Trouser", "Pullover", "Ankle boot")
GRAY = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 1), dtype=np.uint8)
COLOUR = np.random.default_rng(1).integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)


@pytest.fixture(autouse=True)
def figures(monkeypatch):
    """Refuse plt.show() and warnings, and close what was drawn."""
    monkeypatch.setattr(plt, "show", lambda *_, **__: pytest.fail("plt.show() was called"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    plt.close("all")


def run(last=0.9, validation=True, epochs=3):
    values = list(np.linspace(0.5, last, epochs))
    history = {"accuracy": values, "loss": values[::-1], "learning_rate": [0.001] * epochs}
    if validation:
        history |= {"val_accuracy": values, "val_loss": values[::-1]}
    return TrainingRun(None, history, 1.0, 0)


def score(predictions=(0, 1, 2, 1), labels=(0, 1, 2, 3), confidence=(0.9, 0.8, 0.7, 0.6)):
    probabilities = np.zeros((len(labels), 4))
    for row, (predicted, sure) in enumerate(zip(predictions, confidence, strict=True)):
        probabilities[row] = (1 - sure) / 3
        probabilities[row, predicted] = sure
    return Score(probabilities, np.array(labels), "fashion_mnist", "samples")


def entry(name="E02", dataset="mnist", accuracy=0.99, seconds=60.0):
    interval = [accuracy - 0.002, min(accuracy + 0.002, 1.0)]
    return {
        "id": name,
        "dataset": dataset,
        "accuracy": accuracy,
        "interval": interval,
        "seconds": seconds,
    }


def drawn(result):
    figure = result if isinstance(result, Figure) else result.figure
    figure.canvas.draw()
    return figure


def shown(ax):
    return np.asarray(ax.get_images()[0].get_array())


def titles(figure):
    return [ax.get_title() for ax in figure.axes]


MAPS = {"conv2d": np.ones((4, 6, 6, 3)), "max_pooling2d": np.ones((4, 3, 3, 3))}
PATH = np.array([[3.0, 1.0], [1.0, 0.5], [0.0, 9.0]])


def BOWL(weights):
    return (weights**2).sum()


CALLS = {
    "plot_augmentations": [
        ((RandomAffine(10, 0.1), GRAY), {}),
        ((RandomAffine(10, 0.1), COLOUR), {"variants": 2, "seed": 3}),
        ((RandomAffine(10, 0.1), GRAY[..., 0]), {"variants": np.int64(2)}),
        ((Pipeline([RandomAffine(flip=True), RandomErasing()]), COLOUR), {}),
        ((keras.layers.RandomFlip(), COLOUR), {"variants": 3}),
    ],
    "plot_accuracy_by_count": [
        (({"plain": {20: [score(), score()]}, "other": {20: [score()], 500.5: [score()]}},), {}),
        (({"plain": {20: [score()]}},), {}),
    ],
    "plot_answer": [
        ((GRAY[0], np.array([0.1, 0.2, 0.3, 0.4])), {"class_names": NAMES}),
        ((COLOUR[0] / 255, [0.3, 0.7]), {"top": np.int64(9)}),
    ],
    "plot_answered": [(({"plain": score(), "$a$": score((1, 2, 3, 0))},), {})],
    "plot_corruptions": [
        (({"net": np.full((3, 4, 6, 2), 0.5)}, ["blur", "noise", "darkness", "contrast"]), {}),
        (({"a": np.ones((1, 1, 2, 2)), "b": np.ones((2, 1, 2, 2))}, ["blur"]), {"classes": 10}),
    ],
    "plot_reliability": [
        (
            ({"plain": training.reliability(score()), "b": training.reliability(score(), bins=2)},),
            {},
        )
    ],
    "plot_comparison": [
        (({"plain": score(), "other": score()},), {}),
        (({"plain": [run(0.9), run(0.8), run(0.7)], "one": run(0.9), "list": [run()]},), {}),
    ],
    "plot_confusion_matrix": [((score(),), {}), ((score(),), {"class_names": NAMES})],
    "plot_convolution": [
        ((np.eye(7) * 10, np.ones((3, 3)) / 9), {"padding": "same", "stride": 2}),
        (([[1, 2, 3]] * 3, np.ones((2, 3))), {"position": (1, 0)}),
    ],
    "plot_convolution_steps": [
        ((GRAY[0, ..., 0], np.array([[1, -1], [2, 0]]), [(0, 0), (6, 6)]), {}),
        (([[1, 2], [3, 4]], [[1, 1]], [(0, 0), (1, 0)]), {}),
    ],
    "plot_feature_maps": [((MAPS, GRAY), {}), ((MAPS, COLOUR), {"filter_index": 2})],
    "plot_filters": [
        ((np.random.default_rng(0).normal(size=(3, 3, 2, 20)),), {"channel": 1}),
        ((np.zeros((1, 1, 1, 1)),), {"columns": 3}),
    ],
    "plot_heatmaps": [
        ((GRAY, {"trained": np.ones((4, 8, 8)), "random": np.zeros((4, 8, 8))}), {}),
        ((COLOUR, {"trained": -np.ones((4, 8, 8))}), {"titles": np.array(NAMES), "measure": "$x$"}),
    ],
    "plot_history": [
        ((run(),), {}),
        (({"plain": run(), "several": [run(), run(0.8)]},), {"metrics": "learning_rate"}),
        (({str(i): run(validation=False) for i in range(12)},), {"metrics": ["loss"]}),
    ],
    "plot_images": [
        ((GRAY,), {}),
        ((GRAY[..., 0], [0, 1, 2, 3]), {"columns": 3}),
        ((COLOUR, np.arange(4)), {"class_names": NAMES, "predictions": np.zeros(4, int)}),
        ((COLOUR / 255, ["a", "b", "c", "d"]), {}),
        ((GRAY / 255,), {"predictions": [1, 2, 3, 1]}),
    ],
    "plot_label_counts": [
        ((np.array([0, 1, 1, 3]),), {}),
        ((np.array([0, 1, 1, 3], np.uint8),), {"class_names": NAMES}),
    ],
    "plot_mistakes": [
        ((score(), GRAY), {}),
        ((score((1, 2, 3, 0)), COLOUR), {"class_names": NAMES, "most": np.int64(2)}),
        ((score((0, 1, 2, 3)), GRAY), {}),
    ],
    "plot_probabilities": [
        ((np.array([0.1, 0.2, 0.3, 0.4]),), {}),
        (([0.1, 0.2, 0.3, 0.4],), {"label": np.int64(2), "class_names": np.array(NAMES)}),
    ],
    "plot_results": [
        (([entry()],), {}),
        (([entry(accuracy=1.0), entry("L14-fast", "cifar10", 0.9), entry("L12", "own", 0.5)],), {}),
        (([entry(seconds=seconds) for seconds in (59, 60, 61, 62, 63)],), {}),
    ],
    "plot_descent": [
        ((BOWL, {"one": PATH, "$a$": PATH[:1]}), {}),
        ((lambda weights: 1.0, {"flat": [[0, 0]]}), {"limits": [0, 2]}),
    ],
    "plot_signed": [
        ((np.array([[-1, 0], [0, 8]]),), {"numbers": True}),
        ((np.zeros((2, 3), np.uint8),), {}),
        (([[True, False]],), {"numbers": True}),
    ],
    "plot_thumbnails": [
        ((np.eye(4, 2), GRAY, np.arange(4)), {"class_names": NAMES, "most": 2}),
        ((np.zeros((4, 2)), COLOUR, [0, 0, 1, 1]), {}),
    ],
    "plot_to_scale": [
        (({"picture": GRAY[0, ..., 0], "sums": np.eye(3)},), {"numbers": True}),
        (({"colours": COLOUR[0], "a": [[1, -1]], "b": [[0.5]]},), {"columns": 2}),
    ],
}
EVERY = [
    pytest.param(name, *call, id=f"{name}-{number}")
    for name, calls in CALLS.items()
    for number, call in enumerate(calls)
]
WITH_AX = [n for n in CALLS if "ax" in inspect.signature(getattr(plotting, n)).parameters]


def test_every_public_function_is_tested():
    assert sorted(CALLS) == sorted(plotting.__all__)


@pytest.mark.parametrize(("name", "arguments", "options"), EVERY)
def test_it_draws_without_show_or_warning_and_leaves_its_input_alone(name, arguments, options):
    before = copy.deepcopy((arguments, options))
    result = getattr(plotting, name)(*arguments, **options)
    assert isinstance(result, Axes if name in WITH_AX else Figure)
    drawn(result)
    assert len(plt.get_fignums()) == 1
    after = (arguments, options)
    if name == "plot_augmentations":
        before, after = before[0][1], after[0][1]
    np.testing.assert_equal(plain(after), plain(before))


def plain(thing):
    """Return nested data without objects that compare by identity."""
    if isinstance(thing, (Score, TrainingRun, training.Reliability)):
        return plain(vars(thing))
    if isinstance(thing, dict):
        return {key: plain(value) for key, value in thing.items()}
    return [plain(value) for value in thing] if isinstance(thing, (list, tuple)) else thing


@pytest.mark.parametrize("name", WITH_AX)
def test_it_draws_on_the_given_axes(name):
    _, (left, right) = plt.subplots(1, 2)
    arguments, options = CALLS[name][0]
    assert getattr(plotting, name)(*arguments, **options, ax=right) is right
    assert len(plt.get_fignums()) == 1
    assert right.has_data()
    assert not left.has_data()


def test_read_only_pictures_are_drawn():
    images = GRAY.copy()
    images.flags.writeable = False
    drawn(plotting.plot_images(images))
    drawn(plotting.plot_augmentations(RandomAffine(10), images))


# --- what is drawn -------------------------------------------------------------------------------


def test_pictures_are_shown_pixel_by_pixel():
    for images in (GRAY, COLOUR, COLOUR.astype(float)):
        for ax in plotting.plot_images(images).axes:
            assert ax.images[0].get_interpolation() == "nearest"


def test_wrong_predictions_stand_out_in_text_and_colour():
    figure = plotting.plot_images(GRAY, [0, 1, 2, 3], predictions=[0, 1, 2, 0])
    assert titles(figure) == ["0", "1", "2", "3: 0?"]
    colours = [to_rgb(ax.title.get_color()) for ax in figure.axes]
    assert colours == [to_rgb("black")] * 3 + [to_rgb(WRONG)]


@pytest.mark.parametrize("function", ["plot_images", "plot_mistakes"])
def test_long_class_names_do_not_run_into_each_other(function):
    images, wrong = np.repeat(GRAY, 3, axis=0)[:10], [3] * 10
    labels = [2, 2, 0, 2, 0, 0, 2, 2, 0, 2]
    if function == "plot_images":
        figure = plotting.plot_images(images, labels, class_names=NAMES, predictions=wrong)
    else:
        made = score(wrong, labels, [0.9] * 10)
        figure = plotting.plot_mistakes(made, images, class_names=NAMES)
    boxes = [ax.title.get_window_extent() for ax in drawn(figure).axes]
    assert all(one.x1 < other.x0 for one, other in zip(boxes, boxes[1:], strict=False))


@pytest.mark.parametrize("name", ["plot_label_counts", "plot_probabilities"])
def test_slanted_names_end_at_their_bars(name):
    arguments, options = CALLS[name][1]
    ax = getattr(plotting, name)(*arguments, **options)
    assert {label.get_ha() for label in ax.get_xticklabels()} == {"right"}
    expected = [NAMES[i] for i in (0, 1, 3)] if name == "plot_label_counts" else [*NAMES]
    assert [label.get_text() for label in ax.get_xticklabels()] == expected


def test_pictures_keep_their_brightness():
    figure = plotting.plot_images(np.full((1, 2, 2, 1), 7, np.uint8))
    assert figure.axes[0].get_images()[0].get_clim() == (0, 255)
    whole, share = plotting.plot_images(COLOUR * 1.0), plotting.plot_images(COLOUR / 255)
    np.testing.assert_allclose(shown(whole.axes[0]), COLOUR[0] / 255)
    np.testing.assert_allclose(shown(share.axes[0]), COLOUR[0] / 255)


def test_label_counts_are_the_heights_of_the_bars():
    ax = plotting.plot_label_counts(np.array([0, 1, 1, 3]))
    assert [bar.get_height() for bar in ax.patches] == [1, 2, 1]
    assert [text.get_text() for text in ax.texts] == ["1", "2", "1"]


def test_mistakes_come_with_the_most_confident_first():
    made = score((1, 1, 3, 0), (0, 1, 2, 3), (0.5, 0.99, 0.9, 0.7))
    figure = plotting.plot_mistakes(made, GRAY, most=2)
    assert titles(figure) == ["2, not 3", "3, not 0"]
    np.testing.assert_array_equal(shown(figure.axes[0]), GRAY[2, ..., 0])


def test_a_perfect_score_has_no_mistakes_to_show():
    figure = plotting.plot_mistakes(score((0, 1, 2, 3)), GRAY)
    assert [text.get_text() for text in figure.axes[0].texts] == ["no mistakes"]


def test_augmentation_shows_the_originals_and_variants_of_the_seed():
    rows = [
        [shown(ax) for ax in plotting.plot_augmentations(RandomAffine(40), GRAY, seed=seed).axes]
        for seed in (0, 0, 1)
    ]
    for row in rows:
        np.testing.assert_array_equal(row[::9], GRAY[..., 0])
    np.testing.assert_array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])
    assert len(np.unique(np.reshape(rows[0][:9], (9, -1)), axis=0)) == 9


def test_the_confusion_matrix_has_true_rows_and_predicted_columns():
    ax = plotting.plot_confusion_matrix(score((0, 1, 2, 1)), class_names=NAMES)
    texts = np.reshape([text.get_text() for text in ax.texts], (4, 4))
    expected = np.full((4, 4), "", object)
    expected[0, 0] = expected[1, 1] = expected[2, 2] = expected[3, 1] = "1"
    np.testing.assert_array_equal(texts, expected)
    assert [label.get_text() for label in ax.get_yticklabels()] == [*NAMES]


def test_the_true_class_has_its_own_colour_and_hatching():
    bars = plotting.plot_probabilities([0.2, 0.8], label=1).patches
    assert [bar.get_height() for bar in bars] == [0.2, 0.8]
    assert bars[1].get_hatch()
    assert not bars[0].get_hatch()
    assert bars[1].get_facecolor() != bars[0].get_facecolor()


def test_history_draws_every_run_in_the_colour_and_style_of_its_name():
    runs = {"plain": run(0.9), "several": [run(0.8), run(0.7)], "bare": run(validation=False)}
    accuracy, loss = plotting.plot_history(runs).axes
    assert len(accuracy.lines) == len(loss.lines) == 2 + 4 + 1
    looks = [(line.get_color(), line.get_linestyle()) for line in accuracy.lines]
    assert looks == [(COLORS[0], "-")] * 2 + [(COLORS[1], "--")] * 4 + [(COLORS[2], "-.")]
    np.testing.assert_allclose(accuracy.lines[5].get_ydata(), np.linspace(0.5, 0.7, 3))
    np.testing.assert_array_equal(accuracy.lines[5].get_xdata(), [1, 2, 3])
    texts = [text.get_text() for text in accuracy.get_legend().get_texts()]
    assert texts == ["plain", "several", "bare", "validation", "training"]


def test_history_explains_faint_lines_in_any_panel():
    figure = plotting.plot_history(run(), metrics=["learning_rate", "accuracy"])
    texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert texts == ["validation", "training"]


def test_history_of_a_single_run_without_validation_needs_no_legend():
    assert plotting.plot_history(run(validation=False)).axes[0].get_legend() is None


def test_runs_may_be_named_by_numbers():
    """Such as by their dropout rates."""
    legend = plotting.plot_history({0.1: run(), 0.5: run(0.8)}).axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()][:2] == ["0.1", "0.5"]
    ax = plotting.plot_comparison({0.1: score(), 0.5: score()})
    assert [text.get_text() for text in ax.get_yticklabels()] == ["0.1", "0.5"]


def test_comparison_of_scores_shows_wilsons_interval():
    ax = plotting.plot_comparison({"first": score(), "second": score((0, 1, 2, 3))})
    intervals = [line.get_xdata() for line in ax.lines[::3]]
    np.testing.assert_allclose(intervals[0], np.multiply(100, score().interval))
    assert [text.get_text() for text in ax.texts] == ["75.00", "100.00"]
    assert ax.get_xlabel() == "test accuracy (%)"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["first", "second"]
    assert ax.yaxis_inverted()


def test_comparison_of_runs_shows_each_and_the_interval_of_their_mean():
    ax = plotting.plot_comparison({"several": [run(0.7), run(0.8), run(0.9)], "one": run(0.6)})
    np.testing.assert_allclose(ax.lines[1].get_xdata(), [70, 80, 90])
    half = 4.30265 * 10 / np.sqrt(3)  # t of 2 degrees of freedom
    np.testing.assert_allclose(ax.lines[0].get_xdata(), [80 - half, 80 + half], rtol=1e-5)
    np.testing.assert_allclose(ax.lines[3].get_xdata(), [60, 60])
    assert ax.get_xlabel() == "validation accuracy (%)"


def test_accuracy_by_count_shows_repeats_and_the_interval_of_their_mean():
    repeats = [score((0, 1, 2, 3)), score((0, 1, 2, 2)), score((0, 1, 2, 1))]
    accuracies = [100 * repeat.accuracy for repeat in repeats]
    ax = plotting.plot_accuracy_by_count({"a": {20: repeats, 100: [repeats[0]]}})
    (bars,) = ax.containers
    np.testing.assert_allclose(bars.lines[0].get_ydata(), [np.mean(accuracies), accuracies[0]])
    mean, low, high = training.mean_interval(accuracies)
    first, second = bars.lines[2][0].get_segments()
    np.testing.assert_allclose(first[:, 1], [low, high])
    np.testing.assert_allclose(second[:, 1], accuracies[0])
    dots = [line.get_ydata() for line in ax.lines if len(line.get_ydata()) == 3]
    np.testing.assert_allclose(dots, [accuracies])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["20", "100"]
    assert ax.get_xscale() == "log"


def test_signed_numbers_have_white_at_0_and_legible_text():
    ax = plotting.plot_signed(np.array([[-8, 0], [2, 4]]), numbers=True)
    assert ax.get_images()[0].get_clim() == (-8, 8)
    assert [text.get_text() for text in ax.texts] == ["-8", "0", "2", "4"]
    assert [text.get_color() for text in ax.texts] == ["white", "black", "black", "black"]


def test_descent_shows_each_path_with_its_ends_over_one_surface():
    figure = drawn(plotting.plot_descent(BOWL, {"fast": PATH, "slow": PATH[:2]}, limits=(-4, 4)))
    assert titles(figure) == ["fast\nloss 10 to 81", "slow\nloss 10 to 1.25"]
    fast, slow = figure.axes
    way, start, end = (np.array(line.get_xydata()) for line in fast.lines)
    assert np.array_equal(way, PATH)
    assert start.tolist() == [[3, 1]] and end.tolist() == [[0, 9]]
    assert fast.get_ylim() == slow.get_ylim() == (-4, 4), "a path that leaves moved the limits"
    levels = [ax.collections[0].levels.tolist() for ax in figure.axes]
    assert levels[0] == levels[1] and max(levels[0]) <= 32


def test_convolution_steps_show_the_window_and_the_sums_so_far():
    figure = plotting.plot_convolution_steps(np.eye(4), np.ones((2, 3)), [(0, 0), (1, 1)])
    first, second, first_sums, second_sums = figure.axes
    assert first_sums.get_title() == "sum = 2"
    window = second.patches[0]
    assert (*window.get_xy(), window.get_width(), window.get_height()) == (0.5, 0.5, 3, 2)
    assert [text.get_text() for text in first_sums.texts] == ["2"]  # the others are still open
    assert len(second_sums.texts) == 4
    assert len(first.patches) == 1


def pixel_sizes(figure):
    """Return the side of a pixel in each panel, across and down."""
    boxes = [ax.get_window_extent() for ax in figure.axes]
    shapes = [shown(ax).shape for ax in figure.axes]
    sizes = zip(boxes, shapes, strict=True)
    return [side for box, (h, w, *_) in sizes for side in (box.width / w, box.height / h)]


def test_what_is_drawn_to_scale_has_pixels_of_one_size():
    panels = {"a": GRAY[0, ..., 0], "b": np.eye(3), "c": COLOUR[0][:5, :6]}
    figures = [
        plotting.plot_to_scale(panels, columns=columns, numbers=numbers)
        for columns, numbers in [(3, False), (2, True)]
    ]
    figures.append(plotting.plot_convolution(np.eye(7), np.eye(3), stride=2))
    figures.append(plotting.plot_convolution_steps(np.eye(4), np.ones((2, 3)), [(0, 0), (1, 1)]))
    for figure in figures:
        sizes = pixel_sizes(figure)
        np.testing.assert_allclose(sizes, sizes[0])


def test_a_convolution_shows_its_products_sums_relu_and_pooling():
    image = np.zeros((7, 7))
    image[:, 3:] = 10
    kernel = np.array([[-1, 0, 1]] * 3)
    figure = plotting.plot_convolution(image, -kernel, padding="same", position=(0, 6))
    picture, weights, products, output, positive, pooled = figure.axes
    np.testing.assert_array_equal(shown(picture), image)
    np.testing.assert_array_equal(shown(weights), -kernel)
    np.testing.assert_array_equal(shown(products), [[0, 0, 0], [10, 0, 0], [10, 0, 0]])
    assert products.get_title() == "products,\nsum = 20"
    assert shown(output)[0].tolist() == [0, 0, -20, -20, 0, 0, 20]
    assert shown(positive)[0].tolist() == [0, 0, 0, 0, 0, 0, 20]
    assert shown(pooled).shape == (3, 3)
    assert picture.patches[0].get_xy() == (4.5, -1.5)
    assert [text.get_text() for text in output.texts][:3] == ["0", "0", "-20"]


def test_filters_share_one_scale_and_show_the_chosen_channel():
    weights = np.random.default_rng(0).normal(size=(3, 3, 2, 5))
    figure = plotting.plot_filters(weights, channel=1)
    assert len({ax.get_images()[0].get_clim() for ax in figure.axes}) == 1
    np.testing.assert_array_equal(shown(figure.axes[4]), weights[:, :, 1, 4])


def test_feature_maps_have_a_row_for_each_picture():
    maps = {"conv2d_3": np.arange(4 * 36 * 3.0).reshape(4, 6, 6, 3), **MAPS}
    figure = plotting.plot_feature_maps(maps, GRAY, filter_index=1)
    assert titles(figure)[1] == "convolution\n6 x 6"
    assert titles(figure)[3] == "pooling\n3 x 3"
    np.testing.assert_array_equal(shown(figure.axes[9]), maps["conv2d_3"][2, ..., 1])


def test_heat_maps_share_one_scale_that_a_bar_shows():
    maps = np.stack([np.full((8, 8), value) for value in (1.0, 2.0, 3.0, 4.0)])
    rows = {"trained": maps, "random": maps / 9}
    figure = plotting.plot_heatmaps(GRAY, rows, titles=NAMES, measure="fall")
    *panels, bar = figure.axes
    assert {ax.get_images()[1].get_clim() for ax in panels[4:]} == {(0, 4)}
    assert bar.get_ylim() == (0, 4) and bar.get_ylabel() == "fall"
    assert titles(figure)[:4] == [*NAMES]
    assert figure.axes[4].get_ylabel() == "trained"


def test_thumbnails_stand_at_their_points_and_the_rest_are_dots():
    points = np.array([[0, 0], [1, 0], [0, 1], [1, 1.0]])
    ax = plotting.plot_thumbnails(points, GRAY, [0, 1, 1, 0], class_names=NAMES, most=3)
    assert sorted(tuple(small.xy) for small in ax.artists) == [(0, 0), (0, 1), (1, 0)]
    assert sum(len(line.get_xdata()) for line in ax.lines) == 4
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [*NAMES[:2]]


def test_results_have_a_panel_for_each_data_set_and_tell_published_from_measured():
    entries = [entry(seconds=30.0), entry("L02", seconds=300.0), entry("E22", "cifar10", 0.8)]
    figure = drawn(plotting.plot_results(entries))
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["MNIST", "CIFAR-10"]
    dots, diamonds = (
        [[*line.get_data()] for line in figure.axes[0].lines if line.get_marker() == marker]
        for marker in "oD"
    )
    np.testing.assert_allclose(dots, [[[30.0], [1.0]], [[300.0], [1.0]]])  # percent wrong
    np.testing.assert_allclose(diamonds, [[[30.0], [1.09]]])  # 98.91 % published for E02
    assert [text.get_text() for text in figure.axes[0].texts] == ["E02", "L02"]
    ticks = [tick.get_text() for tick in figure.axes[1].get_yticklabels()]
    assert {"75", "80"} <= set(ticks)


def boxes_of_names(figure):
    renderer = figure.canvas.get_renderer()
    return [Text.get_window_extent(text, renderer) for text in figure.axes[0].texts]


def test_names_of_results_keep_apart():
    entries = [entry(f"E0{n}", accuracy=0.99, seconds=60.0 + n) for n in range(1, 4)]
    boxes = boxes_of_names(drawn(plotting.plot_results(entries)))
    assert not any(one.overlaps(two) for i, one in enumerate(boxes) for two in boxes[i + 1 :])


def test_names_of_results_stand_nearest_to_their_own_dots():
    entries = [
        entry("E05", accuracy=0.9953, seconds=276.0),
        entry("E14", accuracy=0.9955, seconds=262.0),
        entry("E11", accuracy=0.9943, seconds=336.0),
        entry("E07", accuracy=0.9947, seconds=358.0),
    ]
    figure = drawn(plotting.plot_results(entries))
    dots = [(entry["seconds"], 100 * (1 - entry["accuracy"])) for entry in entries]
    dots = figure.axes[0].transData.transform(dots)
    for own, box in enumerate(boxes_of_names(figure)):
        away = np.hypot(*(dots - np.clip(dots, box.min, box.max)).T)
        assert entries[away.argmin()]["id"] == entries[own]["id"]


# --- refusals ------------------------------------------------------------------------------------

WRONG_CALLS = [
    ("plot_images", (GRAY[0, ..., 0],), {}, r"shape \(8, 8\): give pictures.*x_train\[:1\]"),
    ("plot_images", (GRAY[:0],), {}, r"shape \(0, 8, 8, 1\): give pictures"),
    ("plot_images", ([[1, 2], [3]],), {}, r"images: \[\[1, 2\], \[3\]\] found: give pictures"),
    ("plot_images", (np.repeat(GRAY, 300, axis=0),), {}, "1,200 panels are too many to draw"),
    ("plot_images", (GRAY,), {"columns": 0}, "columns=0: give a whole number of at least 1"),
    ("plot_images", (GRAY, [1, 2]), {}, "labels has 2 entries for 4 pictures: give one for each"),
    ("plot_images", (GRAY, 5), {}, "labels=5: give a list"),
    ("plot_images", (GRAY,), {"predictions": [1]}, "predictions has 1 entries for 4"),
    ("plot_images", (GRAY, [0, 1, 2, 4]), {"class_names": NAMES}, "label 4 is not .* 4 class_na"),
    ("plot_images", (GRAY, [0, 1, 2, -1]), {"class_names": NAMES}, "label -1 is not"),
    ("plot_images", (GRAY, [0, 1, 2, 3]), {"class_names": 7}, "class_names=7: give a list"),
    ("plot_images", (GRAY, [0, 1, 2, 3]), {"class_names": [1, 2, 3, 4]}, "give a list of texts"),
    ("plot_label_counts", (np.eye(3),), {}, r"float64 \(3, 3\) found: give integers \(N,\)"),
    ("plot_label_counts", (np.arange(3),), {"ax": "left"}, "ax='left': give one of matplotlib's"),
    ("plot_mistakes", (score(), GRAY[:2]), {}, "the score has 4 entries for 2 pictures"),
    ("plot_mistakes", (np.eye(4), GRAY), {}, "ndarray is not a Score: pass what evaluate returned"),
    ("plot_mistakes", (score(), GRAY), {"most": 0}, "most=0: give a whole number"),
    ("plot_augmentations", ("rotate", GRAY), {}, "augment='rotate': pass one such as RandomAffine"),
    ("plot_augmentations", (RandomAffine(), GRAY), {"variants": 0}, "variants=0: give a whole"),
    ("plot_augmentations", (RandomAffine(), GRAY), {"variants": 400}, "1,604 panels are too many"),
    ("plot_augmentations", (RandomAffine(), GRAY), {"seed": -1}, "seed=-1: give a whole number"),
    ("plot_confusion_matrix", (score(),), {"class_names": "abcde"}, "class_names: 5 for 4 classes"),
    ("plot_confusion_matrix", (np.eye(3),), {}, "ndarray is not a Score"),
    ("plot_probabilities", (np.eye(3),), {}, r"float64 \(3, 3\) found: give numbers \(classes\)"),
    ("plot_probabilities", ([0.1, np.nan],), {}, "probabilities holds NaN or infinity: look for"),
    ("plot_probabilities", ([0.1, 0.9],), {"label": 2}, "label=2: give a whole number from 0 to 1"),
    ("plot_history", ({},), {}, r"runs={}: give a dictionary"),
    ("plot_history", ([run()],), {}, r"runs=\[.*: give a dictionary"),
    ("plot_history", ({"a": []},), {}, r"runs, 'a': \[\] found: give what `train`"),
    ("plot_history", ({"a": {"loss": [1]}},), {}, "runs, 'a': .* found: give what `train`"),
    ("plot_history", (run(),), {"metrics": ["f1"]}, "'run' has no 'f1': it has .'accuracy'"),
    ("plot_history", (run(),), {"metrics": []}, "metrics is empty: name some"),
    ("plot_history", (run(),), {"metrics": 5}, r"metrics=5: give a list"),
    ("plot_accuracy_by_count", ({},), {}, "scores={}: give a dictionary"),
    ("plot_accuracy_by_count", ({"a": [score()]},), {}, "'a'=.*: give a dictionary"),
    ("plot_accuracy_by_count", ({"a": {20: [run()]}},), {}, "'a', 20: .* found: give scores"),
    ("plot_accuracy_by_count", ({"a": {0: [score()]}},), {}, "'a' has the number 0: give one ab"),
    ("plot_comparison", (score(),), {}, "results=.*: give a dictionary"),
    ("plot_comparison", ({"a": 0.9},), {}, "results, 'a': 0.9 found: give what `train`"),
    ("plot_comparison", ({"a": score(), "b": run()},), {}, "mixes test scores with runs: compare"),
    ("plot_comparison", ({"a": run(validation=False)},), {}, "'a' has no 'val_accuracy': train"),
    ("plot_results", ([],), {}, "entries is empty: run a lesson full-size"),
    ("plot_results", (5,), {}, r"entries=5: give a list"),
    ("plot_results", ([{"id": "E01"}],), {}, "{'id': 'E01'} is not a measurement: give id, data"),
    ("plot_results", ([entry(accuracy=1.2)],), {}, "not a measurement: give id, dataset, accuracy"),
    ("plot_results", ([entry(seconds=0)],), {}, "and seconds above 0"),
    ("plot_descent", (BOWL, {}), {}, "give a dictionary such as"),
    ("plot_descent", (BOWL, {"a": np.eye(3)}), {}, r"paths, 'a': float64 \(3, 3\) found: give"),
    ("plot_descent", (np.eye(2), {"a": PATH}), {}, "not a function.*give a function of one"),
    ("plot_descent", (lambda weights: np.nan, {"a": PATH}), {}, "the losses holds NaN"),
    ("plot_descent", (BOWL, {"a": PATH}), {"limits": (1, 1)}, r"limits=\(1, 1\): give two rising"),
    ("plot_signed", (np.zeros(3),), {}, r"values: float64 \(3,\) found: give numbers \(height"),
    ("plot_signed", ([["a"]],), {}, "values: <U1 .*give numbers"),
    ("plot_signed", (np.eye(2),), {"numbers": "yes"}, "numbers='yes': give True or False"),
    ("plot_signed", (np.zeros((99, 99)),), {"numbers": True}, "9,801 numbers are too many"),
    ("plot_to_scale", ([np.eye(2)],), {}, "panels=.*: give a dictionary"),
    ("plot_to_scale", ({"a": "cat"},), {}, "panel 'a': 'cat' found: give a picture or numbers"),
    ("plot_to_scale", ({"a": np.zeros((2, 2, 3))},), {}, r"panel 'a': float64 \(2, 2, 3\) found"),
    ("plot_to_scale", ({"a": np.eye(2)},), {"columns": 0}, "columns=0: give a whole number"),
    ("plot_convolution", (np.eye(13), np.eye(2)), {}, r"\(13, 13\) found: give 3 to 12 pixels"),
    ("plot_convolution", (np.eye(7), np.eye(3)), {"position": (5, 0)}, r"\(5, 0\) lies outside"),
    ("plot_convolution", (np.eye(7), np.eye(3)), {"padding": "full"}, "padding='full': choose"),
    ("plot_convolution_steps", (np.eye(3), np.eye(2), []), {}, "positions is empty: give"),
    ("plot_convolution_steps", (np.eye(3), np.eye(2), [(0, 2)]), {}, r"\(0, 2\) lies outside"),
    ("plot_convolution_steps", (np.eye(3), np.eye(2), [(-1, 0)]), {}, r"\(-1, 0\) lies outside"),
    ("plot_convolution_steps", (np.eye(3), np.eye(2), [(0, 0, 0)]), {}, r"give whole numbers"),
    ("plot_convolution_steps", (np.eye(3), np.eye(2), [5]), {}, "position=5: give a list"),
    ("plot_convolution_steps", (COLOUR[0], np.eye(2), [(0, 0)]), {}, r"image: uint8 \(8, 8, 3\)"),
    ("plot_convolution_steps", (np.eye(3), np.eye(4), [(0, 0)]), {}, "use a smaller one"),
    ("plot_filters", (np.zeros((3, 3)),), {}, r"float64 \(3, 3\) found: give .*layer.get_weights"),
    ("plot_filters", (np.zeros((3, 3, 1, 2)),), {"channel": 1}, "channel=1: give a .* from 0 to 0"),
    ("plot_feature_maps", (MAPS, GRAY[:2]), {}, "conv2d has 4 entries for 2 pictures"),
    ("plot_feature_maps", (MAPS, GRAY), {"filter_index": 3}, "filter_index=3: give a .* 0 to 2"),
    ("plot_feature_maps", (MAPS["conv2d"], GRAY), {}, "maps=.*: give a dictionary"),
    ("plot_feature_maps", ({"a": [1, 2]}, GRAY), {}, r"'a': int64 \(2,\) found: give numbers"),
    ("plot_thumbnails", (np.eye(4), GRAY, [0] * 4), {}, r"points: float64 \(4, 4\) found"),
    ("plot_thumbnails", (np.eye(4, 2), GRAY, [0]), {}, "labels has 1 entries for 4 pictures"),
    ("plot_heatmaps", (GRAY, {"a": np.ones((4, 4, 4))}), {}, "of the same height and width"),
    ("plot_heatmaps", (GRAY, np.ones((4, 8, 8))), {}, "heatmaps=.*: give a dictionary"),
    ("plot_heatmaps", (GRAY, {"a": np.ones((4, 8, 8))}), {"titles": ["a"]}, "titles has 1 entries"),
]


@pytest.mark.parametrize(
    ("name", "arguments", "options", "message"),
    [pytest.param(*call, id=f"{call[0]}-{n}") for n, call in enumerate(WRONG_CALLS)],
)
def test_bad_input_is_refused_before_a_figure_opens(name, arguments, options, message):
    with pytest.raises(ValueError, match=f"(?s){message}"):
        getattr(plotting, name)(*arguments, **options)
    assert not plt.get_fignums()


def test_a_pair_of_dollars_is_shown_as_it_is():
    figure = plotting.plot_images(GRAY[:2], [0, 1], class_names=["$5 to $9", "$\\frac{"])
    figure.draw_without_rendering()
    axes = plotting.plot_label_counts(np.array([0, 1]), class_names=["$5 to $9", "$\\frac{"])
    axes.figure.draw_without_rendering()
    assert "5 to" in figure.axes[0].get_title()


def test_the_answer_shows_the_most_probable_classes_first_with_their_shares():
    figure = plotting.plot_answer(GRAY[0], np.array([0.1, 0.2, 0.4, 0.3]), class_names=NAMES, top=2)
    bars = figure.axes[1]
    assert [text.get_text() for text in bars.get_yticklabels()] == ["Pullover", "Ankle boot"]
    assert [text.get_text() for text in bars.texts] == ["40.0 %", "30.0 %"]


def test_reliability_shows_confidence_to_the_right_and_accuracy_upwards():
    found = training.reliability(score((0, 1, 2, 3), (0, 1, 0, 0), (0.9, 0.9, 0.6, 0.6)), bins=10)
    ax = plotting.plot_reliability({"net": found})
    line = ax.lines[1]  # the first is the diagonal
    np.testing.assert_allclose(line.get_xydata(), [[0.6, 0], [0.9, 1]], atol=1e-6)
    assert ax.get_legend().get_texts()[1].get_text() == "net: error 35.0 %"


def test_corruptions_show_accuracy_solid_confidence_dashed_and_all_repeats_as_a_band():
    table = np.zeros((2, 1, 2, 2))
    table[0, 0, :, 0], table[1, 0, :, 0] = [0.9, 0.5], [0.7, 0.3]
    table[..., 1] = 1
    ax = plotting.plot_corruptions({"net": table}, ["blur"]).axes[0]
    solid, dashed = ax.lines[:2]
    np.testing.assert_allclose(solid.get_ydata(), [80, 40])
    np.testing.assert_allclose(dashed.get_ydata(), [100, 100])
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    np.testing.assert_allclose(ax.collections[0].get_datalim(ax.transData).intervaly, [30, 90])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.plot_reliability({"net": score()}), "training.reliability"),
        (lambda: plotting.plot_answered({"net": 0.5}), "float is not a Score"),
        (lambda: plotting.plot_corruptions({"a": np.ones((1, 2, 6, 2))}, ["blur"]), "1 kinds"),
        (lambda: plotting.plot_answer(GRAY, [0.5, 0.5]), "give pictures"),
    ],
)
def test_what_is_no_measurement_of_confidence_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# --- a run that has diverged ---------------------------------------------------------------------


def diverged(epoch, epochs=4):
    fine, wrong = [0.5] * (epoch - 1), [float("nan")] * (epochs - epoch + 1)
    names = ("accuracy", "val_accuracy")
    history = {"loss": fine + wrong, "val_loss": fine + wrong}
    return TrainingRun(None, {**history, **{name: [0.1] * epochs for name in names}}, 1.0, 0)


def texts_of(figure):
    legends = [ax.get_legend() for ax in figure.axes if ax.get_legend()]
    return [text.get_text() for legend in legends for text in legend.get_texts()]


def test_curves_say_which_run_has_diverged_and_when():
    sound = TrainingRun(None, {"loss": [0.5], "accuracy": [0.9]}, 1.0, 0)
    assert "diverged in epoch 3" in texts_of(plotting.plot_history(diverged(3)))
    runs = {"large rate": diverged(1), "sound": sound, "three": [sound, diverged(2), diverged(4)]}
    texts = texts_of(plotting.plot_history(runs, metrics=["loss"]))
    named = ["large rate (diverged in epoch 1)", "sound", "three (2 of 3 diverged in epoch 2, 4)"]
    assert texts[:3] == named
    infinite = TrainingRun(None, {"loss": [0.5, float("inf")]}, 1.0, 0)
    assert texts_of(plotting.plot_history(infinite, metrics=["loss"])) == ["diverged in epoch 2"]


def test_comparisons_say_which_run_has_diverged_and_when():
    ax = plotting.plot_comparison({"large rate": diverged(3), "two": [diverged(1), diverged(1)]})
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["large rate (diverged in epoch 3)", "two (2 of 2 diverged in epoch 1)"]
