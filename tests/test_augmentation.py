"""RandomAffine moves, RandomErasing erases as much as it says; Keras' layers go in beside them."""

import cloudpickle
import numpy as np
import pytest
from scipy import ndimage

from cnncourse.augmentation import (
    FILL_MODES,
    FILLS,
    Augmentation,
    Pipeline,
    RandomAffine,
    RandomErasing,
    augment_batch,
    check_augmentation,
    describe,
    remove_gray,
    seed_states,
)
from cnncourse.backend import keras, tf


def noise(count=4, shape=(12, 10, 3), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), dtype=np.uint8)


def blobs(count, row, column, side=41):
    """Return pictures of one soft dot, whose centre of mass can be measured."""
    rows, columns = np.mgrid[:side, :side]
    dot = 255 * np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / 4)
    return np.repeat(dot[None, ..., None], count, axis=0).astype(np.float32)


def augmented(layer, images, seed=0):
    return layer.augment(tf.constant(images), tf.constant([seed, 5])).numpy()


def centres(images):
    return np.array([ndimage.center_of_mass(image[..., 0]) for image in images])


def both(**options):
    return Pipeline([RandomAffine(30, flip=True), RandomErasing(0.6, fill="noise")], **options)


# Each makes a layer that changes every picture, whatever the seed.
KINDS = {
    "affine": lambda **options: RandomAffine(20, 0.2, 0.2, flip=True, **options),
    "squares of noise": lambda **options: RandomErasing(square=True, fill="noise", **options),
    "pipeline in a pipeline": lambda **options: Pipeline(
        [both(), RandomErasing(0.6, fill="black")], **options
    ),
    "ours and Keras'": lambda **options: Pipeline(
        [keras.layers.RandomRotation(0.2), RandomErasing(), keras.layers.RandomContrast(0.5)],
        **options,
    ),
}
kinds = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)


# What all augmentations do


