"""Small stand-in data sets, made on the spot when the real ones cannot be fetched.

The pictures have the shapes, the types and the ten classes of MNIST, Fashion-MNIST and CIFAR-10,
so every lesson runs without a network. "mnist" varies the real handwritten digits that ship with
scikit-learn; "fashion_mnist" and "cifar10" are drawn from the tables of shapes below. Accuracies
measured on them say nothing about the real data sets.
"""

import zlib
from functools import cache
from numbers import Integral
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

_SPLITS = ("train", "test")
_TRAIN_SHARE = 2 / 3
_SUPERSAMPLING = 3

# Each class is painted part by part: "tone kind numbers; ...". Coordinates run from -100 to 100,
# y downwards. A "?" after the tone leaves the part out of half the pictures. Kinds:
# poly x y x y ...; half (a poly mirrored about x = 0); oval x y rx ry; bar x y x y width.
_GARMENTS = {
    "t-shirt/top": """body half 0 -66 22 -82 46 -78 94 -40 76 -12 50 -36 50 84 0 86;
        dark half 0 -66 22 -82 28 -82 0 -57; light? oval 0 5 24 20;
        dark? poly -50 -8 50 -8 50 12 -50 12""",
    "trouser": """body half 0 -90 34 -90 46 90 14 90 0 -32; dark half 0 -90 34 -90 35 -80 0 -80;
        dark? bar 0 -80 0 -35 5; light? bar 26 -70 30 88 5""",
    "pullover": """body half 0 -72 22 -84 48 -78 74 -30 92 66 68 72 50 -14 50 80 0 82;
        dark half 0 -72 22 -84 30 -84 0 -58; dark? half 0 68 50 68 50 82 0 82;
        light? poly -50 -20 50 -20 50 0 -50 0; light? oval 0 0 22 16""",
    "dress": """body half 0 -62 16 -90 30 -90 32 -52 22 -14 54 88 0 92;
        dark? half 0 -20 23 -20 24 -8 0 -8; body? half 24 -88 36 -86 62 -44 46 -34 28 -56;
        light? half 0 70 47 70 53 88 0 92""",
    "coat": """body half 0 -76 22 -90 50 -80 76 -28 88 62 66 68 54 -8 58 92 0 92;
        light poly 0 -30 22 -90 34 -80 20 -44; light poly 0 -30 -22 -90 -34 -80 -20 -44;
        ground bar 0 -34 0 92 5; dark? bar 16 28 40 24 7; dark? bar -16 28 -40 24 7;
        dark? half 0 4 54 4 54 14 0 14""",
    "sandal": """body poly -96 46 -40 42 26 12 80 -14 96 -4 94 66 76 66 72 26 34 50 -30 64 -96 64;
        body bar -80 44 -48 2 18; body bar -48 2 -20 44 18; body bar 30 16 80 -60 15;
        body bar 86 -62 88 0 13; light? bar -48 0 80 -60 10; body? poly -80 46 -48 0 -18 46""",
    "shirt": """body half 0 -68 20 -84 46 -78 84 -2 92 44 72 50 50 -14 52 76 0 80;
        light poly 0 -60 20 -86 26 -74 12 -50; light poly 0 -60 -20 -86 -26 -74 -12 -50;
        dark? bar 0 -56 0 78 4; dark oval 0 -30 5 5; dark oval 0 0 5 5; dark oval 0 30 5 5;
        dark? poly 14 -28 36 -28 36 -6 14 -6""",
    "sneaker": """body poly -94 34 -88 16 -50 2 -4 -34 16 -40 40 -30 74 -42 88 -30 94 36;
        light poly -96 32 96 32 94 50 -92 50; dark? bar -46 4 -34 20 6; dark bar -30 -10 -18 8 6;
        dark bar -14 -22 -2 -4 6; light? poly 8 20 52 -8 60 0 24 26""",
    "bag": """body oval 0 -22 46 62; ground oval 0 -22 34 50; body half 0 -24 70 -24 84 76 0 78;
        dark? half 0 -24 70 -24 72 8 0 18; light? oval 0 14 10 9; dark? bar -78 52 78 52 6;
        light? bar 0 -24 0 76 14""",
    "ankle boot": """body poly -92 52 -84 26 -40 8 -4 -22 4 -86 66 -88 72 0 86 56;
        dark poly -94 50 88 50 90 84 52 84 46 64 -94 64; light? bar 6 -78 66 -80 9;
        light? bar -8 -10 70 4 7; dark? bar 60 -84 66 48 6""",
}
_OBJECTS = {
    "airplane": """body poly -96 4 -80 -12 60 -14 94 -4 94 6 60 14 -80 14;
        body poly 60 -12 78 -54 94 -54 88 -4; other poly -14 -8 34 -72 52 -72 24 -8;
        other poly -20 4 30 76 50 76 22 6; light? bar -60 -4 40 -5 5""",
    "automobile": """body poly -94 34 -92 2 -52 -8 -30 -42 36 -42 62 -6 92 2 94 34;
        light poly -42 -6 -26 -34 0 -34 0 -6; light poly 8 -6 8 -34 32 -34 50 -6;
        ink oval -52 34 22 22; ink oval 54 34 22 22""",
    "bird": """ink bar -8 40 -12 84 5; ink bar 10 40 12 84 5; body poly 30 8 96 28 92 46 24 40;
        body oval 2 16 44 32; body oval -40 -28 24 22; other poly -60 -36 -94 -22 -60 -18;
        dark poly -12 2 34 -4 62 34 14 34; other? oval -18 34 22 14; ink oval -46 -32 5 5""",
    "cat": """body bar 30 78 78 62 14; body bar 78 62 82 6 13; body oval 6 42 42 48;
        other? oval -6 54 20 30; body oval -6 -28 38 32; body poly -42 -32 -40 -88 -10 -54;
        body poly 30 -32 28 -88 -2 -54; ink oval -20 -32 6 8; ink oval 8 -32 6 8;
        other poly -12 -20 0 -20 -6 -12; light? bar -50 -14 -16 -14 3; light? bar 2 -14 38 -14 3""",
    "deer": """body bar -36 20 -42 92 9; body bar -22 20 -20 92 9; body bar 42 20 38 92 9;
        body bar 54 16 62 92 9; body oval 10 8 52 22; body poly -44 12 -62 -40 -44 -46 -14 2;
        body poly -46 -52 -92 -30 -88 -20 -46 -28; other bar -52 -46 -64 -96 6;
        other bar -58 -70 -80 -88 6; other bar -46 -46 -24 -94 6; other bar -36 -68 -12 -76 6;
        light oval 62 4 9 9; light? oval 6 2 7 5""",
    "dog": """body bar 56 0 90 -44 12; body bar -30 20 -32 82 18; body bar -12 24 -10 82 18;
        body bar 36 24 34 82 18; body bar 54 18 58 82 18; body oval 12 12 54 28;
        body oval -46 -26 30 28; body poly -58 -28 -96 -16 -94 2 -52 0; dark oval -28 -16 12 28;
        ink oval -92 -14 7 7; ink oval -58 -32 5 5; other bar -36 2 -16 -6 10""",
    "frog": """body poly -50 30 -96 10 -92 76 -40 80; body poly 50 30 96 10 92 76 40 80;
        body oval 0 20 64 46; body oval -34 -30 22 22; body oval 34 -30 22 22;
        light oval -34 -32 13 13; light oval 34 -32 13 13; ink oval -34 -32 6 8;
        ink oval 34 -32 6 8; dark bar -38 20 38 20 6; other? oval 0 48 34 18;
        dark bar -92 78 -50 80 9; dark bar 92 78 50 80 9""",
    "horse": """other poly 56 -8 84 6 90 62 74 60 66 18; body bar -34 16 -36 90 13;
        body bar -20 20 -14 90 13; body bar 42 16 38 90 13; body bar 54 12 60 90 13;
        body oval 10 6 54 27; body poly -46 8 -56 -66 -28 -72 2 -8;
        body poly -46 -78 -94 -36 -82 -20 -40 -46; other poly -46 -82 -30 -84 8 -14 -10 -8;
        body poly -46 -74 -42 -94 -32 -74; dark? poly -4 -22 30 -22 28 6 0 6""",
    "ship": """body poly -96 24 96 16 72 66 -72 66; light poly -54 22 -54 -8 56 -8 56 20;
        light? poly -24 -8 -24 -32 36 -32 36 -8; other poly 4 -30 4 -74 26 -74 26 -30;
        ink bar -36 -8 -36 -84 5; other? bar -84 46 82 42 9; ink oval -38 8 6 6; ink oval -10 8 6 6;
        ink oval 18 8 6 6""",
    "truck": """other poly -26 -62 96 -62 96 30 -26 30;
        body poly -94 32 -92 -6 -76 -36 -32 -36 -32 32; light poly -84 -4 -72 -28 -46 -28 -46 -4;
        ink poly -94 28 96 28 96 38 -94 38; ink oval -62 42 19 19; ink oval 34 42 19 19;
        ink? oval 74 42 19 19; light? oval -62 42 8 8; light? oval 34 42 8 8""",
}


