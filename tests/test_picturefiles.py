"""Reading picture files and folders of them: every kind that students have, and plain errors."""

import os
import tracemalloc
import unicodedata

import numpy as np
import pytest
from drawn_digits import draw_digits
from PIL import Image

from cnncourse import data, digits, picturefiles

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
NEAR = 6  # grey levels that JPEG and WebP may be off


def quarters(mode="RGB", size=(80, 80)):
    """Return a picture that is red, green, blue and white in its four quarters."""
    pixels = np.array([[RED, GREEN], [BLUE, WHITE]], np.uint8)
    return Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST).convert(mode)


def corners(picture):
    """Return the colours at the middles of the four quarters."""
    height, width = picture.shape[:2]
    rows, columns = [height // 4, 3 * height // 4], [width // 4, 3 * width // 4]
    return picture[np.ix_(rows, columns)].reshape(4, -1).tolist()


def read_one(path, size=40, **options):
    pictures = data.read_pictures(path, size, **options)
    assert pictures.dtype == np.uint8 and len(pictures) == 1
    return pictures[0]


def make_folder(root, counts, *, suffix=".png"):
    """Make class folders with so many pictures each; a class's pictures have its own grey."""
    for number, (name, count) in enumerate(counts.items()):
        (root / name).mkdir(parents=True, exist_ok=True)
        for i in range(count):
            Image.new("L", (12, 10), 20 * number + i).save(root / name / f"{i}{suffix}")
    return root


# Kinds of files


@pytest.mark.parametrize(
    "suffix", ["png", "PNG", "jpg", "JPEG", "webp", "gif", "bmp", "tiff", "ppm"]
)
def test_every_format_is_read(tmp_path, suffix):
    path = tmp_path / f"Bäume im Wald.{suffix}"
    quarters().save(path)
    assert np.allclose(corners(read_one(path)), [RED, GREEN, BLUE, WHITE], atol=NEAR)


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tiff"])
def test_the_first_picture_of_an_animation_is_read(tmp_path, suffix):
    path = tmp_path / f"moving.{suffix}"
    others = [Image.new("RGB", (80, 80), colour) for colour in (RED, BLUE)]
    quarters().save(path, save_all=True, append_images=others)
    assert np.allclose(corners(read_one(path)), [RED, GREEN, BLUE, WHITE], atol=NEAR)


@pytest.mark.parametrize(
    "orientation, expected",
    [
        (3, [WHITE, BLUE, GREEN, RED]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (8, [GREEN, WHITE, RED, BLUE]),
        (2, [GREEN, RED, WHITE, BLUE]),
    ],
)
def test_photographs_are_turned_upright(tmp_path, orientation, expected):
    exif = Image.Exif()
    exif[0x0112] = orientation
    quarters(size=(160, 160)).save(tmp_path / "photo.jpg", exif=exif, quality=95)
    assert np.allclose(corners(read_one(tmp_path / "photo.jpg")), expected, atol=NEAR)


def test_transparent_places_are_white(tmp_path):
    pixels = np.array([[[0, 0, 0, 0], [255, 0, 0, 255]], [[0, 0, 0, 128], [9, 9, 9, 0]]], np.uint8)
    large = Image.fromarray(pixels).resize((80, 80), Image.Resampling.NEAREST)
    large.save(tmp_path / "drawing.png")
    expected = [WHITE, RED, (127, 127, 127), WHITE]
    assert np.allclose(corners(read_one(tmp_path / "drawing.png")), expected, atol=1)
    palette = quarters("P")
    palette.save(tmp_path / "palette.gif", transparency=palette.getpixel((10, 10)))
    assert corners(read_one(tmp_path / "palette.gif")) == [
        [*c] for c in (WHITE, GREEN, BLUE, WHITE)
    ]
    Image.new("LA", (80, 80), (0, 0)).save(tmp_path / "grey.png")
    assert (read_one(tmp_path / "grey.png", grey=True) == 255).all()


@pytest.mark.parametrize(
    "mode, suffix", [("P", "png"), ("P", "gif"), ("CMYK", "jpg"), ("CMYK", "tiff")]
)
def test_palettes_and_printers_colours_become_red_green_and_blue(tmp_path, mode, suffix):
    quarters(mode).save(tmp_path / f"picture.{suffix}")
    found = corners(read_one(tmp_path / f"picture.{suffix}"))
    assert np.allclose(found, [RED, GREEN, BLUE, WHITE], atol=NEAR)


def test_grey_and_black_and_white_fill_as_many_channels_as_are_asked_for(tmp_path):
    Image.new("L", (20, 20), 77).save(tmp_path / "grey.png")
    Image.new("1", (20, 20), 1).save(tmp_path / "fax.png")
    quarters().save(tmp_path / "colour.png")
    paths = [tmp_path / name for name in ("grey.png", "fax.png", "colour.png")]
    assert data.read_pictures(paths, 8).shape == (3, 8, 8, 3)
    grey = data.read_pictures(paths, 8, grey=True)
    assert grey.shape == (3, 8, 8, 1)
    assert (grey[0] == 77).all() and (grey[1] == 255).all()
    weighed = [[76], [150], [29], [255]]  # as the eye weighs the colours
    assert np.allclose(corners(grey[2]), weighed, atol=1)


@pytest.mark.parametrize("suffix", ["png", "tiff", "pgm"])
def test_16_bits_become_8(tmp_path, suffix):
    values = np.array([[0, 20_000], [40_000, 65_535]], np.uint16).repeat(40, 0).repeat(40, 1)
    Image.fromarray(values).save(tmp_path / f"scan.{suffix}")
    assert corners(read_one(tmp_path / f"scan.{suffix}", grey=True)) == [[0], [78], [156], [255]]


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_pixels_of_unknown_range_are_refused(tmp_path, dtype):
    Image.fromarray(np.ones((8, 8), dtype)).save(tmp_path / "measured.tiff")
    with pytest.raises(ValueError, match="measured.tiff' .its pixels have 32 bits"):
        data.read_pictures(tmp_path / "measured.tiff", 8)


# Sizes


def stripes(path, width, height):
    """Save a picture with a red left end, a blue right end, and green between the middles."""
    picture = Image.new("RGB", (width, height), GREEN)
    picture.paste(RED, (0, 0, (width - height) // 2, height))
    picture.paste(BLUE, (width - (width - height) // 2, 0, width, height))
    picture.save(path)


def test_crop_cuts_the_middle_and_pad_keeps_all(tmp_path):
    stripes(tmp_path / "wide.png", 120, 40)
    assert (read_one(tmp_path / "wide.png", 20)[:, 2:-2] == GREEN).all()
    padded = read_one(tmp_path / "wide.png", 60, fit="pad")
    assert (padded[:20] == 0).all() and (padded[40:] == 0).all()
    assert [tuple(padded[30, x].tolist()) for x in (5, 30, 55)] == [RED, GREEN, BLUE]
    assert read_one(tmp_path / "wide.png", (30, 90)).shape == (30, 90, 3)
    assert tuple(read_one(tmp_path / "wide.png", (30, 90))[15, 2].tolist()) == RED


def test_shrinking_averages_and_leaves_no_jagged_edges(tmp_path):
    board = np.indices((512, 512)).sum(0) % 2 * 255
    Image.fromarray(board.astype(np.uint8)).save(tmp_path / "board.png")
    inner = read_one(tmp_path / "board.png", 30, grey=True)[2:-2, 2:-2]
    assert np.abs(inner.astype(int) - 127).max() < 4


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1)])
@pytest.mark.parametrize("fit", ["crop", "pad"])
def test_odd_sizes_are_read(tmp_path, size, fit):
    Image.new("RGB", size, WHITE).save(tmp_path / "line.png")
    assert read_one(tmp_path / "line.png", 16, fit=fit).max() == 255


def test_large_photographs_are_read_as_well_as_small_ones(tmp_path):
    quarters(size=(2400, 1600)).save(tmp_path / "photo.jpg")
    assert np.allclose(
        corners(read_one(tmp_path / "photo.jpg", 48)), [RED, GREEN, BLUE, WHITE], atol=NEAR
    )


def test_order_is_that_of_the_paths(tmp_path):
    make_folder(tmp_path, {"a": 12})
    paths = [tmp_path / "a" / f"{i}.png" for i in (7, 2, 11, 2)]
    assert data.read_pictures(iter(map(str, paths)), 4)[:, 0, 0, 0].tolist() == [7, 2, 11, 2]


# What cannot be read


def spoil(path, kind):
    if kind == "text":
        path.write_text("<html>Please log in</html>")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "cut off":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif kind == "flipped byte":
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 255
        path.write_bytes(content)


@pytest.mark.parametrize(
    "kind, suffix",
    [("text", "jpg"), ("empty", "png"), ("flipped byte", "png")]
    + [("cut off", suffix) for suffix in ("png", "jpg", "webp", "gif", "bmp", "tiff")],
)
def test_a_broken_file_is_named_or_left_out_if_asked(tmp_path, capsys, kind, suffix):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    paths = [tmp_path / f"{name}.{suffix}" for name in ("whole", "broken")]
    for path in paths:
        Image.fromarray(noise).save(path)
    spoil(paths[1], kind)
    with pytest.raises(
        ValueError, match=f"1 of 2 files .*broken.{suffix}.* skip_unreadable=True"
    ) as e:
        data.read_pictures(paths, 16)
    assert e.value.__suppress_context__ or e.value.__context__ is None
    assert "whole" not in str(e.value)
    assert capsys.readouterr().out == ""
    assert len(data.read_pictures(paths, 16, skip_unreadable=True)) == 1
    assert f"broken.{suffix}" in capsys.readouterr().out
    with pytest.raises(ValueError, match="1 of 1 files"):
        data.read_pictures(paths[1:], 16, skip_unreadable=True)


def test_many_broken_files_are_counted_in_a_short_message(tmp_path, capsys):
    paths = [tmp_path / f"{'x' * 200}{i}.jpg" for i in range(50)]
    for path in paths:
        path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match="50 of 50 files.*and 47 more. Remove") as e:
        data.read_pictures(paths, 16)
    assert len(str(e.value)) < 700 and "x2.jpg" in str(e.value)
    Image.new("L", (8, 8)).save(tmp_path / "whole.png")
    data.read_pictures([*paths, tmp_path / "whole.png"], 16, skip_unreadable=True)
    said = capsys.readouterr().out
    assert said.count(".jpg") == 30 and "and 20 more" in said.replace("\n| ", " ")


def test_what_is_no_file_is_refused_with_its_reason(tmp_path):
    (tmp_path / "photo.heic").write_bytes(b"\0\0\0\x18ftypheic")
    for name, reason in (
        ("missing.png", "there is no such file"),
        (".", "it is a folder"),
        ("photo.heic", "save it as JPEG"),
        ("\0", "there is no such file"),
    ):
        with pytest.raises(ValueError, match=reason):
            data.read_pictures(tmp_path / name, 16)


def test_a_decompression_bomb_is_refused_before_it_is_unpacked(tmp_path):
    Image.new("1", (15_000, 15_000)).save(tmp_path / "bomb.png")
    assert (tmp_path / "bomb.png").stat().st_size < 1e5
    with pytest.raises(ValueError, match="bomb.png' .it has more than 120 million pixels"):
        data.read_pictures(tmp_path / "bomb.png", 16)
    Image.new("1", (11_000, 10_000)).save(tmp_path / "large.png")  # Pillow itself would warn
    assert (read_one(tmp_path / "large.png", 16) == 0).all()


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"paths": []}, r"paths is empty, \[\]: give at least one file"),
        ({"paths": ""}, "paths='': give a path"),
        ({"paths": [3]}, "paths=3: give a path"),
        ({"paths": 3}, "paths=3: give a list"),
        ({"size": 0}, "size=0: give a whole number from 1 to 4096"),
        ({"size": (3, 4, 5)}, r"size=\(3, 4, 5\): give a whole number"),
        ({"size": "96"}, "size='96': give a whole number"),
        ({"grey": "yes"}, "grey='yes': give True or False"),
        ({"fit": "stretch"}, 'fit=\'stretch\': choose "crop" or "pad"'),
        ({"skip_unreadable": None}, "skip_unreadable=None: give True or False"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        data.read_pictures(**{"paths": ["a.png"], "size": 8} | arguments)


def test_more_than_fits_into_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(picturefiles, "free_memory", lambda: 10**6)
    with pytest.raises(ValueError, match="100 pictures of 96 x 96 x 3 need 0.0 GB.*smaller size"):
        data.read_pictures(["a.png"] * 100, 96)


# Folders


def test_a_folder_becomes_three_sets(tmp_path):
    root = make_folder(tmp_path / "my pictures", {"Wölfe": 40, "Bär im Zoo": 20})
    dataset = data.from_folder(root, 8, validation=0.2, test=0.1, grey=True)
    assert dataset.class_names == ("Bär im Zoo", "Wölfe") and dataset.name == "my pictures"
    assert repr(dataset).endswith("test pictures of 8 x 8 x 1, uint8, from own folder")
    sizes, values = [], []
    for part in ("train", "val", "test"):
        x, y = getattr(dataset, f"x_{part}"), getattr(dataset, f"y_{part}")
        sizes.append(np.bincount(y).tolist())
        values += zip(x[:, 0, 0, 0].tolist(), y.tolist(), strict=True)
    assert sizes == [[14, 28], [4, 8], [2, 4]]  # a third in each set
    # Greys of "Bär" begin at 20, those of "Wölfe" at 0: each picture is there once, with its label.
    assert sorted(values) == sorted([(i, 1) for i in range(40)] + [(20 + i, 0) for i in range(20)])
    assert len(np.unique(dataset.y_train[:14])) == 2, "the classes are mixed"


def test_the_same_seed_gives_the_same_sets(tmp_path):
    make_folder(tmp_path, {"a": 20, "b": 20})
    first, same, other = (data.from_folder(tmp_path, 4, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first.x_train, same.x_train)
    assert not np.array_equal(first.x_train, other.x_train)
    numbers = data.from_folder(tmp_path, 4, validation=8, test=8)
    assert np.array_equal(first.x_test, numbers.x_test)


def test_folders_that_are_sets_are_used_as_such(tmp_path, monkeypatch):
    for name, count in (("train", 20), ("Test", 3), ("validation", 2)):
        make_folder(tmp_path / name, {"a": count, "b": count})
    dataset = data.from_folder(tmp_path, 4)
    assert [len(y) for y in (dataset.y_train, dataset.y_val, dataset.y_test)] == [40, 4, 6]
    (tmp_path / "validation").rename(tmp_path / ".validation")
    dataset = data.from_folder(tmp_path, 4, validation=0.25)
    assert [len(y) for y in (dataset.y_train, dataset.y_val, dataset.y_test)] == [30, 10, 6]
    monkeypatch.chdir(tmp_path)
    assert data.from_folder(".", 4).name == tmp_path.name


def test_numbers_are_sorted_as_numbers(tmp_path):
    make_folder(tmp_path, {str(number): 3 for number in range(11)})
    assert data.from_folder(tmp_path, 4).class_names == tuple(map(str, range(11)))


def test_names_are_the_same_on_every_system(tmp_path):
    make_folder(tmp_path, {unicodedata.normalize("NFD", "Bär"): 3, "Wolf": 3})
    assert data.from_folder(tmp_path, 4).class_names == ("Bär", "Wolf")


def test_hidden_files_and_folders_are_ignored_and_inner_folders_count(tmp_path):
    make_folder(tmp_path, {"a": 3, "b": 3, "b/more/still": 2, "__MACOSX": 1, ".cache": 1})
    for name in (".DS_Store", "._0.png", "Thumbs.db", "desktop.ini"):
        (tmp_path / "a" / name).write_bytes(b"\0\1")
    (tmp_path / "README.txt").write_text("beside the class folders")
    (tmp_path / "b" / ".ipynb_checkpoints").mkdir()
    dataset = data.from_folder(tmp_path, 4)
    assert dataset.class_names == ("a", "b")
    assert sum(map(len, (dataset.y_train, dataset.y_val, dataset.y_test))) == 8


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_followed_but_not_in_circles(tmp_path):
    make_folder(tmp_path / "elsewhere", {"b": 4})
    root = make_folder(tmp_path / "root", {"a": 3})
    (root / "b").symlink_to(tmp_path / "elsewhere" / "b")
    (root / "a" / "loop").symlink_to(root)
    (root / "b" / "loop").symlink_to(root / "b")
    dataset = data.from_folder(root, 4)
    assert sum(map(len, (dataset.y_train, dataset.y_val, dataset.y_test))) == 7
    (root / "c").symlink_to(root / "b")  # the same pictures as another class
    with pytest.raises(ValueError, match="c' holds no files, or only links to other classes"):
        data.from_folder(root, 4)
    (root / "c").unlink()
    (root / "a" / "9.png").symlink_to("9.png")  # to itself
    with pytest.raises(ValueError, match="9.png' .there is no such file"):
        data.from_folder(root, 4)


@pytest.mark.parametrize(
    "counts, message",
    [
        ({}, "holds no class folder: make at least two"),
        ({"only": 5}, "holds 1 class folder, .*only'; if that one holds the classes, give it"),
        ({"a": 5, "b": 0}, "b' holds no files"),
        ({"a": 5, "b": 2}, "class 'b' has too few pictures .2.: none is left for"),
        ({"a": 5, ".": 1, "b": 5}, "0.png' lies in no class folder .1 such files"),
        ({"train": 5, "test": 5}, "lies in no class folder|holds no class folder"),
        ({"train/a": 3, "train/b": 3, "test/a": 3, "test/c": 3}, "Only one of .* class folder 'b'"),
        ({"train/a": 3, "train/b": 3, "test": 3}, "0.png' lies in no class folder"),
        (
            {"train/a": 3, "train/b": 3, "val/a": 3, "val/b": 3, "c": 1},
            "c' lies beside the folders",
        ),
    ],
)
def test_folders_that_are_not_classes_are_refused(tmp_path, counts, message):
    make_folder(tmp_path, counts)
    with pytest.raises(ValueError, match=message):
        data.from_folder(tmp_path, 4)


@pytest.mark.parametrize("wanted", [0, 1, -0.1, 1.5, 41, "0.1", True, None, float("nan")])
def test_wrong_shares_are_refused(tmp_path, wanted):
    make_folder(tmp_path, {"a": 20, "b": 20})
    with pytest.raises(
        ValueError, match=f"test={wanted!r}: give a share such as 0.2.*from 2 .*to 40"
    ):
        data.from_folder(tmp_path, 4, test=wanted)


@pytest.mark.parametrize("options", [{"test": 40}, {"test": 20, "validation": 20}, {"test": 0.99}])
def test_sets_that_leave_nothing_to_train_are_refused(tmp_path, options):
    make_folder(tmp_path, {"a": 20, "b": 20})
    with pytest.raises(ValueError, match="'a' has too few pictures .20.: none is left for"):
        data.from_folder(tmp_path, 4, **options)


def test_a_folder_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    for name in ("missing", "file", "x" * 300, "a\0b"):
        with pytest.raises(ValueError, match="cannot be opened .*as seen from"):
            data.from_folder(tmp_path / name, 4)


def test_foreign_files_are_left_out_only_if_asked(tmp_path, capsys):
    make_folder(tmp_path, {"a": 20, "b": 20})
    (tmp_path / "a" / "notes.txt").write_text("A cat.")
    with pytest.raises(ValueError, match="1 of 41 files .*notes.txt' .not a picture"):
        data.from_folder(tmp_path, 4)
    dataset = data.from_folder(tmp_path, 4, skip_unreadable=True)
    assert sum(map(len, (dataset.y_train, dataset.y_val, dataset.y_test))) == 40
    assert "notes.txt" in capsys.readouterr().out
    for i in range(1, 20):
        (tmp_path / "b" / f"{i}.png").write_bytes(b"broken")
    with pytest.raises(ValueError, match=r"class 'b' has too few pictures .1.: none is left"):
        data.from_folder(tmp_path, 4, skip_unreadable=True)


def test_ten_thousand_files_are_read_with_a_line_of_progress(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(picturefiles, "SECONDS_SILENT", 0)
    make_folder(tmp_path, {"a": 1, "b": 1})
    for name in ("a", "b"):
        content = (tmp_path / name / "0.png").read_bytes()
        for i in range(1, 5000):
            (tmp_path / name / f"{i}.png").write_bytes(content)
    dataset = data.from_folder(tmp_path, 16)
    assert (len(dataset.x_train), len(dataset.x_val), len(dataset.x_test)) == (6000, 2000, 2000)
    assert capsys.readouterr().out == "10,000 pictures read\n"


def test_reading_needs_little_more_memory_than_its_array(tmp_path):
    make_folder(tmp_path, {"a": 250, "b": 250})
    tracemalloc.start()
    dataset = data.from_folder(tmp_path, 256)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(dataset.x_train) == 300
    assert peak < 1.05 * 500 * 256 * 256 * 3


def test_few_files_are_read_in_silence(tmp_path, capsys):
    make_folder(tmp_path, {"a": 3, "b": 3})
    data.from_folder(tmp_path, 4)
    assert capsys.readouterr().out == ""


# Digits


def ink_box(digit):
    rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
    return rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1


@pytest.fixture(scope="module")
def ten(tmp_path_factory):
    return draw_digits(tmp_path_factory.mktemp("digits"))


def test_drawn_digits_look_like_mnist_s(ten):
    pictures = data.read_digits(ten)
    assert pictures.shape == (10, 28, 28, 1) and pictures.dtype == np.uint8
    for digit in pictures[..., 0].astype(float):
        assert not np.concatenate([digit[0], digit[-1], digit[:, 0], digit[:, -1]]).any()
        assert digit.max() == 255 and max(ink_box(digit)) == 20
        middle = np.argwhere(digit >= 0).T @ digit.ravel() / digit.sum()
        assert np.abs(middle - 14).max() <= 0.6
        assert 30 < digit.sum() / 255 < 200  # MNIST's own: 39 to 194 in 98 of 100


def test_neither_colours_nor_place_nor_file_matter(ten, tmp_path):
    expected = data.read_digits(ten[4])[0].astype(int)
    black = Image.open(ten[4]).convert("L")
    clear = Image.new("RGBA", black.size)
    clear.paste((0, 0, 0, 255), mask=black.point(lambda value: 255 - value))
    changed = {
        "inverted.png": black.point(lambda value: 255 - value),
        "faint.png": black.point(lambda value: 160 + value // 3),
        "moved.png": black.transform(
            black.size, Image.Transform.AFFINE, (1, 0, 30, 0, 1, 20), fillcolor=255
        ),
        "transparent.png": clear,
        "photo.jpg": black.resize((1400, 1400)).convert("RGB"),
    }
    for name, picture in changed.items():
        picture.save(tmp_path / name)
        assert np.abs(data.read_digits(tmp_path / name)[0] - expected).mean() < 6, name


def test_mnist_s_own_digits_stay_nearly_as_they_are(tmp_path):
    digit = data.read_digits(draw_digits(tmp_path)[3])[0, ..., 0]
    assert np.abs(digits.like_mnist(digit).astype(int) - digit).mean() < 3


def test_what_shows_no_digit_is_refused(tmp_path):
    Image.new("RGB", (280, 280), WHITE).save(tmp_path / "blank.png")
    noise = np.random.default_rng(0).integers(0, 256, (280, 280, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "carpet.png")
    half = np.full((280, 280), 250, np.uint8)
    half[:, :120] = 60
    Image.fromarray(half).save(tmp_path / "shadow.png")
    for name, reason in (
        ("blank.png", "nothing is drawn on it"),
        ("carpet.png", "no plain paper around a digit"),
        ("shadow.png", "no plain paper around a digit"),
    ):
        with pytest.raises(ValueError, match=f"{name}' .{reason}"):
            data.read_digits(tmp_path / name)
