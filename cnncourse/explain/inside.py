"""A look inside: every layer of a network, also in the networks that are its layers."""

from typing import NamedTuple

from cnncourse.backend import keras

CONVOLUTIONS = (
    keras.layers.Conv2D,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv2D,
)
POOLINGS = (keras.layers.MaxPooling2D, keras.layers.AveragePooling2D)
# What stands between a convolution and what the next layer gets of it.
ACTIVATIONS = (
    keras.layers.BatchNormalization,
    keras.layers.Activation,
    keras.layers.ReLU,
    keras.layers.LeakyReLU,
)
JOINTS = {"Add", "Multiply", "Concatenate"}  # layers of Keras, or what `x + y` makes


class Step(NamedTuple):
    """A layer, or another operation, with the tensors that it takes and gives in one place."""

    name: str
    operation: keras.Operation
    inputs: list
    output: keras.KerasTensor


class Inside:
    """The steps of a network in their order, from `inputs` to `output`.

    Args:
        model: A network with one input and one output.
        unfold: Whether a network that is a layer counts as its own layers, not as a single step.
    """

    def __init__(self, model: keras.Model, *, unfold: bool = True) -> None:
        self.name, self.unfold = model.name, unfold
        self.steps: list[Step] = []
        self.inputs = keras.Input(batch_shape=model.inputs[0].shape, dtype=model.inputs[0].dtype)
        self.output = self._run(model, self.inputs, "")

    def probe(self, *outputs: keras.KerasTensor) -> keras.Model:
        """Return a network from the pictures to some of the tensors."""
        return keras.Model(self.inputs, list(outputs) if len(outputs) > 1 else outputs[0])

    def layers(self, *kinds: type[keras.layers.Layer]) -> list[Step]:
        """Return the steps of some kinds; a convolution that prepares the pixels is none."""
        found = [step for step in self.steps if isinstance(step.operation, kinds)]
        found = [step for step in found if step.operation.name != "preprocess"]
        if not any(isinstance(step.operation, CONVOLUTIONS) for step in found):
            raise ValueError(f"{self.name} has no convolution: take a network from conv_net.")
        return found

    def last_maps(self) -> keras.KerasTensor:
        """Return the last feature maps: of a convolution, or where branches come together."""
        last = self.layers(*CONVOLUTIONS)[-1]
        joints = [
            step
            for step in self.steps[self.steps.index(last) :]
            if type(step.operation).__name__ in JOINTS and len(step.output.shape) == 4
        ]
        return self.activated([last, *joints][-1])

    def activated(self, step: Step) -> keras.KerasTensor:
        """Return what a step gives, past the batch normalisation and the activation after it."""
        takers = [taker for taker in self.steps if any(step.output is x for x in taker.inputs)]
        if len(takers) == 1 and isinstance(takers[0].operation, ACTIVATIONS):
            return self.activated(takers[0])
        return step.output

    def scores(self) -> keras.KerasTensor:
        """Return the class scores before the softmax, whose gradient vanishes for sure models."""
        last = self.taken_from(self.output)
        softmax = getattr(last.operation, "activation", None) is keras.activations.softmax
        if isinstance(last.operation, keras.layers.Dense) and softmax:
            scores = keras.ops.matmul(last.inputs[0], last.operation.kernel)
            return scores + last.operation.bias if last.operation.use_bias else scores
        if isinstance(last.operation, keras.layers.Softmax) or softmax:
            return last.inputs[0]
        return keras.ops.log(self.output + 1e-12)

    def taken_from(self, tensor: keras.KerasTensor) -> Step:
        """Return the step that gives a tensor."""
        return next(step for step in self.steps if step.output is tensor)

    def _run(self, model: keras.Model, tensor: keras.KerasTensor, path: str) -> keras.KerasTensor:
        """Let a tensor go through a network, and note each step."""

        def call(operation, *args, **options):
            if self.unfold and is_network(operation):
                return self._run(operation, args[0], f"{path}{operation.name}/")
            output = operation(*args, **options)
            inputs = keras.tree.flatten([args, options])
            self.steps.append(Step(path + operation.name, operation, inputs, output))
            return output

        functional = keras.Model(model.inputs[0], model.outputs[0])  # a Sequential one, too
        return functional._run_through_graph(tensor, call_fn=call)


def is_network(operation: keras.Operation) -> bool:
    """Say whether a layer is a network whose layers are known."""
    return isinstance(operation, keras.Model) and len(getattr(operation, "inputs", None) or ()) == 1


def averaged(model: keras.Model) -> list[tuple[keras.Model, keras.Model]]:
    """Return the networks whose answers a model averages, each with the view that it gets.

    None for a model that is no committee and averages no views.
    """
    inside = Inside(model, unfold=False)
    last = inside.steps[-1] if inside.steps else None
    if last is None or not isinstance(last.operation, keras.layers.Average):
        return []
    given = [inside.taken_from(tensor) for tensor in last.inputs]
    if not all(is_network(step.operation) for step in given):
        return []
    return [(step.operation, inside.probe(step.inputs[0])) for step in given]