class _Look(NamedTuple):
    """What the drawings of one data set share; greys up to 255, lengths in half sides."""

    mode: str
    side: int
    drawings: tuple[str, ...]
    ground: tuple[float, float]
    body: tuple[float, float]
    size: tuple[float, float]
    shift: float
    turn: float
    bend: float
    clutter: int


_LOOKS = {
    "fashion_mnist": _Look(
        "L",
        28,
        tuple(_GARMENTS.values()),
        ground=(0, 0),
        body=(80, 235),
        size=(0.65, 1.0),
        shift=0.22,
        turn=0.13,
        bend=0.07,
        clutter=0,
    ),
    "cifar10": _Look(
        "RGB",
        32,
        tuple(_OBJECTS.values()),
        ground=(90, 255),
        body=(0, 255),
        size=(0.75, 1.0),
        shift=0.12,
        turn=0.12,
        bend=0.05,
        clutter=5,
    ),
}
_NAMES = ("mnist", *_LOOKS)


def draw(
    name: str, count: int, *, split: str = "train", seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw a small stand-in data set; the same arguments always give the same pictures.

    Args:
        name: "mnist", "fashion_mnist" or "cifar10".
        count: How many pictures, at least 1. The ten classes share them evenly, to within one.
        split: "train" or "test"; whatever the seeds, the two have no source picture in common.
        seed: A whole number from 0 up; another one gives other pictures.

    Returns:
        The images, uint8 of shape (count, 28, 28, 1), or (count, 32, 32, 3) for "cifar10", and
        the labels, int64 of shape (count,) from 0 to 9, in random order.

    Raises:
        ValueError: If an argument is not one of the above.

    Example:
        >>> images, labels = draw("fashion_mnist", 20, seed=1)
        >>> images.shape, images.dtype.name, labels.dtype.name
        ((20, 28, 28, 1), 'uint8', 'int64')
        >>> sorted(labels.tolist()) == sorted(2 * list(range(10)))
        True
    """
    _check(name, count, split, seed)
    rng = np.random.default_rng([zlib.crc32(name.encode()), _SPLITS.index(split), int(seed)])
    labels = rng.permutation(np.arange(count, dtype=np.int64) % 10)
    look = _LOOKS.get(name)
    shape = (look.side, look.side, len(look.mode)) if look else (28, 28, 1)
    images = np.empty((count, *shape), np.uint8)
    for label in range(min(10, count)):
        members = np.flatnonzero(labels == label)
        if look:
            pictures = _draw_class(look, label, len(members), rng)
        else:
            pictures = _write_digits(_originals(split)[label], len(members), rng)
        images[members] = pictures.reshape(-1, *shape)
    return images, labels


def _check(name: str, count: int, split: str, seed: int) -> None:
    if name not in _NAMES:
        raise ValueError(f"unknown data set {name!r}: choose one of {', '.join(_NAMES)}")
    if split not in _SPLITS:
        raise ValueError(f"unknown split {split!r}: choose 'train' or 'test'")
    for what, value, least in (("count", count, 1), ("seed", seed, 0)):
        if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
            raise ValueError(f"{what} is {value!r}: give a whole number from {least} up")


@cache
def _originals(split: str) -> tuple[list[Image.Image], ...]:
    """Return scikit-learn's 8x8 digits of one split, by class, on a black margin."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    grey = np.pad(digits.images * (255 / 16), ((0, 0), (4, 4), (4, 4))).astype(np.uint8)
    # The cut must not follow the caller's seed, or two seeds could share a digit across splits.
    order = np.random.default_rng(0).permutation(len(grey))
    by_class = []
    for label in range(10):
        members = order[digits.target[order] == label]
        cut = round(_TRAIN_SHARE * len(members))
        chosen = members[:cut] if split == "train" else members[cut:]
        by_class.append([Image.fromarray(grey[i]) for i in chosen])
    return tuple(by_class)


def _write_digits(originals: list[Image.Image], count: int, rng: np.random.Generator) -> np.ndarray:
    """Enlarge `count` of the originals to 28x28, each turned, slanted and moved a little."""
    # Every original is used once before any is used again.
    rounds = -(-count // len(originals))
    picks = np.concatenate([rng.permutation(len(originals)) for _ in range(rounds)])[:count]
    turn, slant = rng.normal(0, [[0.13], [0.12]], (2, count))
    cells = 8 / rng.uniform([[19], [17]], [[25], [22]], (2, count))
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.stack([cos * cells[0], (sin + slant) * cells[0], -sin * cells[1], cos * cells[1]])
    matrix = matrix.T.reshape(count, 2, 2)
    offset = 8 - matrix @ rng.normal(14, 1.1, (count, 2, 1))
    coefficients = np.concatenate([matrix, offset], -1).reshape(count, 6).tolist()
    pictures = np.stack(
        [
            np.asarray(originals[i].transform((28, 28), Image.AFFINE, affine, Image.BICUBIC))
            for i, affine in zip(picks, coefficients, strict=True)
        ]
    )
    # A steep ramp gives the blurred strokes MNIST's crisp edges; where it starts sets their width.
    start, rise = rng.uniform([[80], [60]], [[140], [100]], (2, count))[..., None, None]
    return (np.clip((pictures - start) / rise, 0, 1) * 255).astype(np.uint8)


@cache
def _parts(drawing: str) -> tuple[tuple[str, np.ndarray], ...]:
    """Turn a drawing of the tables into (tone, outline) pairs, outlines of shape (points, 2)."""
    parts = [part.split() for part in drawing.split(";")]
    return tuple((p[0], _outline(p[1], np.array(p[2:], float) / 100)) for p in parts)


def _outline(kind: str, numbers: np.ndarray) -> np.ndarray:
    if kind == "oval":
        angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        return numbers[:2] + numbers[2:] * np.stack([np.cos(angle), np.sin(angle)], -1)
    if kind == "bar":
        start, end, width = numbers[:2], numbers[2:4], numbers[4]
        along = (end - start) / np.hypot(*(end - start)) * width / 2
        across = along[::-1] * (1, -1)
        return np.stack([start + across, end + across, end - across, start - across])
    points = numbers.reshape(-1, 2)
    return np.concatenate([points, points[::-1] * (-1, 1)]) if kind == "half" else points


def _draw_class(look: _Look, label: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `count` pictures of one class, each with its own proportions, place and colours."""
    tones, outlines = zip(*_parts(look.drawings[label]), strict=True)
    stops = np.cumsum([len(outline) for outline in outlines])[:-1]
    outlines = np.split(_vary(np.concatenate(outlines), look, count, rng), stops, 1)
    tints = _mix(look, count, rng)
    layers = [(outlines[i], tints[tone.rstrip("?")]) for i, tone in enumerate(tones)]
    chances = [0.5 if tone.endswith("?") else 1 for tone in tones]
    # One scrap of clutter lies before the object, the others behind it.
    for i, scrap in enumerate(_scatter(look.clutter, count, rng)):
        place = 0 if i else len(layers)
        layers.insert(place, scrap)
        chances.insert(place, 0.5)
    side = look.side * _SUPERSAMPLING
    layers = [
        (((points + 1) * (side / 2)).reshape(count, -1).tolist(), _as_pillow(colours))
        for points, colours in layers
    ]
    ground, shown = _as_pillow(tints["ground"]), rng.random((count, len(layers))) < chances
    pictures = np.empty((count, look.side, look.side, len(look.mode)), np.float32)
    for i in range(count):
        image = Image.new(look.mode, (side, side), ground[i])
        pen = ImageDraw.Draw(image)
        for (points, colours), visible in zip(layers, shown[i], strict=True):
            if visible:
                pen.polygon(points[i], colours[i])
        pictures[i] = np.asarray(image.reduce(_SUPERSAMPLING)).reshape(pictures.shape[1:])
    if look.mode == "L":
        pictures *= _cloth(count, look.side, rng)
    else:
        pictures += 8 * rng.standard_normal(pictures.shape, np.float32)
    return np.clip(np.rint(pictures), 0, 255).astype(np.uint8)


def _vary(points: np.ndarray, look: _Look, count: int, rng: np.random.Generator) -> np.ndarray:
    """Bend, taper, stretch, turn and move an outline: (points, 2) becomes (count, points, 2)."""
    x, y = np.broadcast_to(points.T[:, None], (2, count, len(points)))
    wave = rng.uniform(0, 2 * np.pi, (2, count, 1))
    bend = rng.normal(0, look.bend, (2, count, 1))
    x, y = x + bend[0] * np.sin(3 * y + wave[0]), y + bend[1] * np.sin(3 * x + wave[1])
    size = rng.uniform(*look.size, (count, 1)) * rng.uniform(0.85, 1.0, (2, count, 1))
    # Shoes face left in Fashion-MNIST; in colour, half of the pictures are mirrored.
    flip = rng.choice([-1, 1], (count, 1)) if look.mode == "RGB" else 1
    x, y = x * (1 + rng.uniform(-0.12, 0.12, (count, 1)) * y) * size[0] * flip, y * size[1]
    turn = rng.normal(0, look.turn, (count, 1))
    x, y = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    return np.stack([x, y], -1) + rng.uniform(-look.shift, look.shift, (count, 1, 2))


def _mix(look: _Look, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Choose the tones of each picture: arrays of shape (count, channels)."""
    shape = (count, len(look.mode))
    ground = rng.uniform(*look.ground, shape)
    body, other = rng.uniform(*look.body, (2, *shape))
    # An object too close to its background could not be seen: take an opposite colour instead.
    close = np.abs(body - ground).mean(-1, keepdims=True) < 70
    body = np.where(close, (ground + 128) % 256, body)
    shade = rng.uniform(0.3, 0.7, (count, 1))
    tones = {"ground": ground, "body": body, "other": other, "dark": body * shade}
    return tones | {"light": 255 - (255 - body) * shade, "ink": body * 0.15}


def _scatter(pieces: int, count: int, rng: np.random.Generator) -> list:
    """Make clutter: per piece, random outlines (count, 5, 2) and colours (count, 3)."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, (pieces, count, 5)), -1)
    reach = rng.uniform(0.1, 0.4, (pieces, count, 1, 1))
    centre = rng.uniform(-1, 1, (pieces, count, 1, 2))
    outlines = centre + reach * np.stack([np.cos(angle), np.sin(angle)], -1)
    return list(zip(outlines, rng.uniform(0, 255, (pieces, count, 3)), strict=True))


def _as_pillow(colours: np.ndarray) -> list[tuple[int, ...]]:
    return [tuple(colour) for colour in colours.astype(int).tolist()]


def _cloth(count: int, side: int, rng: np.random.Generator) -> np.ndarray:
    """Weave stripes of any direction, width and depth, or none, with some grain."""
    angle = rng.choice([0, np.pi / 2, np.pi / 4], count) + rng.normal(0, 0.1, count)
    pace = rng.uniform(0.6, 2.2, count)
    across, down = (pace * np.stack([np.cos(angle), np.sin(angle)]))[..., None, None]
    place = np.arange(side)
    phase = across * place + down * place[:, None] + rng.uniform(0, 6, (count, 1, 1))
    depth = rng.uniform(0.1, 0.7, (count, 1, 1)) * (rng.random((count, 1, 1)) < 0.7)
    cloth = 1 - depth * (np.sin(phase) > 0) + rng.normal(0, 0.06, phase.shape)
    return cloth[..., None].astype(np.float32)
