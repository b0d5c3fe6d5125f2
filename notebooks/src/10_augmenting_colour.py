# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,mystnb
#     notebook_metadata_filter: kernelspec,title,-jupytext.text_representation.jupytext_version,-cnncourse
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10. Augment colour pictures
#
# **You will learn**
#
# - three ways to vary a colour picture: shift, flip and erase
# - what each of them does to the learning curves, alone and together
# - why photographs are mirrored and digits are not, measured
# - how far augmentation takes a small network on all of CIFAR-10
#
# **You need** lessons 7 and 8.
#
# **Time** 20 minutes of reading; the code takes about 25 minutes full-size on two cores, most of it in
# two cells, and a minute in reduced mode.

# %%
from cnncourse import data, models, plotting, results, settings, training
from cnncourse.augmentation import Pipeline, RandomAffine, RandomErasing

import numpy as np

settings.start()

# %%
cifar = data.load("cifar10", validation=2000)
names = cifar.class_names
cifar

# %% [markdown]
# ## Shift
#
# A ship one pixel further to the left is the same ship. Here every picture is moved by up to an eighth of its
# side, four pixels, in any direction. What comes in at the edge is a mirror image of what stands there
# ("reflect"). `interpolation="nearest"` moves by whole pixels, so nothing gets blurred.

# %% mystnb={"image": {"alt": "Two colour pictures, each with nine variants moved by up to four pixels; the edges are filled with a mirror image"}}
whole_pixels = dict(fill_mode="reflect", interpolation="nearest")
shift = RandomAffine(shift=0.125, **whole_pixels)
shown = cifar.x_train[[4, 12]]
plotting.plot_augmentations(shift, shown, variants=9);

# %% [markdown]
# ## Flip
#
# A horse that looks to the left could just as well look to the right. So mirror half of the pictures, chosen
# anew in each epoch. Left to right only: upside down there are few horses.

# %% mystnb={"image": {"alt": "The same two pictures with nine variants each: some of them are mirrored left to right, the others unchanged"}}
flip = RandomAffine(flip=True)
plotting.plot_augmentations(flip, shown, variants=9);

# %% [markdown]
# ## Erase
#
# A dog behind a post is still a dog. **Random erasing** covers a rectangle of each picture. So the network
# cannot rely on one part alone, the head perhaps; it must learn the paws as well. Lesson 5 did the same to a
# finished network, and called it occlusion.

# %% mystnb={"image": {"alt": "The same two pictures with nine variants each: grey rectangles of varying size cover parts of most of them; some are too small to see"}}
erase = RandomErasing(side=0.5)
plotting.plot_augmentations(erase, shown, variants=9);

# %% [markdown]
# The rectangle may be grey, black or noise. With `square=True` it is a square of always the same size,
# though a part of it may lie outside the picture, as here. Published recipes differ in this. Grey lies in
# the middle of the pixels' range, so it stands out least on average.

# %% mystnb={"image": {"alt": "One picture with squares erased in three ways: grey, black and coloured noise"}}
one = cifar.x_train[4:5]
squares = [RandomErasing(0.5, square=True, fill=fill) for fill in ["gray", "black", "noise"]]
seed = np.array([1, 2], np.int32)  # the same seed: the same place
filled = np.concatenate([square.augment(one, seed) for square in squares])
plotting.plot_images(filled.astype("uint8"), ["gray", "black", "noise"]);

# %% [markdown]
# ## All of them
#
# A `Pipeline` applies one after the other. It is an augmentation itself, so `train` and `plot_augmentations`
# take it like any other.

# %% mystnb={"image": {"alt": "The same two pictures with nine variants each, shifted, some mirrored, a part covered in grey; all can still be recognised"}}
everything = Pipeline([RandomAffine(shift=0.125, flip=True, **whole_pixels), erase])
plotting.plot_augmentations(everything, shown, variants=9);

# %% [markdown]
# Order matters: erasing comes last, so the rectangle stays where it was drawn. Shift and flip share one layer, as
# `RandomAffine` does both in one go.
#
# ## What does each of them bring?
#
# 2,000 training pictures, 25 epochs, three seeds for each kind. The kinds differ in `augment` alone, so
# `train_many` gets a dictionary there.
#
# **Predict:** which of the three helps most? Do they add up? And which learning curve ends with the smallest
# gap between training and validation?

