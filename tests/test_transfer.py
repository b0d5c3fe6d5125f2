"""Networks that know ImageNet: where their weights come from, what they do, and their features."""

import inspect
import shutil
import socket
import sys

import numpy as np
import pytest
from cnncourse.models.transfer import BASES, PreprocessInput

from cnncourse import data, datafiles, locks, models, training
from cnncourse.backend import keras
from cnncourse.downloads import md5_of
from cnncourse.models import transfer

SHAPE = (32, 32, 3)
FAMILIES = [family for family, _ in BASES.values()]


def pictures(count=4, shape=SHAPE):
    return np.random.default_rng(0).integers(0, 256, (count, *shape), dtype=np.uint8)


def answers(model, images=None):
    return np.asarray(model(pictures() if images is None else images, training=False))


def same(first, second) -> bool:
    return all(map(np.array_equal, first, second))


@pytest.fixture(scope="module")
def vgg():
    return models.transfer_net("VGG16", SHAPE, weights=None)


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """Return the data folder, which is still to be made, and let each test have its own runs."""
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CNNCOURSE_RUNS", str(tmp_path / "runs"))
    return tmp_path / "data"


@pytest.fixture
def full_mode(monkeypatch):
    """Work in full mode, with mirrors that refuse every connection."""
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
    with socket.socket() as bound:  # bound but never listening: whoever connects is refused
        bound.bind(("127.0.0.1", 0))
        mirror = f"http://127.0.0.1:{bound.getsockname()[1]}/"
        for name in BASES:
            source = datafiles.Source(datafiles.SOURCES[name].hashes, [mirror, mirror])
            monkeypatch.setitem(datafiles.SOURCES, name, source)
        yield mirror


# --- the pixels ----------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_pixels_are_preprocessed_as_the_family_itself_does_it(family):
    inputs, layer = keras.Input(SHAPE), PreprocessInput(family)
    model = keras.Model(inputs, layer(inputs))
    for images in (pictures(), pictures().astype(np.float32)):
        before = images.copy()
        expected = getattr(keras.applications, family).preprocess_input(images.astype(np.float32))
        for found in (layer(images), answers(model, images)):
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)
            np.testing.assert_array_equal(images, before)  # the family's function writes over it


# --- the network ---------------------------------------------------------------------------------


def test_only_the_head_of_a_new_network_is_trainable(vgg):
    base = vgg.get_layer("base")
    assert base.count_params() == 14_714_688
    shapes = [tuple(variable.shape) for variable in vgg.trainable_variables]
    assert shapes == [(512, 128), (128,), (128, 64), (64,), (64, 10), (10,)]
    assert [layer.rate for layer in vgg.layers if hasattr(layer, "rate")] == [0.2, 0.2]
    assert not vgg.compiled
    np.testing.assert_allclose(answers(vgg).sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(answers(vgg), answers(vgg, pictures().astype(np.float32)))


def test_the_head_is_what_the_arguments_say():
    net = models.transfer_net("VGG16", (40, 48, 3), weights=None, dense=[], dropout=0, classes=4)
    assert [tuple(v.shape) for v in net.trainable_variables] == [(512, 4), (4,)]
    assert net.input_shape == (None, 40, 48, 3)
    assert not any(isinstance(layer, keras.layers.Dropout) for layer in net.layers)


def test_it_comes_back_from_its_file(vgg, tmp_path):
    vgg.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(answers(again), answers(vgg))
    assert len(again.trainable_variables) == 6


def test_a_base_learns_when_it_is_told_to():
    net = models.transfer_net("VGG16", SHAPE, weights=None)
    base = net.get_layer("base")
    base.trainable = True
    before = base.get_weights()
    training.train(net, data.load("cifar10", validation=10).subset(10), epochs=1)
    assert not same(base.get_weights(), before)


def test_a_trainable_base_keeps_its_statistics_and_comes_back_from_its_file(tmp_path):
    net = models.transfer_net("ResNet50", SHAPE, weights=None)
    base = net.get_layer("base")
    base.trainable = True
    statistics = [variable for variable in base.variables if "moving" in variable.path]
    before = [variable.numpy() for variable in statistics]
    np.testing.assert_array_equal(base(pictures() / 255, training=True), base(pictures() / 255))
    assert statistics and same([v.numpy() for v in statistics], before)
    net.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(answers(again), answers(net))


def test_pictures_that_are_too_small_for_a_base_are_enlarged():
    net = models.transfer_net("InceptionV3", SHAPE, weights=None)
    assert net.get_layer("base").input_shape == (None, 75, 75, 3)
    np.testing.assert_allclose(answers(net).sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "VGG17"}, "no base 'VGG17': choose from VGG16, ResNet50, InceptionV3"),
        ({"name": ["VGG16"]}, r"no base \['VGG16'\]"),
        ({"input_shape": (32, 32)}, r"input_shape=\(32, 32\): give height, width and channels"),
        (
            {"input_shape": (28, 28, 1)},
            r"input_shape=\(28, 28, 1\): VGG16 takes colour .*np.repeat",
        ),
        ({"weights": "cifar"}, "weights='cifar': choose 'imagenet', or None"),
        ({"dropout": 1}, "dropout=1: give a share"),
    ],
)
def test_transfer_net_refuses_bad_arguments_with_the_remedy(arguments, message):
    good = {"name": "VGG16", "input_shape": SHAPE, "weights": None}
    with pytest.raises(ValueError, match=message):
        models.transfer_net(**{**good, **arguments})


