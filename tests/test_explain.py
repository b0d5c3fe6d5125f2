"""What a network sees, measured on networks whose eyes are known."""

import random

import numpy as np
import pytest
from scipy.signal import correlate2d

from cnncourse import explain, models
from cnncourse.backend import keras

SIDE = 16


def noise(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def detector(row, column, *, strength=8.0, batch_norm=False):
    """Return a network whose class 1 looks at the 3x3 pixels around one place, and no others."""
    model = models.conv_net(
        (SIDE, SIDE, 1), [(2, 1)], activation="relu", classes=2, batch_norm=batch_norm
    )
    convolution, dense = model.layers[2], model.layers[-1]
    convolution.kernel.assign(np.ones((1, 1, 1, 2)))
    weights = np.zeros((SIDE, SIDE, 2, 2), np.float32)
    weights[row - 1 : row + 2, column - 1 : column + 2, 0, 1] = strength
    dense.set_weights([weights.reshape(-1, 2), np.array([6 * strength, 0], np.float32)])
    return model


def spots(*places):
    image = np.zeros((SIDE, SIDE, 1), np.uint8)
    for row, column in places:
        image[row - 1 : row + 2, column - 1 : column + 2] = 255
    return image


# --- convolve and max_pool -----------------------------------------------------------------------


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_convolve_equals_scipys_correlation(padding):
    image, weights = noise(9, 7), noise(5, 3, seed=1)
    expected = correlate2d(image, weights, mode=padding)
    np.testing.assert_allclose(explain.convolve(image, weights, padding=padding), expected)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(
    ("channels", "kernel", "stride"),
    [(None, (3, 3), 1), (None, (2, 4), 2), (1, (5, 1), 3), (3, (2, 4), np.int64(2))],
)
def test_convolve_equals_kerass_convolution(channels, kernel, stride, padding):
    last = () if channels is None else (channels,)
    image, weights = noise(9, 8, *last), noise(*kernel, *last, seed=1)
    layer = keras.layers.Conv2D(1, kernel, strides=int(stride), padding=padding, use_bias=False)
    batch = image.reshape(1, 9, 8, channels or 1)
    layer.build(batch.shape)
    layer.kernel.assign(weights.reshape(*kernel, channels or 1, 1))
    expected = np.asarray(layer(batch))[0, ..., 0]
    found = explain.convolve(image, weights, stride=stride, padding=padding)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_convolve_does_not_wrap_uint8_around_nor_change_its_input():
    image = np.full((3, 3), 255, np.uint8)
    image.flags.writeable = False
    assert explain.convolve(image, -np.ones((3, 3), np.int8)).tolist() == [[-2295.0]]


@pytest.mark.parametrize(
    ("image", "kernel", "options", "message"),
    [
        ((5, 5, 3), (2, 2), {}, r"\(5, 5, 3\) and a kernel \(2, 2\) do not fit: give"),
        ((5, 5, 3), (2, 2, 1), {}, "do not fit"),
        ((5,), (2,), {}, "do not fit"),
        ((5, 5), (6, 1), {}, r"\(6, 1\) does not fit into the picture \(5, 5\): use a smaller"),
        ((5, 5), (0, 2), {}, "does not fit into"),
        ((5, 5), (2, 2), {"stride": 0}, "stride=0: give a whole number of at least 1"),
        ((5, 5), (2, 2), {"padding": "full"}, "padding='full': choose 'valid' or 'same'"),
    ],
)
def test_convolve_refuses_what_does_not_fit(image, kernel, options, message):
    with pytest.raises(ValueError, match=message):
        explain.convolve(np.ones(image), np.ones(kernel), **options)


@pytest.mark.parametrize("size", [1, 2, np.uint8(3)])
def test_max_pool_equals_kerass_pooling_and_keeps_the_number_type(size):
    image = noise(9, 7).astype(np.float32)
    expected = keras.layers.MaxPooling2D(int(size))(image[None, ..., None])[0, ..., 0]
    np.testing.assert_array_equal(explain.max_pool(image, size), expected)
    assert explain.max_pool(image, size).dtype == np.float32
    assert explain.max_pool(np.ones((4, 4), np.uint8), size).dtype == np.uint8


@pytest.mark.parametrize(
    ("shape", "size", "message"),
    [
        ((4, 4, 1), 2, r"\(4, 4, 1\) cannot be pooled by 2: give \(height, width\)"),
        ((4, 4), 0, "size=0: give a whole number"),
    ],
)
def test_max_pool_refuses_what_does_not_fit(shape, size, message):
    with pytest.raises(ValueError, match=message):
        explain.max_pool(np.ones(shape), size)


# --- feature_maps --------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_norm", [False, True])
def test_feature_maps_come_in_order_after_their_activation(batch_norm):
    model = models.conv_net((8, 8, 3), [4, "pool", 5], batch_norm=batch_norm, dropout=0.5)
    model(noise(4, 8, 8, 3) * 255, training=True)
    images = np.random.default_rng(1).integers(0, 256, (3, 8, 8, 3), dtype=np.uint8)
    maps = explain.feature_maps(model, images)

    expected, name, x = {}, None, images.astype(np.float32)
    for layer in model.layers[1:-2]:  # up to the flattening
        x = layer(x)
        if isinstance(layer, (keras.layers.Conv2D, keras.layers.MaxPooling2D)):
            name = layer.name
        if name:
            expected[name] = x
    kinds = [type(model.get_layer(name)).__name__ for name in maps]
    assert kinds == ["Conv2D", "MaxPooling2D", "Conv2D"]
    assert [values.shape[1:] for values in maps.values()] == [(6, 6, 4), (3, 3, 4), (1, 1, 5)]
    for name, values in maps.items():
        assert values.min() >= 0
        np.testing.assert_allclose(values, expected[name], rtol=1e-4, atol=1e-5)


def test_feature_maps_of_one_convolution_equal_convolve():
    model = models.conv_net((8, 8, 3), [2], activation=None)
    images = noise(2, 8, 8, 3)
    (values,) = explain.feature_maps(model, images).values()
    kernel = np.asarray(model.layers[2].kernel)
    for picture, filters in zip(images, values, strict=True):
        for number in range(2):
            expected = explain.convolve(picture / 255, kernel[..., number])
            np.testing.assert_allclose(filters[..., number], expected, rtol=1e-4, atol=1e-6)


# --- occlusion -----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [(4, 4), (1, 14)])
def test_occlusion_finds_the_pixels_that_a_network_looks_at(place):
    heat = explain.occlusion(detector(*place, strength=0.8), spots(place), 1, size=3, stride=1)
    assert heat.shape == (SIDE, SIDE)
    inner = heat[1:-1, 1:-1]  # pixels at the edge are covered by few squares
    assert np.unravel_index(inner.argmax(), inner.shape) == (place[0] - 1, place[1] - 1)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    far = np.maximum(abs(rows - place[0]), abs(columns - place[1])) > 3
    np.testing.assert_allclose(heat[far], 0, atol=1e-6)
    assert heat[place] > 0.1


def test_occlusion_has_the_other_sign_for_the_other_class():
    model, image = detector(5, 5, strength=0.8), spots((5, 5))
    first, second = (explain.occlusion(model, image, label, size=3) for label in (0, 1))
    np.testing.assert_allclose(first, -second, atol=1e-6)


@pytest.mark.parametrize(("size", "stride"), [(5, 5), (4, 3), (16, 2)])
def test_occlusion_covers_every_pixel_whatever_the_stride(size, stride):
    everywhere = models.conv_net((SIDE, SIDE, 1), [(2, 1)], classes=2)
    everywhere.layers[2].kernel.assign(np.ones((1, 1, 1, 2)))
    weights = np.stack([np.full(SIDE * SIDE * 2, 0.02), np.zeros(SIDE * SIDE * 2)], axis=1)
    everywhere.layers[-1].set_weights([weights, np.array([-8.0, 0])])
    white = np.full((SIDE, SIDE, 1), 255, np.uint8)
    heat = explain.occlusion(everywhere, white, 0, size=np.int64(size), stride=stride)
    assert heat.min() > 0


def test_occlusion_leaves_a_read_only_picture_alone():
    image = spots((5, 5))
    image.flags.writeable = False
    explain.occlusion(detector(5, 5), image, np.int64(1))
    np.testing.assert_array_equal(image, spots((5, 5)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image": np.zeros((SIDE, SIDE))}, r"takes \(N, 16, 16, 1\)"),
        ({"label": 2}, "label=2: give a whole number from 0 to 1"),
        ({"label": "1"}, "label='1': give a whole number"),
        ({"size": 17}, "size=17: give a whole number from 1 to 16"),
        ({"size": 3, "stride": 4}, "stride=4: give a whole number from 1 to 3"),
        ({"model": "model"}, "str is not a keras.Model"),
    ],
)
def test_occlusion_refuses_bad_arguments(changes, message):
    good = {"model": detector(5, 5), "image": spots((5, 5)), "label": 1}
    with pytest.raises(ValueError, match=message):
        explain.occlusion(**{**good, **changes})


# --- grad_cam ------------------------------------------------------------------------------------


# With a strength of 100 the probability is exactly 1.
@pytest.mark.parametrize(("strength", "batch_norm"), [(0.5, True), (100.0, False)])
def test_grad_cam_shows_what_speaks_for_a_class_however_sure_the_network_is(strength, batch_norm):
    model = detector(5, 5, strength=strength, batch_norm=batch_norm)
    image = spots((5, 5), (12, 12))
    heat = explain.grad_cam(model, image[None], np.array([1]))
    assert heat.shape == (1, SIDE, SIDE)
    assert heat.min() >= 0
    assert heat.max() == 1
    np.testing.assert_array_equal(heat[0] > 0, image[..., 0] > 0)
    # Nothing here speaks for the other class.
    assert explain.grad_cam(model, image[None], np.array([0])).max() == 0


def test_grad_cam_weighs_filters_by_the_chosen_class():
    """Filter 0 sees bright pixels and votes for class 0, filter 1 dark ones, for class 1."""
    model = models.conv_net((SIDE, SIDE, 1), [(2, 1)], classes=2)
    model.layers[2].set_weights([np.array([[[[2.0, -2.0]]]]), np.array([-1.0, 1.0])])
    votes = np.tile(np.eye(2), (SIDE * SIDE, 1)) * 0.01
    model.layers[-1].set_weights([votes, np.zeros(2)])
    image = spots((5, 5))
    bright, dark = explain.grad_cam(model, np.stack([image, image]), [0, 1])
    np.testing.assert_array_equal(bright > 0.5, image[..., 0] > 0)
    np.testing.assert_array_equal(dark > 0.5, image[..., 0] == 0)


def test_labels_may_be_small_numbers_of_numpy():
    """TensorFlow takes no uint8 for an index."""
    model, images = detector(5, 5), spots((5, 5))[None]
    heat = explain.grad_cam(model, images, np.array([1], np.uint8))
    np.testing.assert_array_equal(heat, explain.grad_cam(model, images, [1]))


def test_grad_cam_enlarges_the_maps_to_the_pictures_and_takes_frozen_models():
    keras.utils.set_random_seed(0)  # now and then a random network has nothing but empty maps
    model = models.conv_net((12, 8, 3), [4, "pool", 4], padding="same", dense=[4])
    model.trainable = False
    images = np.random.default_rng(0).integers(0, 256, (6, 12, 8, 3), dtype=np.uint8)
    heat = explain.grad_cam(model, images, np.arange(6))
    assert heat.shape == (6, 12, 8)
    assert heat.dtype == np.float32
    assert (heat.max(axis=(1, 2)) == 1).any()
    alone = explain.grad_cam(model, images[3:4], [3])
    np.testing.assert_allclose(heat[3:4], alone, atol=1e-4)


def test_grad_cam_takes_a_softmax_that_is_a_layer_of_its_own():
    model = detector(5, 5, strength=0.5)
    linear = keras.layers.Dense(2)
    outputs = keras.layers.Softmax()(linear(model.layers[-1].input))
    linear.set_weights(model.layers[-1].get_weights())
    apart = keras.Model(model.inputs, outputs)
    image = spots((5, 5))[None]
    expected = explain.grad_cam(model, image, [1])
    np.testing.assert_allclose(explain.grad_cam(apart, image, [1]), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": np.array([1, 1])}, r"labels has the shape \(2,\) for 1 pictures"),
        ({"labels": np.array([2])}, "labels is int64 .* from 2 to 2: give each picture .* 0 to 1"),
        ({"labels": np.array([0.5])}, "labels is float64 .*: give each picture a whole number"),
        ({"images": spots((5, 5))}, r"a single one is x_test\[:1\]"),
        ({"model": models.dense_net}, "function is not a keras.Model"),
    ],
)
def test_grad_cam_refuses_bad_arguments(changes, message):
    good = {"model": detector(5, 5), "images": spots((5, 5))[None], "labels": np.array([1])}
    with pytest.raises(ValueError, match=message):
        explain.grad_cam(**{**good, **changes})