# %%
few = cifar.subset(2000)
recipe = dict(optimizer="adamw", label_smoothing=0.1, learning_rate=training.one_cycle(0.004))


def small_net():
    layers = [32, "pool", 64, "pool", 128, "pool"]
    return models.conv_net(cifar.picture_shape, layers, padding="same", batch_norm=True)


# %%
kinds = {"none": None, "shift": shift, "flip": flip, "erase": erase, "all": everything}
trials = training.train_many(
    dict.fromkeys(kinds, small_net), few, epochs=25, repeats=3,
    batch_size=64, augment=kinds, name="lesson 10 trials", **recipe
)

# %% mystnb={"image": {"alt": "Validation accuracy with 2,000 training pictures for no augmentation, shift, flip, erase and all together, three runs each with intervals: none is lowest, then erase, flip, and shift, and all together are a little above shift"}}
plotting.plot_comparison(trials);

# %% [markdown]
# A dot is a run, the line the 95 % interval of the mean of three. Where two lines overlap widely, this
# experiment cannot tell the two kinds apart. Every kind helps. Shifting helps most, erasing least, and all together
# are hardly better than shifting alone: the gains do not add up.

# %% mystnb={"image": {"alt": "Learning curves of one run of each kind: training accuracy rises to nearly 100 percent without augmentation, later also with flip and erase, to 89 with shift and to 74 with all; validation ends near 51 without, 53 with erase, 57 with flip, 62 with shift and 63 with all"}}
firsts = {name: runs[0] for name, runs in trials.items()}
plotting.plot_history(firsts, metrics=["accuracy"]);

# %%
for name, run in firsts.items():
    train, validation = run.history["accuracy"][-1], run.history["val_accuracy"][-1]
    print(f"{name:6} training {train:.1%}, validation {validation:.1%}, gap {train - validation:+.1%}")

# %% [markdown]
# The faint lines are the training curves. Without augmentation the network soon knows its 2,000 pictures by
# heart. Pictures that come varied are harder to learn by heart, so training accuracy rises more slowly and the gap
# gets smaller. (Training accuracy is measured on the varied pictures. A part of the smaller gap
# comes from that alone.) A small gap is no merit by itself: an untrained network has none at all. What counts is
# where the *validation* curve ends.
#
# And mind the time: this takes longer to learn. With all kinds the network gets only three quarters of the varied
# training pictures right when the cycle ends, so more epochs might bring more. (No curve still
# climbs there: the rate has fallen to almost 0.) Published recipes with erasing train for two hundred
# epochs and longer.
#
# ## Why digits are not mirrored
#
# Whether an augmentation fits is a question about the **labels**. A mirrored horse is a horse. A mirrored 3 is
# nothing.

# %% mystnb={"image": {"alt": "The digits 2, 3, 5 and 7, each with five variants, some mirrored: the mirrored 2, 3 and 7 are no digits, the mirrored 5 could be a 2"}}
mnist = data.load("mnist", validation=2000)
digits = [int(np.flatnonzero(mnist.y_train == digit)[0]) for digit in [2, 3, 5, 7]]
plotting.plot_augmentations(flip, mnist.x_train[digits], variants=5);

# %% [markdown]
# **Predict:** how much does mirroring cost on 1,000 digits? Which digits suffer most?

# %%
few_digits = mnist.subset(1000)


def digit_net():
    return models.conv_net(mnist.picture_shape, [32, "pool", 64], batch_norm=True)


mirrored = {"digits as they are": None, "digits mirrored": flip}
digit_nets = dict.fromkeys(mirrored, digit_net)
digit_trials = training.train_many(
    digit_nets, few_digits, epochs=15, repeats=3, batch_size=64, augment=mirrored, **recipe
)

# %% mystnb={"image": {"alt": "Validation accuracy on 1,000 digits, three runs each with intervals: with mirroring it is lower than without"}}
plotting.plot_comparison(digit_trials);

# %%
for name, runs in digit_trials.items():
    guesses = [run.model.predict(mnist.x_val, batch_size=500, verbose=0).argmax(1) for run in runs]
    wrong = np.mean([guess != mnist.y_val for guess in guesses], axis=0)
    shares = [wrong[mnist.y_val == digit].mean() for digit in range(10)]
    print(f"{name:20}", " ".join(f"{digit}: {share:5.1%}" for digit, share in enumerate(shares)))