@kinds
def test_the_same_seed_gives_the_same_pictures_and_another_one_others(make):
    layer = make()
    first, second, other = (augmented(layer, noise(), seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert np.abs(first - other).mean(axis=(1, 2, 3)).min() > 1


@kinds
def test_every_picture_of_a_batch_is_changed_in_its_own_way(make):
    same = np.repeat(noise(1), 5, axis=0)
    changed = augmented(make(), same)
    assert len(np.unique(changed.reshape(5, -1), axis=0)) == 5


@kinds
def test_uint8_and_float32_pictures_are_changed_alike(make):
    layer, images = make(), noise().astype(np.float32)
    changed = augmented(layer, noise())
    assert changed.dtype == np.float32
    np.testing.assert_array_equal(changed, layer.augment(images, np.array([0, 5], np.int32)))
    np.testing.assert_array_equal(images, noise(), "the given pictures were changed")


@kinds
def test_in_a_data_set_the_seed_advances_from_batch_to_batch(make):
    same = np.repeat(noise(1), 8, axis=0)

    def batches(seed):
        layer = make(seed=seed)
        dataset = tf.data.Dataset.from_tensor_slices(same).batch(2)
        return np.stack(list(dataset.map(lambda x: layer(x, training=True)).prefetch(2)))

    first = batches(3)
    assert len(np.unique(first.reshape(8, -1), axis=0)) == 8
    np.testing.assert_array_equal(first, batches(3))
    assert not np.array_equal(first, batches(4))


@kinds
def test_inside_a_model_it_works_in_training_only(make):
    inputs = keras.Input((12, 10, 3))
    model = keras.Model(inputs, make(seed=1)(inputs))
    images = noise()
    np.testing.assert_array_equal(model(images), images)
    np.testing.assert_array_equal(model.predict(images, verbose=0), images)
    once, twice = (np.asarray(model(images, training=True)) for _ in range(2))
    assert not np.array_equal(once, images)
    assert not np.array_equal(once, twice)


@kinds
def test_a_layer_comes_back_from_its_config_and_from_a_worker_s_pickle(make):
    layer = make(seed=np.int64(3))
    for again in (
        type(layer).from_config(layer.get_config()),
        cloudpickle.loads(cloudpickle.dumps(layer)),
    ):
        assert (describe(again), again.seed) == (describe(layer), 3)
        np.testing.assert_array_equal(augmented(layer, noise()), augmented(again, noise()))


@kinds
def test_a_model_with_the_layer_is_saved_and_loaded(make, tmp_path):
    inputs = keras.Input((12, 10, 3))
    model = keras.Model(inputs, make(seed=1)(inputs))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    changed = [np.asarray(m(noise(), training=True)) for m in (model, again)]
    np.testing.assert_array_equal(*changed)
    assert np.abs(changed[0] - noise()).max() > 10


@pytest.mark.parametrize("seed", ["a", 1.5])
def test_a_seed_that_is_not_a_whole_number_is_refused(seed):
    with pytest.raises(ValueError, match=f"seed={seed!r}: give a whole number"):
        RandomAffine(seed=seed)


@kinds
def test_a_single_picture_is_refused_with_the_remedy(make):
    with pytest.raises(ValueError, match=r"Random.* shape \(12, 10, 3\).*x_train\[:1\]"):
        make()(noise()[0], training=True)


def test_a_model_with_the_layer_is_compiled_without_xla():
    """XLA cannot resample pictures: a `fit` with Keras' defaults would fail."""
    layers = [RandomAffine(20), keras.layers.Flatten(), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((12, 10, 3)), *layers])
    model.compile("sgd", "mse")
    assert not model.jit_compile
    model.fit(noise() / 255, np.zeros(4), verbose=0)


# Keras' own layers

own = keras.layers
KERAS = {
    "flip": lambda: own.RandomFlip(),
    "rotation": lambda: own.RandomRotation(0.2),
    "contrast": lambda: own.RandomContrast(0.5),
    "colour": lambda: own.RandomColorJitter(brightness_factor=0.3, hue_factor=0.3),
    "RandAugment": lambda: own.RandAugment(),
    "Keras' pipeline": lambda: own.Pipeline([own.RandomFlip(), own.RandomZoom(0.3)]),
    "Sequential": lambda: keras.Sequential([own.RandomFlip(), own.RandomZoom(0.3)]),
    "ours in Keras' pipeline": lambda: own.Pipeline([RandomAffine(20), own.RandomFlip()]),
    "Keras' in ours": lambda: Pipeline(
        [own.RandomFlip(), RandomErasing(fill="noise"), own.Pipeline([own.RandomZoom(0.3)])]
    ),
}


def epoch_of(layer, seed=0):
    """Return the pictures of an epoch in three batches, as `train` makes them."""
    images = np.repeat(noise(1, (16, 16, 3)), 12, axis=0).reshape(3, 4, 16, 16, 3)
    seeds = np.array([[seed, 0], [seed, 1], [seed, 2]], np.int32)
    batches = tf.data.Dataset.from_tensor_slices((images, seeds))
    changed = batches.map(lambda x, seed: augment_batch(layer, x, seed)).prefetch(2)
    return np.concatenate(list(changed.as_numpy_iterator()))


@pytest.mark.parametrize("make", KERAS.values(), ids=KERAS)
def test_layers_of_keras_repeat_an_epoch_exactly(make):
    layer = make()
    first = epoch_of(layer)
    assert first.dtype == np.float32 and first.std() > 10
    assert len(np.unique(first.reshape(12, -1), axis=0)) > 1, "all are changed alike"
    np.testing.assert_array_equal(first, epoch_of(layer))  # the second run of a kernel
    np.testing.assert_array_equal(first, epoch_of(make()))  # a new kernel
    assert not np.array_equal(first, epoch_of(layer, seed=1))


@pytest.mark.parametrize("make", KERAS.values(), ids=KERAS)
def test_a_description_is_the_same_for_the_same_layer_made_anew(make):
    layer = make()
    before = describe(layer)
    epoch_of(layer)
    assert describe(layer) == before == describe(make())
    assert "seed" not in before and layer.name not in before


def test_descriptions_tell_what_differs_and_not_the_seeds():
    made = [
        None,
        RandomAffine(10),
        RandomAffine(20),
        Pipeline([RandomAffine(10)]),
        Pipeline([RandomAffine(10), own.RandomFlip()]),
        Pipeline([RandomAffine(10), own.RandomFlip("vertical")]),
    ]
    assert len({describe(layer) for layer in made}) == len(made)
    assert describe(RandomAffine(10, seed=1)) == describe(RandomAffine(10, seed=2, name="x"))


def test_every_seed_generator_inside_a_layer_is_found():
    layer = Pipeline([own.RandomFlip(), own.Pipeline([own.RandomZoom(0.3), RandomAffine()])])
    assert len(seed_states(layer)) == 4


def test_a_layer_that_changes_the_size_of_pictures_is_refused():
    with pytest.raises(ValueError, match=r"RandomCrop makes \(.*8, 8, 3\).* keeps their size"):
        augment_batch(own.RandomCrop(8, 8), noise(), np.array([0, 1], np.int32))


def test_a_single_picture_is_refused_before_keras_takes_it_for_a_batch():
    with pytest.raises(ValueError, match=r"RandomFlip was given pictures .* x_train\[:1\]"):
        augment_batch(own.RandomFlip(), noise()[0], np.array([0, 1], np.int32))


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("flip", r"augment='flip': pass one such as RandomAffine\(rotation=10\) or keras.layers"),
        (RandomAffine, "augment=<class .*: pass one such as"),
        (own.MixUp(), "MixUp.* mixes pictures, but not labels: take another"),
    ],
)
def test_what_is_not_an_augmentation_is_refused(layer, message):
    with pytest.raises(ValueError, match=message):
        check_augmentation(layer)


