import numpy as np

from answers import PASSED, sequential

SQUARES = np.array([[4, 1, 3, 3], [2, 0, 1, 7], [6, 6, 0, 2], [8, 2, 2, 0]])
HORIZONTAL = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])


def pooled(picture, reduce):
    height, width = (length // 2 for length in picture.shape)
    squares = picture[: height * 2, : width * 2].reshape(height, 2, width, 2)
    return reduce(squares, axis=(1, 3))


def room(size, kernel, padding):
    return size if padding == "same" else size - kernel + 1


def mended(*, side=28, sizes=(5, 5, 5), pools=2, padding="same"):
    described = []
    for number, size in enumerate(sizes):
        described.append(("Conv2D", {"filters": 2, "kernel_size": size, "padding": padding}))
        described += [("MaxPooling2D", {})] if number < pools else []
    return sequential((side, side, 1), *described)


def answers():
    return {
        "03-kernels": {
            PASSED: [("Horizontal", "corners", "vertical ", "blur")],
            "The answer should be a list": ["ABCD", ["blur"], [1, 2, 3, 4]],
            "The weights of a blur": [["blur", "corners", "vertical", "horizontal"]],
            "Which panel shows neither": [["corners", "vertical", "horizontal", "blur"]],
            "Which panel has the lines": [["vertical", "corners", "horizontal", "blur"]],
        },
        "03-mend": {
            PASSED: [mended()],
            "The answer should be a network": [(5, 5), "same"],
            "Which pictures should it take": [mended(side=60, padding="valid")],
            "Its windows are [(3, 3), (3, 3), (3, 3)].": [mended(sizes=(3, 3, 3))],
            "It has 1 poolings": [mended(pools=1, padding="valid")],
        },
        "03-size": {
            PASSED: [lambda size, k, stride, padding: -(-room(size, k, padding) // stride)],
            "The answer should be a function": [26],
            "For 28 pixels, a window of 3, stride 1 and valid it gives 25.": [
                lambda size, k, stride, padding: size - k
            ],
            "For 28 pixels, a window of 3, stride 1 and same it gives 26.": [
                lambda size, k, stride, padding: (size - k) // stride + 1
            ],
            "Strides above 1 come out wrong": [
                lambda size, k, stride, padding: room(size, k, padding) // stride,
                lambda size, k, stride, padding: room(size, k, padding),
            ],
        },
        "03-horizontal": {
            PASSED: [HORIZONTAL, [[-1, -1, -1], [1, 1, 1], [0, 0, 0]]],
            "The answer should be a kernel": [np.array([-1, 0, 1]), "horizontal"],
            "On an evenly grey area": [np.ones((3, 3))],
            "It answers to vertical edges": [
                HORIZONTAL.T,
                np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
            ],
            "A horizontal edge is dark above": [
                np.zeros((3, 3)),
                np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]]),
            ],
        },
        "03-average": {
            PASSED: [lambda picture: pooled(picture, np.mean)],
            "The answer should be a function": [pooled(SQUARES, np.mean)],
            "For a picture of 4 x 4 it gives 2.9375": [np.mean],
            "The shape is right, the numbers are not": [
                lambda picture: pooled(picture, np.max),
                lambda picture: pooled(picture, np.mean).astype(int),
            ],
            "Try a picture of 5 x 6 pixels": [
                lambda picture: picture.reshape(2, 2, 2, 2).mean(axis=(1, 3))
            ],
        },
    }
