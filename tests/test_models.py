"""The builders: sizes, refusals, and models that average."""

import random

import numpy as np
import pytest

from cnncourse import models
from cnncourse.backend import fixed_seed, keras

SHAPE = (8, 10, 3)


def pictures(count=5, shape=SHAPE):
    return np.random.default_rng(0).integers(0, 256, (count, *shape), dtype=np.uint8)


def answers(model, images=None):
    return np.asarray(model(pictures() if images is None else images, training=False))


def saved_and_loaded(model, folder):
    model.save(folder / "model.keras")
    return keras.saving.load_model(folder / "model.keras", safe_mode=True)


def small_net(**options):
    return models.conv_net(SHAPE, [4, "pool"], **options)


def drawn_numbers():
    return random.random(), float(np.random.rand()), float(keras.random.uniform(()))


def test_a_fixed_seed_sets_the_first_weights_and_leaves_the_random_states_alone():
    def seed_all():
        keras.utils.clear_session()  # before Keras 3.13 the generator of keras.random stays else
        keras.utils.set_random_seed(7)

    def first_weights(seed):
        with fixed_seed(seed):
            drawn_numbers()
            return small_net(batch_norm=True, dropout=0.5).get_weights()

    seed_all()
    expected = [drawn_numbers() for _ in range(3)]
    seed_all()
    found = [drawn_numbers()]  # from here on keras.random has a generator that could be moved
    one, again, other = map(first_weights, (1, 1, 2))
    found.append(drawn_numbers())
    with pytest.raises(RuntimeError), fixed_seed(1):
        drawn_numbers()
        raise RuntimeError
    assert [*found, drawn_numbers()] == expected
    assert all(map(np.array_equal, one, again))
    assert not any(map(np.array_equal, (one[0], one[-2]), (other[0], other[-2])))

    seed_all()
    first_weights(1)  # before keras.random has a generator
    assert drawn_numbers() == expected[0]