# RandomAffine


@pytest.mark.parametrize("fill_mode", FILL_MODES)
@pytest.mark.parametrize("shape", [(12, 10, 3), (11, 11, 1)])
def test_zero_amounts_change_nothing(fill_mode, shape):
    images = noise(shape=shape)
    changed = augmented(RandomAffine(fill_mode=fill_mode), images)
    assert changed.dtype == np.float32
    np.testing.assert_array_equal(changed, images)


def test_a_shift_moves_a_dot_up_to_its_share_in_all_directions():
    moves = centres(augmented(RandomAffine(shift=0.2), blobs(400, 20, 20))) - 20
    assert np.abs(moves).max() <= 0.2 * 41 + 0.05
    assert (moves.max(axis=0) > 0.18 * 41).all()
    assert (moves.min(axis=0) < -0.18 * 41).all()
    assert np.abs(np.corrcoef(moves.T)[0, 1]) < 0.2


def test_a_shift_is_a_share_of_height_and_of_width():
    images = np.zeros((300, 20, 60, 1), np.float32)
    images[:, 10, 30] = 255
    moves = centres(augmented(RandomAffine(shift=0.1), images)) - (10, 30)
    assert 1.8 < np.abs(moves[:, 0]).max() <= 2.01
    assert 5.5 < np.abs(moves[:, 1]).max() <= 6.01


def test_a_rotation_keeps_the_centre_and_turns_by_up_to_its_angle():
    layer = RandomAffine(rotation=30)
    np.testing.assert_allclose(centres(augmented(layer, blobs(100, 20, 20))), 20, atol=0.02)
    arms = centres(augmented(layer, blobs(400, 20, 32))) - 20
    angles = np.degrees(np.arctan2(arms[:, 0], arms[:, 1]))
    assert 28 < angles.max() <= 30.2
    assert -30.2 <= angles.min() < -28
    np.testing.assert_allclose(np.hypot(*arms.T), 12, atol=0.1)


def test_a_zoom_keeps_the_centre_and_stretches_each_axis_by_up_to_its_share():
    layer = RandomAffine(zoom=0.2)
    np.testing.assert_allclose(centres(augmented(layer, blobs(100, 20, 20))), 20, atol=0.02)
    # An output pixel at distance d from the centre is read at d * (1 +- zoom).
    stretched = (centres(augmented(layer, blobs(400, 28, 28))) - 20) / 8
    assert 1 / 1.2 - 0.03 <= stretched.min() < 0.87
    assert 1.2 < stretched.max() <= 1 / 0.8 + 0.03
    assert np.abs(np.corrcoef(stretched.T)[0, 1]) < 0.2


def test_rotation_and_zoom_apply_to_pictures_with_unequal_sides():
    images = np.zeros((50, 21, 41, 1), np.float32)
    images[:, 10, 20] = 255
    found = centres(augmented(RandomAffine(rotation=45, zoom=0.3), images))
    np.testing.assert_allclose(found, np.tile([10, 20], (50, 1)), atol=0.02)


def test_flip_mirrors_about_half_of_the_pictures_exactly():
    images = np.repeat(noise(1), 400, axis=0)
    changed = augmented(RandomAffine(flip=True), images)
    mirrored = (changed == images[:, :, ::-1]).all(axis=(1, 2, 3))
    untouched = (changed == images).all(axis=(1, 2, 3))
    assert (mirrored ^ untouched).all()
    assert 150 < mirrored.sum() < 250


