"""FusedBatchNormalization does what Keras' own layer does."""

import numpy as np
import pytest

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


OPTIONS = [
    {},
    {"momentum": 0.5, "epsilon": 0.1},
    {"scale": False},
    {"center": False},
    {"scale": False, "center": False},
    {"axis": 3},
    {"axis": 1},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("training", [True, False])
def test_outputs_equal_those_of_keras(options, training):
    fused, plain = both(**options)
    found, expected = (layer(pictures(0), training=training) for layer in (fused, plain))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_moving_statistics_equal_those_of_keras_after_several_steps(options):
    fused, plain = both(**options)
    before = fused.get_weights()[-1].copy()
    for step in range(5):
        for layer in (fused, plain):
            layer(pictures(step), training=True)
    for found, expected in zip(fused.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert np.abs(before - fused.get_weights()[-1]).min() > 0.01


def test_the_variance_of_a_single_pixel_is_that_of_keras():
    fused, plain = both((1, 1, 1, 3))
    for layer in (fused, plain):
        layer(pictures(0, (1, 1, 1, 3)), training=True)
    np.testing.assert_allclose(fused.moving_variance, plain.moving_variance, rtol=1e-6)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("options", OPTIONS[:5], ids=str)
def test_gradients_equal_those_of_keras(options, training):
    gradients = []
    for layer in both(**options):
        x = tf.constant(pictures(1))
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(tf.sin(layer(x, training=training)) * pictures(2))
        variables = [v.value for v in layer.trainable_variables]
        gradients.append(tape.gradient(loss, [x, *variables]))
    for found, expected in zip(*gradients, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_a_frozen_layer_uses_and_keeps_its_moving_statistics():
    fused, plain = both()
    fused.trainable = plain.trainable = False
    before = [w.copy() for w in fused.get_weights()]
    found, expected = (layer(pictures(0), training=True) for layer in (fused, plain))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(before[2], fused.get_weights()[2])
    np.testing.assert_array_equal(before[3], fused.get_weights()[3])


@pytest.mark.parametrize("shape", [(8, 3), (8, 4, 3)])
@pytest.mark.parametrize("training", [True, False])
def test_inputs_that_are_no_pictures_go_through_keras(shape, training):
    fused, plain = both(shape)
    found, expected = (layer(pictures(0, shape), training=training) for layer in (fused, plain))
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


def test_scaled_offsets_count_more_and_learn_faster_by_the_square():
    learned = []
    for scale in (1, 4):
        layer = FusedBatchNormalization(scale=False, offset_scale=scale)
        layer.build((None, 5, 4, 3))
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(pictures(0), training=True) * pictures(1))
        (gradient,) = tape.gradient(loss, [layer.beta.value])
        layer.beta.assign_sub(0.001 * gradient)
        learned.append(layer(pictures(0), training=True))
    layer.beta.assign(tf.zeros(3))
    plain = layer(pictures(0), training=True)
    np.testing.assert_allclose(learned[1] - plain, 16 * (learned[0] - plain), rtol=1e-3)


def test_scaled_offsets_are_for_pictures_only():
    with pytest.raises(ValueError, match=r"offset_scale=8 needs pictures"):
        FusedBatchNormalization(offset_scale=8)(pictures(0, (8, 3)))


def test_a_saved_layer_comes_back(tmp_path):
    inputs = keras.Input(SHAPE[1:])
    outputs = FusedBatchNormalization(momentum=0.7, scale=False, offset_scale=3)(inputs)
    model = keras.Model(inputs, outputs)
    model(pictures(0), training=True)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert type(again.layers[1]) is FusedBatchNormalization
    assert again.layers[1].get_config() == model.layers[1].get_config()
    np.testing.assert_array_equal(model(pictures(1)), again(pictures(1)))
