"""Paint clothes and objects from their drawings, each picture a little different."""

from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from cnncourse.samples.drawings import Look

_SUPERSAMPLING = 3


def paint(look: Look, label: int, count: int, rng: np.random.Generator) -> np.ndarray:
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
    scaled = [((points + 1) * (side / 2)).reshape(count, -1).tolist() for points, _ in layers]
    painted = [_as_pillow(colours) for _, colours in layers]
    ground, shown = _as_pillow(tints["ground"]), rng.random((count, len(layers))) < chances
    pictures = np.empty((count, look.side, look.side, len(look.mode)), np.float32)
    for i in range(count):
        image = Image.new(look.mode, (side, side), ground[i])
        pen = ImageDraw.Draw(image)
        for points, colours, visible in zip(scaled, painted, shown[i], strict=True):
            if visible:
                pen.polygon(points[i], colours[i])
        pictures[i] = np.asarray(image.reduce(_SUPERSAMPLING)).reshape(pictures.shape[1:])
    if look.mode == "L":
        pictures *= _cloth(count, look.side, rng)
    else:
        pictures += 8 * rng.standard_normal(pictures.shape, np.float32)
    return np.clip(np.rint(pictures), 0, 255).astype(np.uint8)


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


def _vary(points: np.ndarray, look: Look, count: int, rng: np.random.Generator) -> np.ndarray:
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


def _mix(look: Look, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
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