@pytest.mark.parametrize("alone", [True, False])
def test_alternating_flips_show_each_picture_both_ways_in_any_two_epochs(alone):
    images = noise(200)
    layer = RandomAffine(flip="alternating")
    layer = layer if alone else Pipeline([RandomErasing(0), layer])

    def in_epoch(epoch, order):
        known = tf.constant(order, tf.int64), tf.constant(epoch, tf.int64)
        changed = augment_batch(layer, images[order], tf.constant([1, epoch]), *known).numpy()
        mirrored = (changed == images[order][:, :, ::-1]).all(axis=(1, 2, 3))
        assert (mirrored ^ (changed == images[order]).all(axis=(1, 2, 3))).all()
        return mirrored[np.argsort(order)]

    epochs = [in_epoch(e, np.random.default_rng(e).permutation(200)) for e in range(3)]
    assert 70 < epochs[0].sum() < 130
    np.testing.assert_array_equal(epochs[0], ~epochs[1])
    np.testing.assert_array_equal(epochs[0], epochs[2])


def test_nearest_interpolation_moves_whole_pixels():
    images = noise(50)
    changed = augmented(RandomAffine(shift=0.2, interpolation="nearest"), images)
    assert set(np.unique(changed)) <= {0, *np.unique(images)}
    assert (changed != images).any()


@pytest.mark.parametrize("fill_mode", FILL_MODES)
def test_the_range_stays_0_to_255(fill_mode):
    layer = RandomAffine(180, 1, 0.9, flip=True, fill_mode=fill_mode)
    changed = augmented(layer, noise(50))
    assert changed.min() >= 0
    assert changed.max() <= 255.001
    assert changed.std() > 5


def test_fill_modes_say_what_appears_at_the_edges():
    images = np.full((50, 12, 12, 1), 200, np.uint8)
    by_mode = {m: augmented(RandomAffine(shift=0.5, fill_mode=m), images) for m in FILL_MODES}
    assert by_mode["constant"].min() == 0
    for mode in ("nearest", "reflect", "wrap"):
        np.testing.assert_allclose(by_mode[mode], 200, atol=0.01)
    ramp = np.tile(np.arange(12, dtype=np.float32) * 20, (20, 12, 1))[..., None]
    changed = {m: augmented(RandomAffine(shift=0.5, fill_mode=m), ramp) for m in FILL_MODES}
    assert len({values.tobytes() for values in changed.values()}) == 4
    assert np.diff(changed["nearest"][..., 0], axis=2).min() >= -1e-3  # a ramp that levels out


def test_the_config_says_what_was_given():
    layer = RandomAffine(np.float32(10), 0.1, 0.2, flip=True, fill_mode="wrap")
    own = {k: layer.get_config()[k] for k in ("rotation", "shift", "zoom", "flip", "fill_mode")}
    assert own == {"rotation": 10, "shift": 0.1, "zoom": 0.2, "flip": True, "fill_mode": "wrap"}


@pytest.mark.parametrize("name", ["rotation", "shift", "zoom"])
@pytest.mark.parametrize("amount", [-0.1, 181, np.nan, "0.1", True], ids=str)
def test_bad_amounts_are_refused(name, amount):
    with pytest.raises(ValueError, match=rf"{name}=.*: give (degrees|a share) from 0 to"):
        RandomAffine(**{name: amount})


@pytest.mark.parametrize(("name", "amount"), [("shift", 1.01), ("zoom", 1)])
def test_shares_above_their_top_are_refused(name, amount):
    with pytest.raises(ValueError, match=f"{name}={amount}: give a share"):
        RandomAffine(**{name: amount})


@pytest.mark.parametrize(
    ("name", "value", "choices"),
    [
        ("fill_mode", "edge", "constant, nearest, reflect, wrap"),
        ("fill_mode", None, "constant, nearest, reflect, wrap"),
        ("interpolation", "cubic", "bilinear, nearest"),
        ("flip", "sometimes", "False, True, alternating"),
    ],
)
def test_an_unknown_choice_is_refused_with_the_known_ones(name, value, choices):
    with pytest.raises(ValueError, match=f"{name}={value!r}: choose from {choices}"):
        RandomAffine(**{name: value})


# RandomErasing