# %% [markdown]
# The numbers are the shares of each digit that are misread. Mirroring costs nearly four points in all. A
# 0, a 1 or an 8 hardly changes when mirrored, and they lose little. 5, 3 and 2 suffer most. A mirrored 5 can look
# like a 2, and a mirrored 2 like a 5: probably the network learned these shapes under both names. The shares do not
# show what a digit was taken for. A confusion matrix would.
#
# The rule: augment with changes that could have happened **and** leave the label true. Ask that for each data
# set anew.
#
# ## All pictures
#
# Now everything: 48,000 training pictures, shifted and flipped, and a deeper network. It spends its time
# where the picture has become small: at most 32 filters at 32 by 32 pixels, and 128 later. Erasing is
# left out here: so short a training has enough to do with the other two.

# %% tags=["nbval-check-output"]
layers = [24, 32, "pool", 32, 128, "pool", 128, 128, "pool", 128]
model = models.conv_net((32, 32, 3), layers, padding="same", batch_norm=True)
print(f"{model.count_params():,} weights")

# %%
shift_and_flip = RandomAffine(shift=0.125, flip=True, **whole_pixels)
run = training.train(
    model, cifar, epochs=8, augment=shift_and_flip,
    name="lesson 10 single", **recipe
)

# %% mystnb={"image": {"alt": "Learning curves on all pictures: training and validation accuracy rise together and stay close to each other"}}
plotting.plot_history(run);

# %% [markdown]
# Compare this figure with the plain network of lesson 8: there the training curve left the validation curve
# behind after a few epochs. But more than the augmentation is different here: this network has other layers and
# batch normalisation, and its training curve is measured on varied pictures.
#
# When the network answers, let it look at ten views of each picture: itself and moved by a pixel in four
# directions, each also mirrored.
#
# **Predict:** what do the ten views bring?

# %%
single = training.evaluate(model, cifar)
results.record("L10-single", "seven convolutions, shift and flip, one view", single, run)
ten_views = training.evaluate(models.test_time_average(model, shift=1, flip=True), cifar)
results.record("E26", "seven convolutions, shift and flip, ten views", ten_views, run)
print("one view: ", single)
print("ten views:", ten_views)

# %% [markdown]
# Published pages report 81.55 % with shifts and flips after 100 epochs. (Be a little sceptical of ours: this
# is the third recipe that was measured on these test pictures. The two before were more accurate, but took longer.)
#
# Is the gain of the ten views more than luck? The paired test of lesson 6 tells.

# %%
result = training.compare(single, ten_views)
print(f"only one view right: {result.only_first}, only ten views right: {result.only_second}")
print(f"chance of such a split if both were equally good: {result.p_value:.3f}")

# %% [markdown]
# (0.000 means less than one in two thousand.) So the gain is no luck: where only one of the two is right, it is
# the ten views twice as often. Whether one point more is worth ten times the work is for you to decide.

# %% mystnb={"image": {"alt": "Confusion matrix of the augmented network: fewer mistakes than in lesson 8; cats and dogs are still the pair confused most"}}
plotting.plot_confusion_matrix(ten_views, class_names=names);

# %% mystnb={"image": {"alt": "Twelve misclassified test pictures, the most confident mistakes first, each with its class and the network's answer"}}
plotting.plot_mistakes(ten_views, cifar.x_test, class_names=names, most=12, columns=6);

# %% [markdown]
# Those are its twelve most confident mistakes. Would you have known better? At 32 by 32 pixels people err
# as well. And look at the first one: the data set calls it a cat, the network a frog. Labels can be
# wrong, too.
#
# ## Recap
#
# - Shift, flip and erase make new pictures whose labels stay true. A `Pipeline` combines them.
# - All of them slow training down and narrow its gap to validation; judge by the end of the validation curve.
# - Mirror photographs, not digits: whether an augmentation fits depends on what the labels mean.
# - Several views of a test picture, averaged, brought a point here, for ten times the work per answer.
#
# Practise: [the exercises of this lesson](exercises/10_augmenting_colour.ipynb)
#
# Next: [Transfer learning](12_transfer_learning.ipynb)