REFERENCES = {
    "E12": (lambda: models.dense_net((28, 28, 1), [512, 256]), 535_818),
    "E13": (
        lambda: models.conv_net(
            (28, 28, 1), [(10, 5), (10, 5), "pool"], dense=[64], padding="same"
        ),
        128_924,
    ),
    "E21": (lambda: models.conv_net((28, 28, 1), [64, "pool", 64, "pool"], dense=[128]), 243_786),
    "E22": (
        lambda: models.conv_net(
            (32, 32, 3),
            [32, 32, "pool", 64, 64, "pool", 128, 128, "pool"],
            dense=[128, 64],
            padding="same",
            activation=None,
        ),
        558_186,
    ),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_the_reference_experiments_have_their_numbers_of_parameters(name):
    build, count = REFERENCES[name]
    assert build().count_params() == count


def test_rescaling_adds_no_parameter_and_brings_pixels_to_0_to_1():
    model = models.dense_net(SHAPE, [4])
    rescaling = model.layers[1]
    assert isinstance(rescaling, keras.layers.Rescaling)
    assert rescaling.count_params() == 0
    np.testing.assert_allclose(rescaling(np.array([0.0, 51.0, 255.0])), [0, 0.2, 1], rtol=1e-6)


def test_the_list_of_layers_is_the_architecture():
    model = models.conv_net(
        (28, 28, 1), [(24, 5), "pool", 32], dense=[7], batch_norm=True, dropout=0.25, classes=4
    )
    kinds = [type(layer).__name__ for layer in model.layers]
    convolution = ["Conv2D", "FusedBatchNormalization", "Activation"]
    ending = ["Flatten", "Dense", "Dropout", "Dense"]
    start = ["InputLayer", "Rescaling"]
    assert kinds == start + convolution + ["MaxPooling2D", "Dropout"] + convolution + ending
    assert model.layers[2].kernel.shape == (5, 5, 1, 24)
    assert model.layers[7].kernel.shape == (3, 3, 24, 32)
    assert {layer.rate for layer in model.layers if hasattr(layer, "rate")} == {0.25}
    assert model.layers[4].activation is keras.activations.relu
    assert model.output_shape == (None, 4)


def test_linear_convolutions_can_be_negative():
    linear, rectified = (
        keras.Model(net.inputs, net.layers[2].output)
        for net in (small_net(activation=None), small_net())
    )
    assert answers(linear).min() < 0
    assert answers(rectified).min() == 0


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_padding_and_kernel_set_the_size_of_the_maps(padding):
    model = models.conv_net((28, 28, 1), [4], kernel=5, padding=padding)
    assert model.layers[2].output.shape[1:3] == ((24, 24) if padding == "valid" else (28, 28))


@pytest.mark.parametrize("net", [small_net, lambda: models.dense_net(SHAPE, [4])])
def test_answers_are_probabilities_and_alike_for_uint8_and_float32(net):
    model = net()
    assert not model.compiled
    found = model.predict(pictures(), verbose=0)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(found, answers(model, pictures().astype(np.float32)), rtol=1e-5)


def test_a_vanishing_picture_is_refused_with_its_path_and_the_cures():
    with pytest.raises(ValueError) as refusal:
        models.conv_net((28, 28, 1), [32, "pool", 32, "pool", 32, "pool", "pool"])
    assert str(refusal.value) == (
        "The picture shrinks away: 28 -> 26 -> 13 -> 11 -> 5 -> 3 -> 1 -> 0 at layer 7 (pool). "
        "Use fewer pooling layers, smaller filters, or padding='same'."
    )


@pytest.mark.parametrize(
    ("shape", "layers", "path"),
    [
        ((28, 4, 1), [8, 8], "4 -> 2 -> 0 at layer 2 (convolution 3x3)"),
        ((28, 28, 1), [(8, 40)], "28 -> 0 at layer 1 (convolution 40x40)"),
        ((1, 1, 1), ["pool"], "1 -> 0 at layer 1 (pool)"),
    ],
)
def test_the_smaller_side_and_the_guilty_layer_are_named(shape, layers, path):
    with pytest.raises(ValueError) as refusal:
        models.conv_net(shape, layers)
    assert f"shrinks away: {path}." in str(refusal.value)


def test_a_picture_may_shrink_to_one_pixel():
    assert models.conv_net((3, 3, 1), [2]).layers[2].output.shape[1:3] == (1, 1)


def test_numpy_numbers_are_numbers_too(tmp_path):
    integer = np.uint8
    model = models.conv_net(
        (integer(8), integer(8), integer(1)),
        [integer(4), (integer(3), integer(2)), "pool"],
        dense=np.array([5], integer),
        kernel=integer(2),
        dropout=np.float32(0.5),
        classes=integer(3),
    )
    plain = models.conv_net((8, 8, 1), [4, (3, 2), "pool"], dense=[5], kernel=2, classes=3)
    assert model.count_params() == plain.count_params()
    images = pictures(2, (8, 8, 1))
    again = saved_and_loaded(model, tmp_path)
    np.testing.assert_array_equal(answers(model, images), answers(again, images))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_shape": (28, 28)}, r"input_shape=\(28, 28\): give height, width and channels"),
        ({"input_shape": (28, 0, 1)}, r"input_shape=\(28, 0, 1\): give height"),
        ({"layers": [0]}, "filters=0: give a whole number of at least 1"),
        ({"layers": [(8, 3, 3)]}, r"filters=\(8, 3, 3\): give a whole number"),
        ({"layers": [(8, 0)]}, "kernel=0: give a whole number"),
        ({"layers": ["pol"]}, "Unknown layer 'pol': write a number of filters, or 'pool'"),
        ({"layers": "pool"}, r"layers='pool': give a list, such as \['pool'\]"),
        ({"layers": [4000, 9000]}, "filters, kernel=.* of 324,000,000 weights is too large.*Use f"),
        ({"kernel": 2.5}, "kernel=2.5: give a whole number"),
        ({"padding": "full"}, "padding='full': choose 'valid' or 'same'"),
        ({"dense": 64}, r"dense units=64: give a list, such as \[64\]"),
        ({"dense": [1.5]}, "dense units=1.5: give a whole number"),
        ({"dense": [10**6]}, "dense units=1000000: a layer of 1,352,000,000 weights is too large"),
        ({"dropout": 1}, "dropout=1: give a share from 0 to below 1"),
        ({"batch_norm": "yes"}, "batch_norm='yes': give True or False"),
        ({"activation": "rellu"}, "activation='rellu': name one of Keras' activations"),
        ({"classes": "10"}, "classes='10': give a whole number"),
    ],
)
def test_conv_net_refuses_bad_arguments_with_the_remedy(arguments, message):
    good = {"input_shape": (28, 28, 1), "layers": [2]}
    with pytest.raises(ValueError, match=message):
        models.conv_net(**{**good, **arguments})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_shape": (28,)}, r"input_shape=\(28,\): give height"),
        ({"units": 64}, r"dense units=64: give a list"),
        ({"dropout": 2}, "dropout=2: give a share"),
        ({"classes": 0}, "classes=0: give a whole number"),
    ],
)
def test_dense_net_refuses_bad_arguments_with_the_remedy(arguments, message):
    with pytest.raises(ValueError, match=message):
        models.dense_net(**{"input_shape": (28, 28, 1), "units": [2], **arguments})