def erased(layer, count=400, shape=(20, 32, 3), seed=0):
    """Erase black from white pictures: (pictures, which pixels of each)."""
    changed = augmented(layer, np.full((count, *shape), 255, np.uint8), seed)
    return changed, (changed != 255).all(axis=-1)


def sides(masks):
    """Return height and width of each erased part, and check that it is a filled rectangle."""
    heights, widths = masks.any(axis=2).sum(axis=1), masks.any(axis=1).sum(axis=1)
    np.testing.assert_array_equal(heights * widths, masks.sum(axis=(1, 2)))
    for mask in masks[masks.any(axis=(1, 2))]:
        rows, columns = np.nonzero(mask)
        assert mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].all()
    return heights, widths


def test_rectangles_reach_their_share_of_height_and_width_and_no_more():
    heights, widths = sides(erased(RandomErasing(0.5))[1])
    assert heights.max() == 10 and widths.max() == 16
    assert len(np.unique(heights)) == 10 and len(np.unique(widths)) == 16  # from one pixel on
    assert np.abs(np.corrcoef(heights, widths)[0, 1]) < 0.2


@pytest.mark.parametrize(("shape", "side"), [((20, 32, 3), 8), ((32, 20, 1), 8), ((15, 15, 1), 6)])
def test_squares_have_exactly_their_side_unless_they_reach_beyond_the_edge(shape, side):
    _, masks = erased(RandomErasing(0.4, square=True), shape=shape)
    heights, widths = sides(masks)
    assert heights.max() == widths.max() == side
    inside = ~(masks[:, [0, -1]].any(axis=(1, 2)) | masks[:, :, [0, -1]].any(axis=(1, 2)))
    assert inside.sum() > 50
    assert (heights[inside] == side).all() and (widths[inside] == side).all()
    # The middle lies in the picture: more than a third of each side always shows.
    assert heights.min() == widths.min() == side // 2


def test_every_pixel_is_erased_about_equally_often_but_for_the_edges():
    shares = erased(RandomErasing(0.4, square=True), 4000, (16, 16, 1))[1].mean(axis=0)
    inner = shares[4:-4, 4:-4]
    np.testing.assert_allclose(inner, (6 / 16) ** 2, atol=0.035)
    assert 0.02 < shares[0, 0] < inner.min()
    assert abs(shares[0, 0] - shares[-1, -1]) < 0.05  # as often on one side as on the other


@pytest.mark.parametrize("square", [True, False])
def test_side_0_changes_nothing_and_side_1_may_cover_everything(square):
    images = noise()
    np.testing.assert_array_equal(augmented(RandomErasing(0, square=square), images), images)
    _, masks = erased(RandomErasing(1, square=square), 4000, (4, 4, 1))
    assert masks.all(axis=(1, 2)).any()


@pytest.mark.parametrize("chance", [0, 0.25, 1])
def test_chance_is_the_share_of_the_pictures_that_lose_a_part(chance):
    _, masks = erased(RandomErasing(chance=chance))
    share = masks.any(axis=(1, 2)).mean()
    assert share == chance if chance in (0, 1) else abs(share - chance) < 0.07


def test_the_filling_is_grey_black_or_noise_and_the_rest_stays_as_it_was():
    images = noise(50)
    for fill in FILLS:
        changed = augmented(RandomErasing(square=True, fill=fill), images)
        gone = (changed != images).any(axis=-1)
        assert 0.05 < gone.mean() < 0.5
        np.testing.assert_array_equal(changed[~gone], images[~gone])
        if fill == "noise":
            assert changed[gone].min() >= 0 and changed[gone].max() <= 255
            np.testing.assert_allclose(changed[gone].mean(axis=0), 127.5, atol=8)
            assert changed[gone].std() > 65
            # The noise has nothing to do with the places, which are drawn from the same seed.
            assert np.abs(np.corrcoef(changed[gone].T) - np.eye(3)).max() < 0.1
        else:
            assert np.unique(changed[gone]) == (128 if fill == "gray" else 0)


def test_noise_falls_on_the_places_where_grey_does():
    images = np.full((9, 12, 10, 3), 255, np.uint8)
    places = [augmented(RandomErasing(fill=fill), images) != 255 for fill in FILLS]
    np.testing.assert_array_equal(places[0], places[1])
    np.testing.assert_array_equal(places[0], places[2])