# --- the weights ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def weights_file(tmp_path_factory):
    """Return a file of VGG16's layers in the format that keras.applications publishes."""
    path = tmp_path_factory.mktemp("weights") / "vgg16.h5"
    keras.utils.set_random_seed(5)
    keras.applications.VGG16(include_top=False, weights=None, input_shape=SHAPE).save(path)
    yield path
    path.unlink()


@pytest.fixture
def known(monkeypatch, weights_file):
    """Make the hash of this file the one that is expected."""
    source = datafiles.SOURCES["VGG16"]
    (file,) = source.hashes
    known = datafiles.Source({file: md5_of(weights_file)}, source.mirrors)
    monkeypatch.setitem(datafiles.SOURCES, "VGG16", known)
    return file


@pytest.mark.parametrize("name", BASES)
def test_files_and_hashes_are_those_of_keras_applications(name):
    source = inspect.getsource(sys.modules[getattr(keras.applications, name).__module__])
    ((file, known_hash),) = datafiles.SOURCES[name].hashes.items()
    family = file.partition("_weights")[0]
    assert known_hash in source
    assert file in source or f'"{family}"' in source and file.removeprefix(family) in source
    # The first mirror is where Keras itself downloads from.
    assert datafiles.SOURCES[name].mirrors[0].rpartition("/keras-applications/")[2] in source


def test_reduced_mode_gives_random_weights_and_says_so(monkeypatch, folder, capsys):
    monkeypatch.setattr(transfer, "fetch", lambda *_: pytest.fail("it was asked for"))
    net = models.transfer_net("VGG16", SHAPE)
    assert not net.get_layer("base").trainable
    assert "+--- VGG16 starts from random weights" in capsys.readouterr().out
    assert not folder.exists()


def test_a_file_in_the_data_folder_is_loaded_without_a_network(
    full_mode, folder, known, weights_file, capsys
):
    folder.mkdir()
    shutil.copy(weights_file, folder / known)
    first, second = (models.transfer_net("VGG16", SHAPE).get_layer("base") for _ in range(2))
    assert same(first.get_weights(), second.get_weights())
    keras.utils.set_random_seed(5)
    made = keras.applications.VGG16(include_top=False, weights=None, input_shape=SHAPE)
    assert same(first.get_weights(), made.get_weights())
    assert capsys.readouterr().out == ""