def test_a_conv_net_comes_back_from_its_file(tmp_path):
    model = small_net(dense=[5], batch_norm=True, dropout=0.2)
    model(pictures(), training=True)  # moves the statistics away from their start
    again = saved_and_loaded(model, tmp_path)  # with Keras' own batch normalisation
    np.testing.assert_allclose(answers(again), answers(model), atol=1e-6, rtol=0)


# --- committee -----------------------------------------------------------------------------------


def test_a_committee_averages_its_members():
    members = [small_net(batch_norm=True), models.dense_net(SHAPE, [4]), small_net()]
    expected = np.mean([answers(member) for member in members], axis=0)
    found = answers(models.committee(members))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


def test_a_committee_shares_its_members_weights():
    member = models.dense_net(SHAPE, [])
    model = models.committee([member, models.dense_net(SHAPE, [])])
    before = answers(model)
    member.layers[-1].bias.assign(np.arange(10) * 1.0)
    assert np.abs(answers(model) - before).max() > 0.1


def test_a_member_that_comes_twice_has_two_votes(tmp_path):
    first, second = small_net(), models.dense_net(SHAPE, [4])
    model = models.committee([first, first, second])
    expected = (2 * answers(first) + answers(second)) / 3
    np.testing.assert_allclose(answers(model), expected, rtol=1e-5, atol=1e-7)
    assert model.count_params() == first.count_params() + second.count_params()
    np.testing.assert_array_equal(answers(model), answers(saved_and_loaded(model, tmp_path)))


def test_a_committee_may_have_one_member_and_that_may_be_sequential():
    layers = [keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
    member = keras.Sequential(layers)
    np.testing.assert_array_equal(answers(models.committee([member])), answers(member))


def test_members_may_share_the_names_of_model_and_layers(tmp_path):
    """As models have that come from separate processes."""
    members = []
    for _ in range(2):
        keras.backend.clear_session()
        members.append(small_net())
    assert members[0].name == members[1].name
    assert [v.path for v in members[0].variables] == [v.path for v in members[1].variables]
    model = models.committee(members)
    expected = (answers(members[0]) + answers(members[1])) / 2
    np.testing.assert_allclose(answers(model), expected, rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(answers(model), answers(saved_and_loaded(model, tmp_path)))


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (lambda: [], "members is empty"),
        (lambda: [small_net(), "model"], r"str is not a keras.Model; .*`run.model`"),
        (lambda: small_net(), "members=.*give a list"),
        (lambda: [small_net(), models.dense_net((8, 8, 3), [2])], "shapes differ: .*8, 8, 3"),
        (lambda: [small_net(), small_net(classes=4)], "shapes differ: .*None, 4"),
        (lambda: [keras.Sequential([keras.layers.Dense(2)])], "add a keras.Input"),
    ],
)
def test_a_committee_refuses_what_does_not_fit(members, message):
    with pytest.raises(ValueError, match=message):
        models.committee(members())


# --- test_time_average ---------------------------------------------------------------------------


def views(images, shift, flip):
    """Return the pictures moved by hand, the edge repeated, and mirrored ones if asked."""
    height, width = images.shape[1:3]
    padded = np.pad(images, [(0, 0), (shift, shift), (shift, shift), (0, 0)], mode="edge")
    moves = {(0, 0), (shift, 0), (-shift, 0), (0, shift), (0, -shift)}
    moved = [
        padded[:, shift + down : shift + down + height, shift + right : shift + right + width]
        for down, right in moves
    ]
    return moved + ([view[:, :, ::-1] for view in moved] if flip else [])


@pytest.mark.parametrize(("shift", "flip"), [(0, True), (1, False), (np.int64(2), np.True_)])
def test_test_time_average_is_the_mean_over_the_views(shift, flip):
    model = models.dense_net(SHAPE, [4])
    averaged = models.test_time_average(model, shift=shift, flip=flip)
    expected = np.mean([answers(model, view) for view in views(pictures(), shift, flip)], axis=0)
    np.testing.assert_allclose(answers(averaged), expected, rtol=1e-5, atol=1e-7)
    assert np.abs(answers(model) - expected).max() > 1e-4