@pytest.mark.parametrize("name", ["side", "chance"])
@pytest.mark.parametrize("amount", [-0.1, 1.01, "0.1"], ids=str)
def test_bad_shares_to_erase_are_refused(name, amount):
    with pytest.raises(ValueError, match=rf"{name}=.*: give a share from 0 to 1\."):
        RandomErasing(**{name: amount})


@pytest.mark.parametrize("fill", ["grey", None])
def test_an_unknown_filling_is_refused(fill):
    with pytest.raises(ValueError, match=f"fill={fill!r}: choose from gray, black, noise"):
        RandomErasing(fill=fill)


# Pipeline


class Add(Augmentation):
    """Add a number, or multiply: whoever comes first makes a difference."""

    def __init__(self, change):
        super().__init__()
        self.change = change

    def augment(self, images, seed):
        return self.change(tf.cast(images, tf.float32))


def test_a_pipeline_keeps_the_order_of_its_layers():
    plus, times = Add(lambda x: x + 1), Add(lambda x: x * 2)
    images = noise()
    np.testing.assert_array_equal(augmented(Pipeline([plus, times]), images), (images + 1.0) * 2)
    np.testing.assert_array_equal(augmented(Pipeline([times, plus]), images), images * 2.0 + 1)


def test_a_pipeline_gives_each_of_its_layers_a_seed_of_its_own():
    seeds = []

    class Listener(Augmentation):
        def augment(self, images, seed):
            seeds.append(tuple(seed.numpy()))
            return images

    pipeline = Pipeline([Listener(seed=1), Listener(seed=1), Listener(seed=2)])
    for seed in (0, 1):
        augmented(pipeline, noise(), seed)
    assert len(set(seeds)) == 6


def test_a_pipeline_does_not_care_for_the_seeds_of_its_layers():
    first, second = (Pipeline([RandomAffine(20, seed=seed)]) for seed in (1, 2))
    np.testing.assert_array_equal(augmented(first, noise()), augmented(second, noise()))


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], r"layers=\[\]: give at least one"),
        (RandomAffine(), "layers=<RandomAffine.*: give a list"),
        ([RandomAffine], "augment=<class .*: pass one such as"),
    ],
)
def test_a_pipeline_of_anything_but_augmentations_is_refused(layers, message):
    with pytest.raises(ValueError, match=message):
        Pipeline(layers)


# remove_gray


def test_remove_gray_sets_dark_pixels_to_0():
    images = noise()
    cleaned = remove_gray(images)
    np.testing.assert_array_equal(
        cleaned,
        [[[[p if p >= 200 else 0 for p in c] for c in r] for r in i] for i in images.tolist()],
    )
    assert cleaned.dtype == np.uint8


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        (0, [0, 1, 254, 255]),
        (1, [0, 1, 254, 255]),
        (255, [0, 0, 0, 255]),
        (np.int64(2), None),
        (1.5, None),
    ],
)
def test_remove_gray_keeps_pixels_from_the_threshold_on(below, expected):
    found = remove_gray(np.array([0, 1, 254, 255], np.uint8), below=below)
    assert found.tolist() == (expected or [0, 0, 254, 255])


def test_remove_gray_takes_read_only_pictures_and_leaves_them_alone():
    images = noise()
    before = images.copy()
    images.flags.writeable = False
    cleaned = remove_gray(images)
    np.testing.assert_array_equal(images, before)
    assert not np.shares_memory(images, cleaned)
    assert cleaned.flags.writeable


@pytest.mark.parametrize("images", [[1, 2], np.zeros(3), None], ids=repr)
def test_remove_gray_refuses_what_is_not_uint8(images):
    with pytest.raises(ValueError, match="uint8 array, not .*: pass the raw pictures"):
        remove_gray(images)


@pytest.mark.parametrize("below", [-1, 256, "200"])
def test_remove_gray_refuses_thresholds_out_of_range(below):
    with pytest.raises(ValueError, match="below=.*: give a grey value from 0 to 255"):
        remove_gray(noise(), below=below)


@pytest.mark.parametrize("images", [noise()[:, ::2, ::-1], noise()[0, 0, 0, 0, None], noise()[:0]])
def test_remove_gray_takes_any_shape_and_layout(images):
    np.testing.assert_array_equal(remove_gray(images), np.where(images < 200, 0, images))
    assert remove_gray(np.array(201, np.uint8)) == 201


def test_square_is_true_or_false():
    with pytest.raises(ValueError, match=r"square=int64 \(2,\): give True or False"):
        RandomErasing(square=np.arange(2))