def test_without_file_and_network_an_error_of_its_own_says_what_to_do(full_mode, folder):
    with pytest.raises(models.WeightsUnavailable) as caught:
        models.transfer_net("VGG16", SHAPE)
    message = str(caught.value)
    file = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    assert message.startswith("VGG16's ImageNet weights could not be had: no mirror gave")
    assert f"{full_mode}: no connection" in message
    assert "no connection). To mend it: (1) try again" in message
    assert (
        f"copy {file} from someone who has it into the data folder, ~/.cache/cnncourse" in message
    )
    assert str(folder) not in message
    assert list(folder.iterdir()) == []


def test_a_file_with_another_content_is_refused_and_left(full_mode, folder):
    folder.mkdir()
    path = datafiles.path_of("VGG16", folder)
    path.write_bytes(b"half of it")
    with pytest.raises(models.WeightsUnavailable, match="is not a whole VGG16 file: its md5"):
        models.transfer_net("VGG16", SHAPE)
    assert path.read_bytes() == b"half of it"


def test_random_weights_need_neither_file_nor_network(full_mode, folder):
    models.transfer_net("VGG16", SHAPE, weights=None)
    assert not folder.exists()


# --- split ---------------------------------------------------------------------------------------


def small_net(**options):
    return models.conv_net((8, 8, 3), [4, "pool"], dense=[5], **options)


def test_the_parts_together_answer_as_the_whole():
    model = small_net(batch_norm=True, dropout=0.2)
    body, head = models.split(model)
    images = pictures(shape=(8, 8, 3))
    assert body.output_shape == (None, 36)
    np.testing.assert_allclose(
        answers(head, answers(body, images)), answers(model, images), rtol=1e-5, atol=1e-7
    )
    assert body.count_params() + head.count_params() == model.count_params()


def test_the_parts_share_the_weights_of_the_whole(vgg):
    body, head = models.split(vgg)
    assert body.output_shape == (None, 512)
    before = answers(vgg)
    head.layers[-1].bias.assign(np.arange(10) * 1.0)
    assert np.abs(answers(vgg) - before).max() > 0.1
    assert same(body.get_weights(), vgg.get_layer("base").get_weights())


def test_a_body_passes_its_weights_on():
    first, second = small_net(), small_net(classes=4)
    models.split(second)[0].set_weights(models.split(first)[0].get_weights())
    images = pictures(shape=(8, 8, 3))
    bodies = [answers(models.split(net)[0], images) for net in (first, second)]
    np.testing.assert_array_equal(*bodies)


def test_split_refuses_what_has_no_head():
    inputs = keras.Input((4,))
    with pytest.raises(ValueError, match="has no Flatten or GlobalAveragePooling2D"):
        models.split(keras.Model(inputs, keras.layers.Dense(2)(inputs)))
    with pytest.raises(ValueError, match="str is not a keras.Model"):
        models.split("VGG16")
    ending = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(name="end")])
    with pytest.raises(ValueError, match="cannot be cut at end: its last layers must"):
        models.split(ending)


# --- features ------------------------------------------------------------------------------------


@pytest.fixture
def body():
    keras.utils.set_random_seed(3)
    return models.split(small_net(batch_norm=True))[0]


@pytest.fixture
def computed(monkeypatch):
    """Return what was really computed: the numbers of pictures, call by call."""
    calls = []
    original = keras.Model.predict_on_batch

    def counted(self, x):
        calls.append(len(x))
        return original(self, x)

    monkeypatch.setattr(keras.Model, "predict_on_batch", counted)
    return calls


IMAGES = pictures(700, (8, 8, 3))


def test_features_are_what_the_model_puts_out_and_are_computed_once(
    body, computed, tmp_path, capsys
):
    first = training.features(body, IMAGES)
    np.testing.assert_allclose(first, answers(body, IMAGES), rtol=1e-5, atol=1e-6)
    assert first.dtype == np.float32 and computed == [250, 250, 200]
    np.testing.assert_array_equal(training.features(body, IMAGES), first)
    assert computed == [250, 250, 200]
    assert len(list((tmp_path / "runs").iterdir())) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("features of 700 pictures in ")
    assert told[1] == "features of 700 pictures read from a file"