def test_networks_without_convolutions_are_refused():
    model, images = models.dense_net((SIDE, SIDE, 1), [4]), spots((5, 5))[None]
    for call in (
        lambda: explain.feature_maps(model, images),
        lambda: explain.grad_cam(model, images, [1]),
    ):
        with pytest.raises(ValueError, match="has no convolution: take a network from conv_net"):
            call()


# --- networks within networks, committees and averaged views --------------------------------------


def nested(body, *, size=SIDE):
    """Return a network whose layer "base" is another network, as transfer learning has it."""
    inputs = keras.Input((size, size, 1))
    x = keras.layers.Rescaling(1 / 255)(inputs)
    x = keras.layers.GlobalAveragePooling2D()(body(x))
    return keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(x))


def body_of(kind):
    layers = [keras.layers.Conv2D(3, 3, name="first"), keras.layers.ReLU()]
    layers += [keras.layers.Conv2D(4, 3, use_bias=False, name="second")]
    layers += [keras.layers.BatchNormalization(), keras.layers.ReLU(), keras.layers.MaxPooling2D()]
    sequential = keras.Sequential([keras.Input((SIDE, SIDE, 1)), *layers], name="base")
    if kind == "sequential":
        return sequential
    body = keras.Model(sequential.inputs[0], sequential.outputs[0], name="base")
    body.trainable = False
    return body


