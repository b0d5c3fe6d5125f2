"""Questions of lesson 1: shapes, weights, a dense network and its answers."""

from typing import Any

from cnncourse.checks.kinds import WHY, Rule, Table, right, unlike
from cnncourse.checks.networks import NETWORK, activations, layers, units


def _loss(history: Any) -> str:
    loss = history.model.loss
    return loss if isinstance(loss, str) else getattr(loss, "name", "") or loss.__name__


QUESTIONS: dict[str, Table] = {
    "01-shape": {
        WHY: "Pictures first, then height, width and channels.",
        Rule(lambda answer: not isinstance(answer, str)): """
            That is a text: a shape is a tuple of numbers. How does Python write one?
            Leave the quotes out, as in `(2, 3)`.""",
        (28, 28, 1): """That is one picture. How many are in the batch?
            The number of pictures comes first: `(pictures, height, width, channels)`.""",
        (32, 28, 28): """Almost: one axis is missing. What do colour pictures have three of?
            The last axis holds the channels. Grey pictures have 1.""",
        right((32, 28, 28, 1)): """Write a tuple of four numbers. What does each axis count?
            The order is `(pictures, height, width, channels)`; the batch has 32 pictures.
            Read again in lesson 1, "Look at the data first", and count the axes there.""",
    },
    "01-memory": {
        WHY: "25,088 numbers of four bytes each: four times as much as `uint8` takes.",
        32 * 28 * 28: """That is how many numbers there are. How many bytes does each take?
            `float32` means 32 bits a number, and 8 bits are a byte.""",
        32 * 28 * 28 * 8: """Eight bytes a number: which type is that?
            `float64` takes eight bytes, `float32` half as many.""",
        28 * 28 * 4: """That is one picture of the batch.
            Multiply by the 32 pictures.""",
        right(32 * 28 * 28 * 4): """How many numbers are in the batch, and how many bytes has each?
            Multiply the four sizes of the shape, and then by 4 bytes.""",
    },
    "01-weights": {
        WHY: "785 x 64, 65 x 32 and 33 x 10: each neuron has a weight for each input, and a bias.",
        784 * 64 + 64 * 32 + 32 * 10: """Almost: each neuron has one number more than it has inputs.
            Add the biases: one for each of the 64 + 32 + 10 neurons.""",
        785 * 64 + 65 * 32: """Two layers are right. Where do the ten probabilities come from?
            The output layer has weights too: 10 neurons with 32 inputs each.""",
        785 * 64 + 785 * 32 + 785 * 10: """Does every layer look at the pixels?
            Only the first layer does. The second has 64 inputs, the third 32.""",
        right(785 * 64 + 65 * 32 + 33 * 10): """Go layer by layer: neurons times (inputs + 1).
            784 inputs for 64 neurons, 64 for 32, and 32 for 10. Each neuron has a bias.
            Lesson 1, "A network in plain Keras", counts a smaller network in the same way.""",
    },
    "01-network": {
        WHY: "Pixels scaled, two hidden layers with relu, ten probabilities at the end.",
        **NETWORK,
        Rule(lambda model: model.input_shape[1:], (28, 28, 1)): """
            The network does not take pictures of 28 x 28 pixels. How does it begin?
            Begin with `keras.Input((28, 28, 1))`; the number of pictures is left out.""",
        Rule(units, [64, 32, 10]): """
            The dense layers have {found} neurons. Which ones were asked for?
            Three dense layers: 64 and 32 neurons, and 10 for the ten classes.""",
        Rule(lambda model: [layer.scale for layer in layers(model, "Rescaling")], [1 / 255]): """
            The pixels arrive as 0 to 255. What did the lesson's network do first?
            Put `keras.layers.Rescaling(1 / 255)` before `Flatten`.""",
        Rule(activations("Dense"), lambda found: found[:2] == ["relu", "relu"]): """
            Something is missing in the hidden layers: two in a row do no more than one.
            Give both hidden layers `activation="relu"`.""",
        Rule(lambda model: activations("Dense")(model)[2], "softmax"): """
            Do the ten outputs add up to 1?
            Give the last layer `activation="softmax"`; yours has `{found}`.""",
    },
    "01-fit": {
        WHY: "Integer labels, a loss that takes them, and validation pictures to watch.",
        Rule(lambda answer: "loss" in dir(answer.model) and "keys" in dir(answer.history)): """
            What does `fit` return?
            Write `history = network.fit(...)`: the answer is what `fit` returns.""",
        Rule(_loss, "sparse_categorical_crossentropy"): """
            The loss is {found}. In which form does it want the labels, and which form do \
            yours have?
            The labels are integers: `loss="sparse_categorical_crossentropy"`.""",
        Rule(lambda history: "val_accuracy" in history.history): """
            You cannot see how it does on pictures that it does not learn from.
            Pass `validation_data=(x, y)` to `fit`, and `metrics=["accuracy"]` to `compile`.""",
    },
    "01-argmax": {
        WHY: "One answer for each picture: the class with its largest probability.",
        (1, 0, 0, 2): """You have four answers for three pictures.
            Take the largest of each row: `argmax(axis=1)`.""",
        (0.6, 0.4, 0.7): """These are the largest probabilities. Which classes do they belong to?
            `max` gives the value, `argmax` its place.""",
        right((2, 0, 3)): """Three pictures, so three classes, each from 0 to 3.
            `probabilities.argmax(axis=1)` gives the place of the largest in each row.
            Lesson 1, "From pictures to answers", does it with its own probabilities.""",
    },
    "01-sets": {
        WHY: "And the test set only once, when nothing is left to choose.",
        unlike({"fit": "training", "choose": "test", "report": "test"}): """
            If you choose by the test pictures, what is left to tell the truth?
            Choose by the validation pictures.""",
        unlike({"fit": "training", "choose": "validation", "report": "validation"}): """
            The chosen network fits these pictures by luck, too. Which ones decided nothing?
            Report the accuracy on the test pictures.""",
        right({"fit": "training", "choose": "validation", "report": "test"}): """
            Each value is "training", "validation" or "test", and each is needed once.
            The network learns from the training pictures; you choose by the validation pictures.
            Read the table in lesson 1 again, "Three sets, three purposes".""",
    },
    "01-mended": {
        WHY: "Pixels from 0 to 1, ten probabilities, and a loss that takes integer labels.",
        **NETWORK,
        Rule(lambda model: len(layers(model, "Rescaling")), 1): """
            The first mistake: the pixels arrive as 0 to 255. What do networks like?
            Put `keras.layers.Rescaling(1 / 255)` before `Flatten`.
            Compare it with the network of lesson 1, layer by layer.""",
        Rule(lambda model: activations("Dense")(model)[-1], "softmax"): """
            Another mistake: the ten outputs are no probabilities. Do they add up to 1?
            Give the last layer `activation="softmax"`; yours has `{found}`.
            Lesson 1, "From pictures to answers", says what softmax does.""",
        Rule(lambda model: model.loss, "sparse_categorical_crossentropy"): """
            And a mistake in `compile`: the labels are integers. Which loss takes them? \
            Yours is {found}.
            Compile with `loss="sparse_categorical_crossentropy"`.
            Lesson 1, "A network in plain Keras", says what "sparse" means.""",
    },
    "01-curves": {
        WHY: "C knows its training pictures, A knows none well, B is best on new ones.",
        unlike({"by heart": "c", "too little": "a", "choose": "c"}): """
            C is best where it may look. Where does that not help?
            Choose by the validation errors: the dashed lines.""",
        unlike({"by heart": "a", "too little": "c", "choose": "b"}): """
            You have two of them the other way round. On which pictures does C make no error?
            By heart: no errors on training pictures, many on validation pictures.""",
        right({"by heart": "c", "too little": "a", "choose": "b"}): """
            Write one of the names "A", "B" and "C" for each key. Where do the two lines part?
            By heart: the lines part. Too little: both stay high. Choose: the lowest dashed line.
            Lesson 1, "A network in plain Keras", ends with such a figure.""",
    },
    "01-matrix": {
        WHY: "What lies on the diagonal, divided by all pictures of the class: the sum of its row.",
        (45, 35, 100): """These are numbers of pictures. How many has each class?
            Divide by the sum of each row.""",
        (45 / 55, 35 / 40, 100 / 105): """You divided by the answers to each class. What is a row?
            The true class is the row: `matrix.sum(axis=1)`.""",
        180 / 200: """That is the accuracy for all classes together. What about each of them?
            Leave the sums apart: one for each row.""",
        right((45 / 50, 35 / 50, 100 / 100)): """Three shares from 0 to 1. Where is what was right?
            Divide `matrix.diagonal()` by the sum of each row.
            Lesson 1, "Where is it wrong?", says what rows and columns are.""",
    },
}
