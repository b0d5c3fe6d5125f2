"""Ten digits drawn by a program: black on white, RGB, 280 x 280 pixels, of different pens."""

from pathlib import Path

from PIL import Image, ImageDraw

SIDE = 280
# Strokes of each digit in a box of 100 x 100: lists of points, or ("arc", box, start, end).
STROKES = [
    [("arc", (25, 5, 75, 95), 0, 360)],
    [[(40, 22), (55, 5), (55, 95)]],
    [("arc", (25, 5, 75, 50), 180, 380), [(73, 36), (25, 95), (78, 93)]],
    [("arc", (25, 5, 72, 50), 200, 450), ("arc", (22, 48, 76, 96), 270, 520)],
    [[(35, 8), (25, 55), (78, 55)], [(65, 10), (62, 95)]],
    [[(74, 8), (34, 8), (30, 46)], ("arc", (20, 40, 76, 95), 230, 510)],
    [("arc", (28, 5, 110, 130), 180, 255), ("arc", (28, 48, 74, 95), 0, 360)],
    [[(24, 8), (77, 8), (45, 95)]],
    [("arc", (30, 5, 70, 48), 0, 360), ("arc", (25, 46, 75, 96), 0, 360)],
    [("arc", (28, 6, 72, 50), 0, 360), [(71, 28), (66, 95)]],
]


def draw_digits(folder: Path) -> list[Path]:
    """Draw the ten digits with pens of 8 to 26 pixels, of different sizes and places."""
    paths = []
    for digit, strokes in enumerate(STROKES):
        picture = Image.new("RGB", (SIDE, SIDE), "white")
        pen = ImageDraw.Draw(picture)
        width = 8 + 2 * digit if digit % 2 else 26 - 2 * digit
        scale = 1.3 + 0.1 * (digit % 5)
        across, down = 15 + 9 * (digit * 3 % 10), 20 + 8 * (digit * 7 % 10)

        def place(points, scale=scale, across=across, down=down):
            return [(across + scale * x, down + scale * y) for x, y in points]

        for stroke in strokes:
            if stroke[0] == "arc":
                _, box, start, end = stroke
                corners = place([box[:2], box[2:]])
                pen.arc(corners, start, end, "black", width)
            else:
                pen.line(place(stroke), "black", width, "curve")
        paths.append(folder / f"{digit}.png")
        picture.save(paths[-1])
    return paths