def random_pictures(count=3):
    return np.random.default_rng(0).integers(0, 256, (count, SIDE, SIDE, 1), dtype=np.uint8)


@pytest.mark.parametrize("kind", ["functional", "sequential"])
def test_a_network_inside_a_network_is_looked_into(kind):
    body, pictures = body_of(kind), random_pictures()
    model = nested(body)
    flat = keras.Model(
        model.inputs,
        model.layers[-1](
            keras.layers.GlobalAveragePooling2D()(
                keras.Sequential(body.layers).call(keras.layers.Rescaling(1 / 255)(model.inputs[0]))
            )
        ),
    )
    expected = explain.feature_maps(flat, pictures)
    found = explain.feature_maps(model, pictures)
    assert list(found)[:2] == ["base/first", "base/second"]
    assert len(found) == len(expected) == 3
    for maps, wanted in zip(found.values(), expected.values(), strict=True):
        np.testing.assert_allclose(maps, wanted, atol=1e-5)
    heat = explain.grad_cam(model, pictures, [0, 1, 0])
    np.testing.assert_allclose(heat, explain.grad_cam(flat, pictures, [0, 1, 0]), atol=1e-5)
    assert explain.occlusion(model, pictures[0], 1).shape == (SIDE, SIDE)


def test_a_pretrained_network_is_looked_into():
    keras.utils.set_random_seed(0)
    model = models.pretrained("MobileNetV2", size=32, weights=None, classes=3)
    pictures = np.random.default_rng(0).integers(0, 256, (2, 40, 40, 3), dtype=np.uint8)
    heat = explain.grad_cam(model, pictures, [0, 2])
    assert heat.shape == (2, 40, 40)
    maps = explain.feature_maps(model, pictures)
    assert all(name.startswith("base/") for name in maps)  # not what prepares the pixels


