"""Worse pictures, how sure a network is of them, and folders of pictures that are written."""

import numpy as np
import pytest

from cnncourse import corruptions, data, training
from cnncourse.corruptions import KINDS, STRONGEST, corrupt

X = np.random.default_rng(0).integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)


@pytest.mark.parametrize("kind", KINDS)
def test_a_corruption_grows_with_its_strength_and_leaves_the_pictures_alone(kind):
    before = X.copy()
    changed = [corrupt(X, kind, strength) for strength in range(STRONGEST + 1)]
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(changed[0], X)
    assert all(x.dtype == np.uint8 and x.shape == X.shape for x in changed)
    away = [np.abs(x.astype(int) - X).mean() for x in changed]
    assert all(one < other for one, other in zip(away, away[1:], strict=False))


def test_darkness_takes_light_and_contrast_keeps_the_mean():
    dark, pale = (corrupt(X, kind, 3) for kind in ("darkness", "contrast"))
    np.testing.assert_allclose(dark.mean(), 0.35 * X.mean(), atol=0.5)
    np.testing.assert_allclose(pale.mean(axis=(1, 2, 3)), X.mean(axis=(1, 2, 3)), atol=0.5)
    np.testing.assert_allclose(pale.std(), 0.35 * X.std(), rtol=0.02)


def test_blur_reaches_no_other_picture_and_no_other_channel():
    one = np.zeros((2, 32, 32, 3), np.uint8)
    one[0, 16, 16, 0] = 255
    blurred = corrupt(one, "blur", 5)
    assert blurred[0, 16, 18, 0] > 0 and not blurred[0, ..., 1:].any() and not blurred[1].any()


def test_noise_follows_its_seed():
    noisy = [corrupt(X, "noise", 3, seed=seed) for seed in (0, 0, 1)]
    assert (noisy[0] == noisy[1]).all() and (noisy[0] != noisy[2]).any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X / 255, "blur", 1), "uint8 pictures"),
        ((X, "fog", 1), "kind=.fog.: choose from blur"),
        ((X, "blur", 6), "strength=6: give a whole number from 0 to 5"),
    ],
)
def test_what_cannot_be_corrupted_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        corruptions.corrupt(*arguments)


def test_the_calibration_error_weights_bins_by_their_answers():
    p = np.array([[0.95, 0.05], [0.95, 0.05], [0.35, 0.65], [0.35, 0.65], [0.35, 0.65]])
    found = training.reliability(training.Score(p, np.array([0, 1, 1, 1, 0]), "toy", "samples"))
    assert found.error == pytest.approx((2 * 0.45 + 3 * abs(0.65 - 2 / 3)) / 5)
    assert found.counts.sum() == 5 and (found.counts > 0).sum() == 2


def test_full_confidence_has_its_place_in_the_last_bin():
    found = training.reliability(training.Score(np.eye(3), np.arange(3), "toy", "samples"))
    assert found.counts[-1] == 3 and found.error == 0


@pytest.mark.parametrize("channels", [1, 3])
def test_a_written_folder_is_read_back_pixel_by_pixel(tmp_path, channels):
    images, labels = X[..., :channels], np.array([0, 1, 0, 1, 0])
    for _ in range(2):  # a cell is run twice
        folder = data.write_folder(tmp_path / "new", images, labels, ["cat", "sea lion"])
    files = [folder / ("cat", "sea lion")[label] / f"{i:04}.png" for i, label in enumerate(labels)]
    assert sorted(folder.glob("*/*")) == sorted(files)
    np.testing.assert_array_equal(data.read_pictures(files, 32, grey=channels == 1), images)


def test_nothing_is_written_beside_other_pictures_or_outside_the_folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine.png").write_bytes(b"x")
    with pytest.raises(ValueError, match="mine.png.*give a new folder"):
        data.write_folder(tmp_path, X, np.zeros(5, int), ["a"])
    with pytest.raises(ValueError, match="cannot name a folder"):
        data.write_folder(tmp_path, X, np.zeros(5, int), ["../b"])
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "mine.png"]
