"""Questions of lesson 3: convolution, size, pooling, channels, and what a number sees."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.checks.kinds import WHY, OtherThan, Rule, Table, called, of_shape, right
from cnncourse.checks.networks import NETWORK, layers, poolings

SQUARES = np.array([[4, 1, 3, 3], [2, 0, 1, 7], [6, 6, 0, 2], [8, 2, 2, 0]])
UNEVEN = np.arange(30.0).reshape(5, 6)


def _valid(function: Callable) -> list[int]:
    return [function(28, kernel, 1, "valid") for kernel in (1, 3, 5)]


def _strided(function: Callable) -> list[int]:
    return [function(28, 3, s, padding) for padding in ("valid", "same") for s in (2, 3)]


def _are_four_texts(names: Any) -> bool:
    is_list = isinstance(names, (list, tuple)) and len(names) == 4
    return is_list and all(isinstance(name, str) for name in names)


def _windows(model: Any) -> list:
    return [layer.kernel_size for layer in layers(model, "Conv2D")]


QUESTIONS: dict[str, Table] = {
    "03-sum": {
        WHY: "From left to right it gets darker: the same edge as in the lesson, the other way.",
        30: """Right size. Which column of the kernel lies over the bright pixels?
            The bright column meets the weights -1, and those are not mirrored.""",
        0: """The kernel's weights add up to 0, but the window is not even.
            First multiply each pixel by its own weight, then add up.""",
        right(-30): """Multiply nine pairs and add up the products.
            Only the left column counts: three times 10 times -1.
            See lesson 3, "A window moves over a picture".""",
    },
    "03-valid": {
        WHY: "A window of 5 pixels makes the picture 4 pixels smaller.",
        27: """The window may also touch the edge.
            The picture becomes `k - 1` pixels smaller, and k is 5.""",
        32: """That would be padding "same".
            "valid" adds no zeros, so the window's middle cannot stand at the edge.""",
        30: """That would be right for a smaller window.
            Two pixels are lost to a window of 3. This one has 5.""",
        right(28): """At how many places in a row can a window of 5 pixels stand?
            The first window begins at pixel 0, the last one at pixel 32 - 5.
            See lesson 3, "Stride and padding".""",
    },
    "03-size": {
        WHY: """Count the positions with room, then skip by the stride. "same" makes room
            everywhere.""",
        Rule(callable): """The answer should be a function.
            Begin with `def output_size(size, kernel, stride, padding):`.""",
        Rule(_valid, [28, 26, 24], show=called(28, 3, 1, "valid")): """
            For 28 pixels, a window of 3, stride 1 and valid it gives {found}.
            With stride 1, "valid" makes the picture `kernel - 1` pixels smaller.""",
        Rule(called(28, 3, 1, "same"), 28): """
            For 28 pixels, a window of 3, stride 1 and same it gives {found}.
            "same" keeps the size when the stride is 1, whatever the kernel.""",
        Rule(_strided, [13, 9, 14, 10], show=lambda function: _strided(function)[:2]): """
            Strides above 1 come out wrong. For 28 pixels, a window of 3 and valid, strides 2 and \
            3 give {found}; the lesson's figure shows the right sizes.
            Count the first position too: `(positions - 1) // stride + 1`, where `positions` is \
            the size at stride 1.""",
    },
    "03-horizontal": {
        WHY: """It compares what lies above with what lies below, and does not care about the
            sides.""",
        Rule(lambda kernel: np.shape(kernel) == (3, 3) and np.isfinite(kernel).all()): """
            The answer should be a kernel of 3 x 3 numbers.
            Write `np.array([[...], [...], [...]])` with three numbers in each row.""",
        Rule(np.sum, 0): """
            On an evenly grey area there is no edge. What does your kernel say there?
            Its nine weights must add up to 0; yours add up to {found}.""",
        Rule(lambda kernel: np.sum(kernel, axis=0), [0, 0, 0]): """
            It answers to vertical edges too, or only to them.
            Each of its columns must add up to 0: then left and right do not matter. The lesson's \
            kernel for vertical edges, turned by a quarter, does that.""",
        Rule(lambda kernel: np.sum(kernel, axis=1), OtherThan([0, 0, 0])): """
            A horizontal edge is dark above and bright below. What is the sum there?
            Let rows differ in sign, and each row be the same all along.""",
    },
    "03-pool": {
        WHY: "Four squares of 2 x 2, the largest number of each.",
        ((1.75, 3.5), (5.5, 1)): """Those are the means of the squares.
            Max pooling keeps the largest number of each square.""",
        ((4, 3, 7), (6, 6, 7), (8, 6, 2)): """Your squares overlap.
            The picture is cut into squares: each number belongs to one of them only.""",
        right(((4, 7), (8, 2))): """Which shape comes out, and which number of each square is kept?
            Write an array of 2 x 2: the largest number of each 2 x 2 square.
            See lesson 3, "Pooling".""",
    },
    "03-average": {
        WHY: "Average pooling keeps a little of everything, max pooling the strongest.",
        Rule(callable): """The answer should be a function.
            Begin with `def average_pool(picture):` and end with `return`.""",
        Rule(called(SQUARES), of_shape(2, 2)): """For a picture of 4 x 4 it gives {found}.
            4 x 4 must become 2 x 2: one number for each square of 2 x 2 pixels.""",
        Rule(called(SQUARES), np.array([[1.75, 3.5], [5.5, 1]])): """
            The shape is right, the numbers are not: the four squares give {found}.
            Add up the four numbers of a square and divide by 4; do not round.""",
        Rule(called(UNEVEN), np.array([[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]])): """
            Try a picture of 5 x 6 pixels.
            What is left over at the edge is dropped: 5 x 6 becomes 2 x 3.""",
    },
    "03-weights": {
        WHY: "Each filter reaches through all three channels, and has one bias.",
        5 * 5 * 3 * 16: """Almost: something is added to each filter's sum.
            Each of the 16 filters has a bias.""",
        5 * 5 * 16 + 16: """That would be right for a grey picture.
            Each channel has its own 25 weights, in each filter.""",
        right(5 * 5 * 3 * 16 + 16): """Start with one filter: how many weights does it have?
            25 for each of 3 channels, times 16 filters, and 16 biases.
            See lesson 3, "Keras does the same".""",
    },
    "03-kernels": {
        WHY: """Signs and directions tell: only a blur has no negative sum, and along a straight
            edge the corners' kernel cancels.""",
        Rule(_are_four_texts): """The answer should be a list of four texts, and this is none.
            Write `["...", "...", "...", "..."]`, the names of panels A to D.""",
        Rule(lambda names: names[3].strip().lower(), "blur"): """
            The weights of a blur are all positive, and so are pixels. Which colour is missing then?
            Look for the panel without any orange: D.""",
        Rule(lambda names: names[1].strip().lower(), "corners"): """
            Which panel shows neither the roofs' lines nor the tower's sides?
            Along level and upright edges the kernel for corners cancels: B.""",
        right(("horizontal", "corners", "vertical", "blur")): """
            Which panel has the lines of the roofs, and which has the tower's left and right side?
            The roofs' lines run level: those are horizontal edges, in A.
            See lesson 3, "A photograph".""",
    },
    "03-field": {
        WHY: "Each convolution adds a pixel on each side: three windows of 3 see as one of 7.",
        9: """Do neighbouring windows have pixels in common?
            They overlap, so a further convolution adds fewer pixels than 3.""",
        3: """That is what a number of the first result sees.
            A number of the second one sees three neighbours of the first.""",
        5: """That is two convolutions. And the third?
            Each further convolution adds one pixel on each side.""",
        right(7): """Go backwards: which 3 numbers does the last one depend on, and each of those?
            One pixel, and two more with each convolution.
            See lesson 3, "What a number sees".""",
    },
    "03-mend": {
        WHY: "With zeros around it, a picture keeps its size until the pooling.",
        **NETWORK,
        Rule(lambda m: m.input_shape[1:3], (28, 28)): """
            Which pictures should it take?
            Begin with `keras.Input((28, 28, 1))`.""",
        Rule(_windows, [(5, 5)] * 3): """
            Its windows are {found}. Smaller ones would help, but three of 5 x 5 should stay.
            Keep `Conv2D(..., 5)` three times, and change another argument.""",
        Rule(poolings, 2): """
            It has {found} poolings, and should keep both. What else decides about the size?
            Look at `padding`; lesson 3, "Stride and padding", tells of it.""",
    },
}
