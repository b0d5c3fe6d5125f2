import numpy as np

from answers import PASSED


def walk(slope, start, rate, steps):
    for _ in range(steps):
        start = start - rate * slope(start)
    return start


def up(slope, start, rate, steps):
    return walk(slope, start, -rate, steps)


def one_step(slope, start, rate, steps):
    return walk(slope, start, rate, 1)


def slope_of_the_start(slope, start, rate, steps):
    return start - 0.8 * steps * rate * slope(start)


def blame(row, weights, answer, true):
    return (row * (weights[:, answer] - weights[:, true])).reshape(28, 28)


def answers():
    return {
        "02-curves": {
            PASSED: [{"too small": "B", "right": "C ", "too large": "A"}],
            "Write a dictionary": [["B", "C", "A"], {"right": "C"}],
            "The right rate is the one": [{"too small": "B", "right": "A", "too large": "C"}],
            "Two curves end high": [{"too small": "A", "right": "C", "too large": "B"}],
        },
        "02-descend": {
            PASSED: [walk],
            "The answer should be a function": [3],
            "From the weight 1, where the slope is 2, it goes to 1.5": [up],
            "One step or three": [one_step],
            "Three steps that each halve": [slope_of_the_start],
        },
        "02-blame": {
            PASSED: [blame],
            "The answer should be a function": ["row"],
            "It should return a picture": [lambda row, *others: row],
            "The signs are the wrong way": [lambda r, w, a, t: blame(r, w, t, a)],
            "What does one pixel give": [lambda r, w, a, t: blame(1, w, a, t)],
        },
        "02-growing": {
            PASSED: [np.geomspace],
            "The answer should be a function": [[0.01, 0.1]],
            "For four steps": [lambda low, high, steps: [low, high]],
            "Your rates grow by the same amount": [np.linspace],
            "From 0.01 to 10": [lambda low, high, steps: np.geomspace(high, low, steps)],
        },
        "02-choose": {
            PASSED: [lambda rates, losses: rates[np.argmin(losses)] / 10],
            "The answer should be a function": [0.2],
            "That is the rate of the lowest": [lambda rates, losses: rates[np.argmin(losses)]],
            "That is a tenth of the lowest": [lambda rates, losses: min(losses) / 10],
            "For the rates 0.5, 2 and 8": [lambda rates, losses: max(rates)],
        },
    }
