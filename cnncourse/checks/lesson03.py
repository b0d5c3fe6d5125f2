"""Checks of lesson 3: convolution, size, pooling and channels, all with a pencil."""

import numpy as np

from cnncourse.checks.core import Check, Rule, equals, same, unlike

SQUARES = np.array([[4, 1, 3, 3], [2, 0, 1, 7], [6, 6, 0, 2], [8, 2, 2, 0]])
HORIZONTAL = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])


def _pooled(picture, reduce) -> np.ndarray:
    height, width = (length // 2 for length in np.shape(picture))
    squares = np.asarray(picture)[: height * 2, : width * 2].reshape(height, 2, width, 2)
    return reduce(squares, axis=(1, 3))


def _output_size(size: int, kernel: int, stride: int, padding: str) -> int:
    room = size if padding == "same" else size - kernel + 1
    return -(-room // stride)


def _square(kernel) -> bool:
    return np.shape(kernel) == (3, 3) and np.asarray(kernel).dtype.kind in "iuf"


def _averages(function, picture) -> bool:
    return same(np.asarray(function(picture.copy())), _pooled(picture, np.mean))


CHECKS = [
    Check(
        "03-sum",
        solution=lambda: -30,
        why="From left to right it gets darker: the same edge as in the lesson, the other way.",
        rules=[
            unlike(
                30,
                "Right size. Which column of the kernel lies over the bright pixels?",
                "The bright column meets the weights -1, and those are not mirrored.",
            ),
            unlike(
                0,
                "The kernel's weights add up to 0, but the window is not even.",
                "Multiply each pixel by its own weight first, and add up then.",
            ),
            equals(
                -30,
                "Multiply nine pairs and add up the products.",
                "Only the left column counts: three times 10 times -1.",
            ),
        ],
    ),
    Check(
        "03-valid",
        solution=lambda: 28,
        why="A window of 5 pixels makes the picture 4 pixels smaller.",
        rules=[
            unlike(
                27,
                "The window may also touch the edge.",
                "The picture becomes `k - 1` pixels smaller, and k is 5.",
            ),
            unlike(
                32,
                'That would be padding "same".',
                '"valid" adds no zeros, so the window\'s middle cannot stand at the edge.',
            ),
            unlike(
                30,
                "That would be right for a smaller window.",
                "Two pixels are lost to a window of 3. This one has 5.",
            ),
            equals(
                28,
                "At how many places in a row can a window of 5 pixels stand?",
                "The first window begins at pixel 0, the last one at pixel 32 - 5.",
            ),
        ],
    ),
    Check(
        "03-size",
        solution=lambda: _output_size,
        why='Count the positions with room, then skip by the stride. "same" makes room everywhere.',
        rules=[
            Rule(
                callable,
                hints=(
                    "The answer should be a function.",
                    "Begin with `def output_size(size, kernel, stride, padding):`.",
                ),
                wrong=(lambda: 26,),
            ),
            Rule(
                lambda function: same(
                    [function(28, k, 1, "valid") for k in (1, 3, 5)], [28, 26, 24]
                ),
                hints=(
                    "For 28 pixels, a window of 3, stride 1 and valid it gives {seen}.",
                    'With stride 1, "valid" makes the picture `kernel - 1` pixels smaller.',
                ),
                wrong=(lambda: lambda size, kernel, stride, padding: size - kernel,),
                seen=lambda function: function(28, 3, 1, "valid"),
            ),
            Rule(
                lambda function: same(function(28, 3, 1, "same"), 28),
                hints=(
                    "For 28 pixels, a window of 3, stride 1 and same it gives {seen}.",
                    '"same" keeps the size when the stride is 1, whatever the kernel.',
                ),
                wrong=(
                    lambda: lambda size, kernel, stride, padding: (size - kernel) // stride + 1,
                ),
                seen=lambda function: function(28, 3, 1, "same"),
            ),
            Rule(
                lambda function: same(
                    [function(28, 3, s, p) for p in ("valid", "same") for s in (2, 3)],
                    [13, 9, 14, 10],
                ),
                hints=(
                    "Strides above 1 come out wrong. For 28 pixels, a window of 3 and valid, "
                    "strides 2 and 3 give {seen}; the lesson's figure shows the right sizes.",
                    "Count the first position too: `(positions - 1) // stride + 1`, where "
                    "`positions` is the size at stride 1.",
                ),
                wrong=(
                    lambda: (
                        lambda size, kernel, stride, padding: (
                            (size if padding == "same" else size - kernel + 1) // stride
                        )
                    ),
                    lambda: (
                        lambda size, kernel, stride, padding: (
                            size if padding == "same" else size - kernel + 1
                        )
                    ),
                ),
                seen=lambda function: [function(28, 3, stride, "valid") for stride in (2, 3)],
            ),
        ],
    ),
    Check(
        "03-horizontal",
        solution=lambda: HORIZONTAL,
        why="It compares what lies above with what lies below, and does not care about the sides.",
        rules=[
            Rule(
                _square,
                hints=(
                    "The answer should be a kernel of 3 x 3 numbers.",
                    "Write `np.array([[...], [...], [...]])` with three numbers in each row.",
                ),
                wrong=(lambda: np.array([-1, 0, 1]), lambda: "horizontal"),
            ),
            Rule(
                lambda kernel: same(np.sum(kernel), 0),
                hints=(
                    "On an evenly grey area there is no edge. What does your kernel say there?",
                    "Its nine weights must add up to 0; yours add up to {seen}.",
                ),
                wrong=(lambda: np.ones((3, 3)),),
                seen=np.sum,
            ),
            Rule(
                lambda kernel: same(np.asarray(kernel).sum(axis=0), [0, 0, 0]),
                hints=(
                    "It answers to vertical edges too, or only to them.",
                    "Each of its columns must add up to 0: then left and right do not matter. The "
                    "lesson's kernel for vertical edges, turned by a quarter, does that.",
                ),
                wrong=(
                    lambda: HORIZONTAL.T,
                    lambda: np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
                ),
            ),
            Rule(
                lambda kernel: not same(np.asarray(kernel).sum(axis=1), [0, 0, 0]),
                hints=(
                    "A horizontal edge is dark above and bright below. What is the sum there?",
                    "Let rows differ in sign, and each row be the same all along.",
                ),
                wrong=(
                    lambda: np.zeros((3, 3)),
                    lambda: np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]]),
                ),
            ),
        ],
    ),
    Check(
        "03-pool",
        solution=lambda: _pooled(SQUARES, np.max),
        why="Four squares of 2 x 2, the largest number of each.",
        rules=[
            unlike(
                _pooled(SQUARES, np.mean),
                "Those are the means of the squares.",
                "Max pooling keeps the largest number of each square.",
            ),
            unlike(
                np.array([[4, 3, 7], [6, 6, 7], [8, 6, 2]]),
                "Your squares overlap.",
                "The picture is cut into squares: each number belongs to one of them only.",
            ),
            equals(
                _pooled(SQUARES, np.max),
                "Which shape comes out, and which number of each square is kept?",
                "Write an array of 2 x 2: the largest number of each 2 x 2 square.",
            ),
        ],
    ),
    Check(
        "03-average",
        solution=lambda: lambda picture: _pooled(picture, np.mean),
        why="Average pooling keeps a little of everything, max pooling the strongest.",
        rules=[
            Rule(
                callable,
                hints=(
                    "The answer should be a function.",
                    "Begin with `def average_pool(picture):` and end with `return`.",
                ),
                wrong=(lambda: _pooled(SQUARES, np.mean),),
            ),
            Rule(
                lambda function: np.shape(function(SQUARES.copy())) == (2, 2),
                hints=(
                    "For a picture of 4 x 4 it gives {seen}.",
                    "4 x 4 must become 2 x 2: one number for each square of 2 x 2 pixels.",
                ),
                wrong=(lambda: np.mean,),
                seen=lambda function: function(SQUARES.copy()),
            ),
            Rule(
                lambda function: _averages(function, SQUARES),
                hints=(
                    "The shape is right, the numbers are not: the four squares give {seen}.",
                    "Add up the four numbers of a square and divide by 4; do not round.",
                ),
                wrong=(
                    lambda: lambda picture: _pooled(picture, np.max),
                    lambda: lambda picture: _pooled(picture, np.mean).astype(int),
                ),
                seen=lambda function: np.asarray(function(SQUARES.copy())).tolist(),
            ),
            Rule(
                lambda function: _averages(function, np.arange(30.0).reshape(5, 6)),
                hints=(
                    "Try a picture of 5 x 6 pixels.",
                    "What is left over at the edge is dropped: 5 x 6 becomes 2 x 3.",
                ),
                wrong=(lambda: lambda picture: picture.reshape(2, 2, 2, 2).mean(axis=(1, 3)),),
            ),
        ],
    ),
    Check(
        "03-weights",
        solution=lambda: 5 * 5 * 3 * 16 + 16,
        why="Each filter reaches through all three channels, and has one bias.",
        rules=[
            unlike(
                5 * 5 * 3 * 16,
                "Almost: something is added to each filter's sum.",
                "Each of the 16 filters has a bias.",
            ),
            unlike(
                5 * 5 * 16 + 16,
                "That would be right for a grey picture.",
                "Each channel has its own 25 weights, in each filter.",
            ),
            equals(
                5 * 5 * 3 * 16 + 16,
                "Start with one filter: how many weights does it have?",
                "25 for each of 3 channels, times 16 filters, and 16 biases.",
            ),
        ],
    ),
]
