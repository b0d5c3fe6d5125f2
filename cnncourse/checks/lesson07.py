"""Questions of lesson 7: augmentation that helps and harms, and cleaning."""

import numpy as np

from cnncourse.checks.kinds import WHY, Rule, Table, is_a, right, unlike
from cnncourse.checks.runs import ALIKE, REPEATED, runs_named

AFFINE: Table = {
    Rule(is_a("RandomAffine")): """The answer should be an augmentation.
        Write `RandomAffine(...)`, with some of rotation, shift, zoom and flip."""
}
CHANGES: Table = {
    Rule(lambda layer: layer.flip or layer.rotation or layer.shift or layer.zoom): """
        This one changes nothing.
        Without arguments all amounts are 0. Try `rotation=`, `shift=`, `zoom=` or `flip=`."""
}


def _inverted(pair: tuple, part: str) -> bool:
    before, after = (getattr(dataset, part) for dataset in pair)
    return before.shape == after.shape and bool(np.all(after == 255 - before))


QUESTIONS: dict[str, Table] = {
    "07-modest": {
        WHY: "Every variant can still be read, and its label is still true.",
        **AFFINE,
        **CHANGES,
        Rule(lambda layer: not layer.flip): """Look at a 2 or a 5 in a mirror.
            Digits must not be mirrored: leave `flip` out.""",
        Rule(lambda layer: layer.rotation, lambda degrees: degrees <= 30): """
            You turn by up to {found} degrees. What does that make of a 6?
            A person's writing leans by 10 or 20 degrees, hardly by more than 30.""",
        Rule(lambda layer: layer.shift <= 0.2 and layer.zoom <= 0.3): """
            Draw some variants with `plotting.plot_augmentations`: is each digit still whole?
            Shift by at most 0.2, and zoom by at most 0.3: both are shares.""",
    },
    "07-harm": {
        WHY: "A 6 becomes a 9, a mirrored 5 nearly a 2: the labels are not true any more.",
        **AFFINE,
        **CHANGES,
        Rule(lambda x: x.flip or x.rotation >= 90 or x.shift >= 0.3 or x.zoom >= 0.7): """
            With this one, nearly all digits can still be read.
            Which change turns a digit into another one, or moves it out of the picture? Mirror \
            it, turn it upside down, or shift it by half of its width.""",
    },
    "07-trials": {
        WHY: "Same network, same seeds, same epochs: only the augmentation differs.",
        **runs_named("none", "modest", "harmful"),
        **ALIKE,
        **REPEATED,
    },
    "07-sets": {
        WHY: "Turned pictures are more to learn from. Cleaning changes what the network knows.",
        unlike(dict.fromkeys(["turning", "cleaning"], {"training", "validation", "test"})): """
            Will the pictures that you meet later be turned at random?
            Only training pictures are turned: validation and test must stay as they are.""",
        unlike({"turning": {"training"}, "cleaning": {"training"}}): """
            A network that has only seen clean pictures: which ones does it meet in the test?
            Whatever cleans the pictures must clean all three sets.""",
        right({"turning": {"training"}, "cleaning": {"training", "validation", "test"}}): """
            Each value is a set such as `{"training", "test"}`.
            Turning at random is for the training pictures, cleaning for all of them.""",
    },
    "07-inverted": {
        WHY: "Dark strokes on bright paper, in all three sets, and still `uint8`.",
        Rule(lambda pair: len(pair) == 2 and all(map(is_a("ImageDataset"), pair))): """
            The answer should be a data set.
            `mnist.transform(function)` returns one.""",
        Rule(lambda pair: _inverted(pair, "x_train")): """
            Black (0) should become white (255). What becomes of 255?
            The new pixel is 255 minus the old one.""",
        Rule(lambda pair: _inverted(pair, "x_val") and _inverted(pair, "x_test")): """
            Look at the pictures of the other sets, too.
            `mnist.transform(...)` changes all three sets alike.""",
    },
    "07-seen": {
        WHY: "Without augmentation it would have been the same 1,000 pictures, thirty times.",
        1000: """That is right without augmentation.
            Every epoch draws a new variant of each picture.""",
        31_000: """Are the originals shown as well?
            `train` changes every picture each time: count variants only.""",
        right(30_000): """How many variants does an epoch show?
            One variant of each of 1,000 pictures, in each of 30 epochs.""",
    },
}
