"""Our layers do what Keras' own do, in each precision that a GPU uses."""

import numpy as np
import pytest
from keras.src.testing import TestCase

from cnncourse.augmentation import Pipeline, RandomAffine, RandomErasing
from cnncourse.backend import keras, tf
from cnncourse.layers import FusedBatchNormalization

SHAPE = (6, 5, 4, 3)


def pictures(seed, shape=SHAPE):
    return np.random.default_rng(seed).normal(3, 2, shape).astype(np.float32)


def both(shape=SHAPE, **options):
    """Return the fused layer and Keras' with the same weights, none of them trivial."""
    layers = [
        kind(**options) for kind in (FusedBatchNormalization, keras.layers.BatchNormalization)
    ]
    for layer in layers:
        layer.build((None, *shape[1:]))
        rng = np.random.default_rng(9)
        layer.set_weights([rng.uniform(0.5, 2, w.shape) for w in layer.get_weights()])
    return layers


# Keras' own test of a layer: its config, files, shapes, types, and a model that is trained with it


@pytest.fixture
def policy(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield
    keras.config.set_dtype_policy(before)


@keras.saving.register_keras_serializable(package="tests")
class WrittenAsItself(FusedBatchNormalization):
    """What comes back is of the same class, as Keras' test wants it."""

    __class__ = property(lambda self: WrittenAsItself)


AUGMENTATIONS = {
    RandomAffine: {"rotation": 10, "flip": True},
    RandomErasing: {"side": 0.3, "fill": "noise"},
    Pipeline: {"layers": [RandomErasing(0.3), keras.layers.RandomFlip()]},
}


@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
@pytest.mark.parametrize("policy", ["float32", "mixed_float16"], indirect=True)
@pytest.mark.parametrize("kind", [WrittenAsItself, *AUGMENTATIONS])
def test_layers_pass_the_test_of_keras(policy, kind):
    is_norm = kind not in AUGMENTATIONS
    TestCase().run_layer_test(
        kind,
        init_kwargs=AUGMENTATIONS.get(kind, {"momentum": 0.9}),
        input_shape=SHAPE,
        expected_output_shape=SHAPE,
        expected_num_trainable_weights=2 * is_norm,
        expected_num_non_trainable_weights=2 * is_norm,
        expected_num_seed_generators=3 if kind is Pipeline else not is_norm,
        expected_num_losses=0,
        supports_masking=is_norm,
    )


# FusedBatchNormalization

OPTIONS = [{}, {"momentum": 0.5, "epsilon": 0.1}, {"scale": False, "center": False}, {"axis": 1}]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("training", [True, False])
def test_outputs_and_gradients_equal_those_of_keras(options, training):
    outputs, gradients = [], []
    for layer in both(**options):
        x = tf.constant(pictures(1))
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=training)
            loss = tf.reduce_sum(tf.sin(y) * pictures(2))
        variables = [v.value for v in layer.trainable_variables]
        outputs.append(y)
        gradients.append(tape.gradient(loss, [x, *variables]))
    np.testing.assert_allclose(*outputs, rtol=1e-4, atol=1e-5)
    for found, expected in zip(*gradients, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_moving_statistics_equal_those_of_keras_after_several_steps(options):
    fused, keras_layer = both(**options)
    before = fused.get_weights()[-1].copy()
    for step in range(5):
        for layer in (fused, keras_layer):
            layer(pictures(step), training=True)
    for found, expected in zip(fused.get_weights(), keras_layer.get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert np.abs(before - fused.get_weights()[-1]).min() > 0.01


def test_the_variance_of_a_single_pixel_is_that_of_keras():
    fused, keras_layer = both((1, 1, 1, 3))
    for layer in (fused, keras_layer):
        layer(pictures(0, (1, 1, 1, 3)), training=True)
    np.testing.assert_allclose(fused.moving_variance, keras_layer.moving_variance, rtol=1e-6)


def test_a_frozen_layer_uses_and_keeps_its_moving_statistics():
    layers = both()
    for layer in layers:
        layer.trainable = False
    before = [w.copy() for w in layers[0].get_weights()]
    found, expected = (layer(pictures(0), training=True) for layer in layers)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(before[2:], layers[0].get_weights()[2:])


@pytest.mark.parametrize("shape, dtype", [((8, 3), "float32"), (SHAPE, "float64")])
@pytest.mark.parametrize("training", [True, False])
def test_what_the_kernel_does_not_take_goes_through_keras(shape, dtype, training):
    layers = both(shape, dtype=dtype)
    x = pictures(0, shape).astype(dtype)
    found, expected = (layer(x, training=training) for layer in layers)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_training_a_model_gives_the_weights_that_keras_gives():
    x, y = pictures(3, (64, 5, 4, 3)), np.arange(64) % 2
    trained = []
    for kind in (FusedBatchNormalization, keras.layers.BatchNormalization):
        keras.utils.set_random_seed(0)
        layers = [keras.layers.Conv2D(4, 3), kind(momentum=0.9), keras.layers.Flatten()]
        model = keras.Sequential([keras.Input((5, 4, 3)), *layers, keras.layers.Dense(2)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile("sgd", loss)
        model.fit(x, y, batch_size=16, epochs=2, shuffle=False, verbose=0)
        trained.append(model.get_weights())
    for found, expected in zip(*trained, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def test_fast_offsets_have_a_larger_gradient_and_the_same_outputs():
    outputs, gradients = [], []
    for speed in (1, 64):
        layer = FusedBatchNormalization(scale=False, offset_speed=speed)
        layer.build((None, 5, 4, 3))
        layer.beta.assign([0.1, -3, 1e-7])
        with tf.GradientTape() as tape:
            outputs.append(layer(pictures(0), training=True))
            loss = tf.reduce_sum(outputs[-1] * pictures(1))
        gradients.append(tape.gradient(loss, layer.beta.value))
    np.testing.assert_array_equal(*outputs)
    np.testing.assert_array_equal(gradients[1], 64 * gradients[0])


def test_fast_offsets_are_for_pictures_only():
    with pytest.raises(ValueError, match=r"offset_speed=8 needs float32 pictures"):
        FusedBatchNormalization(offset_speed=8)(pictures(0, (8, 3)))


def test_a_saved_layer_comes_back_as_that_of_keras(tmp_path):
    inputs = keras.Input(SHAPE[1:])
    outputs = FusedBatchNormalization(momentum=0.7, scale=False, offset_speed=64)(inputs)
    model = keras.Model(inputs, outputs)
    model(pictures(0), training=True)
    model.layers[1].beta.assign([1, 2, 3])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert type(again.layers[1]) is keras.layers.BatchNormalization
    assert again.layers[1].get_config() == model.layers[1].get_config()
    np.testing.assert_allclose(model(pictures(1)), again(pictures(1)), atol=1e-5)


def test_a_file_of_version_0_1_loads_or_says_why_it_does_not():
    config = FusedBatchNormalization(momentum=0.7).get_config()
    again = FusedBatchNormalization.from_config({**config, "offset_scale": 1.0})
    assert again.momentum == 0.7
    with pytest.raises(ValueError, match="A fast_net that version 0.1 saved does not load"):
        FusedBatchNormalization.from_config({**config, "offset_scale": 8})