def test_the_same_network_in_another_kernel_finds_its_features(body, computed):
    training.features(body, IMAGES)
    keras.utils.set_random_seed(3)
    models.conv_net((8, 8, 3), [2])  # so that the layers' names count on
    keras.utils.set_random_seed(3)
    training.features(models.split(small_net(batch_norm=True))[0], IMAGES)
    assert computed == [250, 250, 200]


def other_weights(body, images):
    body.set_weights([weight + 1 for weight in body.get_weights()])
    return body, images


def other_architecture(body, images):
    inputs, weights = keras.Input((8, 8, 3)), body.get_weights()
    x = keras.layers.Rescaling(1 / 128)(inputs)
    for layer in body.layers[2:]:
        x = layer(x)
    other = keras.Model(inputs, x)
    assert same(other.get_weights(), weights)
    return other, images


CHANGES = {
    "weights": other_weights,
    "architecture": other_architecture,
    "a pixel": lambda body, images: (body, np.where(np.arange(3) == 1, images, images ^ 1)),
    "order": lambda body, images: (body, images[::-1]),
    "fewer": lambda body, images: (body, images[:300]),
    "type": lambda body, images: (body, images.view(np.int8)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_features_of_anything_else_are_computed_anew(body, computed, change):
    training.features(body, IMAGES)
    computed.clear()
    model, images = change(body, IMAGES)
    found = training.features(model, images)
    assert sum(computed) == len(images)
    np.testing.assert_allclose(found, answers(model, images), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kept", [0, 1000])
def test_a_damaged_file_is_replaced(body, computed, tmp_path, kept):
    first = training.features(body, IMAGES)
    (path,) = (tmp_path / "runs").iterdir()
    path.write_bytes(path.read_bytes()[:kept])
    for _ in range(2):
        np.testing.assert_array_equal(training.features(body, IMAGES), first)
    assert computed == [250, 250, 200] * 2
    assert list((tmp_path / "runs").iterdir()) == [path]


def test_what_a_killed_writer_left_goes_when_the_features_are_written(body, tmp_path):
    training.features(body, IMAGES)
    (path,) = (tmp_path / "runs").iterdir()
    content = path.read_bytes()
    path.with_suffix(".partial").write_bytes(content[:1000])
    path.with_suffix(".lock").touch()
    path.unlink()
    training.features(body, IMAGES)
    assert list((tmp_path / "runs").iterdir()) == [path]
    assert path.read_bytes() == content


def test_features_that_another_process_writes_are_left_to_it(body, tmp_path):
    training.features(body, IMAGES)
    (path,) = (tmp_path / "runs").iterdir()
    path.unlink()
    lock = path.with_suffix(".lock")
    with locks.hold(lock):
        assert len(training.features(body, IMAGES)) == 700
        assert list(lock.parent.iterdir()) == [lock]


def test_a_full_disk_costs_a_notice_only(body, monkeypatch, tmp_path, capsys):
    def no_space(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    assert len(training.features(body, IMAGES)) == 700
    out = capsys.readouterr().out
    assert "+--- These features are not kept" in out and "No space left on device" in out
    assert list((tmp_path / "runs").iterdir()) == []


def test_features_refuses_what_does_not_fit(body):
    with pytest.raises(ValueError, match=r"The pictures have the shape .*takes \(N, 8, 8, 3\)"):
        training.features(body, IMAGES[0])
    with pytest.raises(ValueError, match="str is not a keras.Model"):
        training.features("VGG16", IMAGES)


def test_a_head_that_learns_from_features_trains_the_whole_network(body):
    dataset = data.load("cifar10").select(["ship", "frog"])
    net = models.conv_net(SHAPE, [8, "pool", "pool"], classes=2)
    before = (answers(net, dataset.x_train).argmax(axis=1) == dataset.y_train).mean()
    body, head = models.split(net)
    frozen = body.get_weights()
    head.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    features = training.features(body, dataset.x_train)
    head.fit(features, dataset.y_train, epochs=2, batch_size=8, verbose=0)
    after = (answers(net, dataset.x_train).argmax(axis=1) == dataset.y_train).mean()
    assert after > max(before, 0.6)
    assert same(body.get_weights(), frozen)