def test_where_branches_come_together_grad_cam_takes_what_they_give_in_common():
    inputs = keras.Input((SIDE, SIDE, 1))
    before = keras.layers.Conv2D(2, 1, name="before")(inputs)
    added = before + keras.layers.Conv2D(2, 1, kernel_initializer="zeros")(before)
    x = keras.layers.Flatten()(keras.layers.ReLU()(added))
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(x))
    model.get_layer("before").set_weights([np.ones((1, 1, 1, 2)), np.zeros(2)])
    model.layers[-1].set_weights([np.tile([[0, 1.0]], (SIDE * SIDE * 2, 1)), np.zeros(2)])
    image = spots((5, 5))
    heat = explain.grad_cam(model, image[None], [1])[0]
    np.testing.assert_array_equal(heat > 0, image[..., 0] > 0)  # the last convolution gives 0


def test_depthwise_convolutions_are_convolutions():
    inputs = keras.Input((SIDE, SIDE, 1))
    x = keras.layers.GlobalAveragePooling2D()(keras.layers.SeparableConv2D(3, 3)(inputs))
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(x))
    assert len(explain.feature_maps(model, random_pictures())) == 1
    assert explain.grad_cam(model, random_pictures(1), [1]).shape == (1, SIDE, SIDE)


def test_a_committees_heat_map_is_the_mean_of_its_members():
    first, second = detector(5, 5, strength=0.5), detector(10, 10, strength=0.5, batch_norm=True)
    image, labels = spots((5, 5), (10, 10))[None], np.array([1])
    heats = [explain.grad_cam(model, image, labels) for model in (first, second)]
    both = models.committee([first, second])
    np.testing.assert_allclose(explain.grad_cam(both, image, labels), np.mean(heats, 0), atol=1e-6)
    names = [name.split("/")[0] for name in explain.feature_maps(both, image)]
    assert names == ["member_1", "member_2"]
    twice = models.committee([first, both])
    expected = (heats[0] + np.mean(heats, 0)) / 2
    np.testing.assert_allclose(explain.grad_cam(twice, image, labels), expected, atol=1e-6)
    alone = models.committee([first])
    np.testing.assert_allclose(explain.grad_cam(alone, image, labels), heats[0], atol=1e-6)
    assert explain.occlusion(both, image[0], 1).shape == (SIDE, SIDE)


