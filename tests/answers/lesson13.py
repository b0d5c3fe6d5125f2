import numpy as np

from answers import PASSED


def confidence(p, y):
    return p.max(axis=1).mean(), (p.argmax(axis=1) == y).mean()


def calibration_error(p, y, weighted=True, absolute=True):
    sure, right = p.max(axis=1), p.argmax(axis=1) == y
    place = np.minimum((10 * sure).astype(int), 9)
    bins = [place == number for number in range(10) if (place == number).any()]
    gaps = np.array([sure[held].mean() - right[held].mean() for held in bins])
    gaps = np.abs(gaps) if absolute else gaps
    weights = [held.mean() for held in bins] if weighted else 1 / len(bins)
    return abs((gaps * weights).sum())


def cool(p, temperature):
    scaled = p ** (1 / temperature)
    return scaled / scaled.sum(axis=1, keepdims=True)


def suspects(p, y, count):
    return np.argsort(p[np.arange(len(y)), y])[:count]


def darken(images, light):
    return (images * light).astype("uint8")


def answers():
    return {
        "13-confidence": {
            PASSED: [confidence],
            "Does your function return two things": [lambda p, y: p.max(), 0.65],
            "The mean confidence of four answers is 0.65; yours is 0.3": [
                lambda p, y: (p.mean(), confidence(p, y)[1])
            ],
            "Two of the four answers are right": [lambda p, y: (p.max(axis=1).mean(), 1.0)],
        },
        "13-error": {
            PASSED: [calibration_error],
            "The answer should be a function that returns one number": [0.2, lambda p, y: p],
            "Do bins with few answers count": [lambda p, y: calibration_error(p, y, False)],
            "May one bin's surplus": [lambda p, y: calibration_error(p, y, True, False)],
            "For five answers in two bins": [lambda p, y: 0.5],
        },
        "13-cool": {
            PASSED: [cool],
            "Does your function return as many": [2, lambda p, temperature: p[0]],
            "The rows add up to": [lambda p, temperature: p / temperature],
            "Nothing has changed": [lambda p, temperature: p],
            "At temperature 2 your answers are sharper": [lambda p, t: cool(p, 1 / t)],
            "0.8 to 0.2 is 4 to 1": [lambda p, temperature: np.full_like(p, 0.5)],
        },
        "13-fit-on": {},
        "13-suspects": {
            PASSED: [suspects],
            "Does your function return as many places": [
                lambda p, y, count: suspects(p, y, 4),
                [1, 3],
            ],
            "These are the least sure answers": [
                lambda p, y, count: np.argsort(p.max(axis=1))[:count]
            ],
            "Of four pictures it finds": [lambda p, y, count: suspects(p, y, 4)[-count:]],
        },
        "13-darken": {
            PASSED: [darken],
            "Does every pixel come back": [0.5, lambda images, light: images[..., :1, :]],
            "The networks of this course take uint8": [lambda images, light: images * light],
            "With half of the light 200 becomes 100": [
                lambda images, light: np.maximum(images.astype(int) - 50, 0).astype("uint8")
            ],
        },
        "13-darker": {
            PASSED: [{1.0: (0.9, 0.7), 0.5: (0.8, 0.6), 0.2: (0.6, 0.3)}],
            "The answer should be a dictionary": [{1.0: 0.9}, [1.0, 0.5]],
            "How would you see a trend": [
                {1.0: (0.9, 0.7)},
                {0.9: (0.9, 0.7), 0.5: (0.8, 0.6), 0.2: (0.6, 0.3)},
            ],
            "A confidence and an accuracy are shares": [
                {1.0: (90, 70), 0.5: (80, 60), 0.2: (60, 30)}
            ],
        },
    }
