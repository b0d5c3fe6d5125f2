"""What clothes and objects look like: tables of shapes, and what the pictures of a set share."""

from typing import NamedTuple

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


class Look(NamedTuple):
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


LOOKS = {  # numbers in the order above, from ground on
    "fashion_mnist": Look(
        "L", 28, tuple(_GARMENTS.values()), (0, 0), (80, 235), (0.65, 1.0), 0.22, 0.13, 0.07, 0
    ),
    "cifar10": Look(
        "RGB", 32, tuple(_OBJECTS.values()), (90, 255), (0, 255), (0.75, 1.0), 0.12, 0.12, 0.05, 5
    ),
}
