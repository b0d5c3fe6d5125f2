from answers import PASSED, run
from cnncourse.models import conv_net, dense_net

SHAPE = (28, 28, 1)
BASE = [32, "pool", 64, "pool", 64]
VARIANTS = {
    "base": BASE,
    "dropped": [32, "pool", 64, "pool"],
    "added": [32, "pool", 64, "pool", 64, 64],
    "first": [32, "pool"],
}
DEEP = [32, "pool", 64, "pool", 64, "pool", 64, "pool"]


def variant(name, hint, *wrong):
    steps = VARIANTS[name]
    without = [step for step in steps if step != "pool"]
    return {
        PASSED: [steps],
        "The answer should be a list": [32, ["convolution"]],
        hint: wrong,
        "The picture shrinks away": [[*steps, *["pool"] * 4]],
        "The poolings changed too": [without, ["pool", steps[0], *steps[2:]]],
    }


def trained(*, epochs=2, dense=(64,)):
    nets = {name: conv_net(SHAPE, steps, dense=dense) for name, steps in VARIANTS.items()}
    runs = {name: [run(net)] for name, net in nets.items()}
    return runs | {"base": [run(nets["base"], epochs=epochs)]}


def plan(units=110, **changes):
    complete = {
        "builders": {
            "dense": lambda: dense_net(SHAPE, [units, 64]),
            "convolutional": lambda: conv_net(SHAPE, BASE, dense=[64]),
        },
        "recipe": {"epochs": 5, "batch_size": 64},
        "repeats": 3,
        "choose by": "validation",
    }
    return complete | changes


def answers():
    runs = trained()
    nets = {"dense": dense_net(SHAPE, [110]), "convolutional": conv_net(SHAPE, BASE)}
    return {
        "06-dropped": variant("dropped", "Two convolutions", BASE, [32, "pool"]),
        "06-added": variant("added", "Four convolutions", BASE, [*BASE, 64, 64]),
        "06-first": variant("first", "One convolution", [64, "pool"], [32, "pool", 64, "pool"]),
        "06-runs": {
            PASSED: [runs],
            "The answer should be a dictionary": [{"base": run()}],
            "A network does not have": [
                runs | {"added": runs["dropped"], "dropped": runs["added"]}
            ],
            "The convolutions are right": [trained(dense=()), trained(dense=(32,))],
            "The runs were not trained alike": [trained(epochs=1)],
        },
        "06-repair": {
            PASSED: [conv_net(SHAPE, DEEP, padding="same")],
            "The answer should be a network": [[32, "pool", 64], "conv_net"],
            "Its convolutions have [32, 64, 64]": [conv_net(SHAPE, BASE)],
            "That is a cure": [conv_net(SHAPE, [32, "pool", 64, 64, 64], padding="same")],
            "A window of a single pixel": [conv_net(SHAPE, DEEP, kernel=1)],
        },
        "06-fair": {
            PASSED: [plan()],
            "Something is missing in the plan": [plan()["builders"], plan(builders={})],
            "Each run should start with fresh": [plan(builders=nets)],
            "Which two kinds of networks": [
                plan(builders=dict.fromkeys("ab", lambda: conv_net(SHAPE, BASE)))
            ],
            "One network is much larger: [55050, 93322]": [plan(units=64)],
            "One network is much larger: [435402, 93322]": [plan(units=512)],
            "How would you notice luck?": [plan(repeats=1)],
            "The recipe holds what": [plan(recipe={})],
            "By which pictures may you choose?": [plan(**{"choose by": "test"})],
        },
    }