@pytest.mark.parametrize("flip", [False, True])
def test_the_heat_maps_of_averaged_views_are_moved_back(flip):
    """Each pixel speaks for class 1 by itself: each view's map, moved back, is the picture's."""
    model = models.conv_net((SIDE, SIDE, 1), [(2, 1)], classes=2)
    model.layers[2].set_weights([np.ones((1, 1, 1, 2)), np.zeros(2)])
    votes = np.tile([[0, 0.01]], (SIDE * SIDE * 2, 1))
    model.layers[-1].set_weights([votes, np.zeros(2)])
    image = spots((5, 5), (12, 9))[None]
    views = models.test_time_average(model, shift=2, flip=flip)
    heat = explain.grad_cam(views, image, [1])
    np.testing.assert_allclose(heat, explain.grad_cam(model, image, [1]), atol=1e-6)
    maps = explain.feature_maps(views, image)
    (expected,) = explain.feature_maps(model, image).values()
    np.testing.assert_allclose(*maps.values(), expected, atol=1e-6)
    assert explain.occlusion(views, image[0], 1).shape == (SIDE, SIDE)


def test_views_in_other_colours_move_nothing():
    model, inputs = detector(5, 5, strength=0.5), keras.Input((SIDE, SIDE, 1))
    answers = [model(inputs), model(255 - inputs)]
    both = keras.Model(inputs, keras.layers.Average()(answers))
    image = spots((5, 5))[None]
    heats = [explain.grad_cam(model, picture, [1]) for picture in (image, 255 - image)]
    np.testing.assert_allclose(explain.grad_cam(both, image, [1]), np.mean(heats, 0), atol=1e-6)