def test_a_committee_can_be_averaged_over_views_and_saved(tmp_path):
    members = models.committee([small_net(batch_norm=True), models.dense_net(SHAPE, [4])])
    model = models.test_time_average(members)
    expected = np.mean([answers(members, view) for view in views(pictures(), 1, False)], axis=0)
    np.testing.assert_allclose(answers(model), expected, rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(answers(model), answers(saved_and_loaded(model, tmp_path)))


def test_test_time_average_without_views_answers_like_its_model():
    model = models.dense_net(SHAPE, [4])
    averaged = models.test_time_average(model, shift=0)
    np.testing.assert_array_equal(answers(averaged), answers(model))


def test_views_of_pictures_of_any_size_are_refused_with_the_remedy():
    inputs = keras.Input((None, None, 3))
    x = keras.layers.GlobalAveragePooling2D()(inputs)
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(x))
    with pytest.raises(ValueError, match="takes pictures of any size.*keras.Input"):
        models.test_time_average(model)
    fixed = keras.Input((8, 8, 3))
    assert models.test_time_average(keras.Model(fixed, model(fixed))).output_shape == (None, 2)


@pytest.mark.parametrize("shift", [-1, 8, 1.0])
def test_test_time_average_refuses_a_shift_that_does_not_fit(shift):
    with pytest.raises(ValueError, match="shift=.*: give a whole number from 0 to 7"):
        models.test_time_average(small_net(), shift=shift)


def test_test_time_average_refuses_what_is_not_a_model_of_pictures_or_not_true_or_false():
    with pytest.raises(ValueError, match="list is not a keras.Model"):
        models.test_time_average([small_net()])
    inputs = keras.Input((4,))
    with pytest.raises(ValueError, match=r"input_shape=\(4,\): give height, width and channels"):
        models.test_time_average(keras.Model(inputs, keras.layers.Dense(2)(inputs)))
    with pytest.raises(ValueError, match="flip='no': give True or False"):
        models.test_time_average(small_net(), flip="no")


# --- fast_net ------------------------------------------------------------------------------------


COLOURFUL = np.random.default_rng(1).integers(0, 256, (300, 16, 16, 3)).astype(np.uint8)


def test_fast_nets_first_layer_whitens_the_patches_and_is_not_trained():
    smooth = (COLOURFUL.cumsum(1) // np.arange(1, 17)[:, None, None]).astype(np.uint8)
    model = models.fast_net(smooth, [8, 8])
    whiten = model.get_layer("whiten")
    assert not whiten.trainable
    values = keras.Model(model.inputs, whiten.output).predict(smooth, verbose=0)
    half = values.shape[-1] // 2
    np.testing.assert_allclose(values[..., :half], -values[..., half:], atol=1e-5)
    patches = values[..., :half].reshape(-1, half)
    np.testing.assert_allclose(patches.T @ patches / len(patches), np.eye(half), atol=0.1)


def test_fast_net_begins_with_filters_that_copy_channels():
    model = models.fast_net(COLOURFUL, [8, 16])
    kernels = [w for w in model.trainable_weights if w.shape.rank == 4]
    assert len(kernels) == 4
    for kernel in kernels:
        copied = min(kernel.shape[2:])
        np.testing.assert_array_equal(kernel[1, 1, :copied, :copied], np.eye(copied))


def test_fast_net_learns_and_comes_back_from_disk(tmp_path):
    labels = np.arange(len(COLOURFUL)) % 3
    tinted = COLOURFUL // 4
    tinted[np.arange(len(tinted)), :, :, labels] += 60
    keras.utils.set_random_seed(0)
    model = models.fast_net(tinted, [8], classes=3)
    optimizer = keras.optimizers.SGD(0.1)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(tinted, labels, epochs=6, verbose=0)
    assert model.evaluate(tinted, labels, verbose=0)[1] > 0.9
    again = saved_and_loaded(model, tmp_path)
    np.testing.assert_allclose(answers(model, tinted), answers(again, tinted), atol=1e-6)


def test_fast_net_takes_grey_pictures_too():
    grey = pictures(20, (28, 28, 1))
    np.testing.assert_allclose(answers(models.fast_net(grey), grey).sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("given", "widths", "message"),
    [
        (COLOURFUL.astype("float32"), [8], "pictures: float32"),
        (COLOURFUL[0], [8], r"\(16, 16, 3\): give training pictures"),
        (None, [8], "pictures: None: give training"),
        (COLOURFUL[:0], [8], r"\(0, 16, 16, 3\): give training"),
        (COLOURFUL, [8, 8, 8, 8], "16 x 16 shrink away in 4 blocks"),
        (COLOURFUL, [0], "widths=0"),
        (COLOURFUL, 8, "widths=8: give a list"),
    ],
)
def test_fast_net_refuses_what_makes_no_network(given, widths, message):
    with pytest.raises(ValueError, match=message):
        models.fast_net(given, widths)