def test_inner_networks_without_convolutions_and_pixels_from_0_to_1_are_refused():
    dense = models.committee([models.dense_net((SIDE, SIDE, 1), [4]) for _ in range(2)])
    with pytest.raises(ValueError, match="has no convolution: take a network from conv_net"):
        explain.grad_cam(dense, random_pictures(1), [1])
    for model in (models.committee([detector(5, 5)]), models.test_time_average(detector(5, 5))):
        with pytest.raises(ValueError, match="scales the pixels itself"):
            explain.grad_cam(model, random_pictures(1) / 255, [1])


def test_a_network_that_has_diverged_is_refused_not_drawn_as_if_it_saw_nothing():
    model, image = detector(5, 5), spots((5, 5))
    model.layers[2].set_weights([np.full((1, 1, 1, 2), np.nan), np.zeros(2)])
    for call in (
        lambda: explain.grad_cam(model, image[None], [1]),
        lambda: explain.feature_maps(model, image[None]),
        lambda: explain.occlusion(model, image, 1),
    ):
        with pytest.raises(ValueError, match="NaN or infinity.*has diverged. Build it anew"):
            call()


# --- with_random_weights -------------------------------------------------------------------------


def test_with_random_weights_changes_a_copy_and_not_the_original():
    model = models.conv_net((SIDE, SIDE, 1), [4, "pool"], dense=[5], batch_norm=True)
    before = [weight.copy() for weight in model.get_weights()]
    copies = [explain.with_random_weights(model, seed=seed) for seed in (1, 1, 2)]
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    kernels = [copy.layers[2].get_weights()[0] for copy in copies]
    assert np.abs(kernels[0] - before[0]).min() > 0
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert np.abs(kernels[0] - kernels[2]).min() > 0
    # As Keras sees them: a copy has Keras' own batch normalisation.
    kinds = [[layer.__class__ for layer in network.layers] for network in (copies[0], model)]
    assert kinds[0] == kinds[1]


def test_with_random_weights_copies_the_members_of_a_committee_too():
    member = models.conv_net((SIDE, SIDE, 1), [4])
    before = [weight.copy() for weight in member.get_weights()]
    copy = explain.with_random_weights(models.committee([member]))
    assert np.abs(copy.get_weights()[0] - before[0]).min() > 0
    for weight in copy.weights:
        weight.assign(weight * 0 + 7)
    np.testing.assert_array_equal(member.get_weights()[0], before[0])


def test_with_random_weights_follow_from_the_seed_and_leave_the_random_states_alone():
    model = models.dense_net((8, 8, 1), [3])
    keras.utils.set_random_seed(1)
    expected = random.random(), np.random.rand()
    keras.utils.set_random_seed(1)
    explain.with_random_weights(model, seed=5)
    assert (random.random(), np.random.rand()) == expected


def test_with_random_weights_refuses_what_is_not_a_model_or_a_seed():
    with pytest.raises(ValueError, match="dict is not a keras.Model; a run's model is `run.model`"):
        explain.with_random_weights({})
    with pytest.raises(ValueError, match="seed=0.5: give a whole number from 0 to"):
        explain.with_random_weights(models.dense_net((8, 8, 1), [2]), seed=0.5)


# --- what is not a picture and not a classifier --------------------------------------------------


def test_what_is_not_a_picture_is_refused_before_numpy_can():
    net = models.conv_net((8, 8, 1), [2])
    for call in (
        lambda: explain.convolve("text", np.eye(2)),
        lambda: explain.max_pool([[1, 2], [3]]),
        lambda: explain.feature_maps(net, None),
        lambda: explain.grad_cam(net, [["a", "b"]], [1]),
        lambda: explain.occlusion(net, "text", 1),
    ):
        with pytest.raises(ValueError, match="found: give (numbers|pictures|one picture)"):
            call()


def test_a_model_without_a_known_input_or_without_classes_is_refused():
    pictures = np.zeros((1, 8, 8, 1), np.uint8)
    unbuilt = keras.Sequential([keras.layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match="needs one known input and output: add a keras.Input"):
        explain.feature_maps(unbuilt, pictures)
    maps = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match=r"gives \(None, 6, 6, 2\), not a number for each class"):
        explain.grad_cam(maps, pictures, [1])
