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
# # 14. Fast and accurate
#
# **You will learn**
#
# - a recipe for CIFAR-10 that needs 13 epochs where published pages need 100
# - what each of its parts does: whitening, early pooling, filters that start as the identity,
#   alternating flips, averaged views
# - to find out which parts matter, by leaving out one at a time
# - to look at accuracy and seconds together
#
# **You need** lessons 7 to 10.
#
# **Time** 35 minutes of reading; the code takes about half an hour full-size on two cores, most of it in
# three cells, and a minute in reduced mode.

# %%
from cnncourse import data, models, plotting, results, settings, training
from cnncourse.augmentation import RandomAffine

import keras
import numpy as np

settings.start()

# %%
cifar = data.load("cifar10", validation=2000)
cifar

# %% [markdown]
# The recipe comes from people who race: Page ("How to train your ResNet", 2018) and Jordan ("94% on
# CIFAR-10 in 3.29 seconds on a single GPU", 2024). A laptop's two cores are a thousand times slower
# than their machines. But what saves them seconds saves you hours.
#
# ## Whitening
#
# Neighbouring pixels are much alike, and so are the three colours of a pixel. How much? Take patches
# of 2 by 2 pixels, twelve numbers each, and correlate these numbers over many pictures. (A **correlation**
# of 1 means that two numbers rise and fall together, 0 that there is no such connection.)

# %%
pictures = cifar.x_train[:200]
windows = np.lib.stride_tricks.sliding_window_view(pictures, (2, 2), axis=(1, 2))
patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, 12)
different = ~np.eye(12, dtype=bool)  # the correlation of a number with itself is 1
before = np.corrcoef(patches.T)[different]
print(f"mean correlation of two of the twelve numbers: {before.mean():.2f}")

# %% [markdown]
# All twelve numbers say nearly the same: how bright the patch is. What makes a picture (edges, tints) hides
# in the small differences. **Whitening** filters turn the twelve numbers into twelve others that are
# uncorrelated and have nearly the same spread. They are computed, not trained. `fast_net` does so when it
# is built; this is why it asks for pictures.

# %%
network = models.fast_net(cifar.x_train)
whiten = network.get_layer("whiten")
whitened = keras.Model(network.inputs, whiten.output).predict(pictures, verbose=0)
numbers = whitened[..., :12].reshape(-1, 12)
after = np.corrcoef(numbers.T)[different]
print(f"mean size of the correlations: {np.abs(before).mean():.2f}, after whitening {np.abs(after).mean():.2f}")
print("the spread of each number after whitening:", numbers.std(axis=0).round(2))

# %% mystnb={"image": {"alt": "The red channel of twelve whitening filters of 2 by 2 weights, each on a scale of its own: checkerboards (0, 1 and 6), left against right (2, 4 and 8), top against bottom (3, 5 and 9), and even squares (7, 10 and 11)"}}
filters = whiten.get_weights()[0][..., :12]
plotting.plot_filters(filters / np.abs(filters).max(axis=(0, 1, 2)));

# %% [markdown]
# (The first numbers have a spread below 1 on purpose: they vary so little that stretching them fully would mostly
# stretch noise.)
#
# Above is the red channel of the twelve filters, each on a scale of its own. 11 is the average of the patch, the
# brightness. 8 and 9 are left minus right and top minus bottom, and 6 is one diagonal minus the other. 0 to 5
# do the same with differences of colours. (7 and 10 look even, too: they weigh red against other colours,
# which the red channel alone cannot show.) Lesson 5 found something like that in trained filters. Here it is
# there from the start. (The layer holds each filter twice, the second time with its sign turned round, so
# that the ReLU after it loses nothing.)
#
# ## The rest of the network
#
# Three blocks follow: a convolution, a pooling, a normalisation, and a second convolution with its
# normalisation. Look where the pooling stands: before the normalisation. There are only a quarter of
# the numbers left then.

# %% tags=["nbval-check-output"]
for layer in network.layers:
    print(f"{type(layer).__name__:24} {str(layer.output.shape[1:]):16} {layer.count_params():8,}")

# %% [markdown]
# The normalisations have three numbers for each channel here, not four as in lesson 8: they do without the
# factor. `GlobalMaxPooling2D` keeps the largest number of each channel. The last `Rescaling` divides the ten numbers
# before the softmax by nine. That makes the gradients smaller, too, so a large rate does not throw the last layer
# about.
#
# Two more things cannot be seen here.
#
# - **Filters that start as the identity.** At first each filter copies one channel. Only where there are more
#   filters than channels, twice in this network, are the others random. So a pooled copy of the whitened
#   picture reaches the last layer. The network still guesses, but what it needs is not lost on the way.
# - **Offsets with a larger rate.** Batch normalisation adds an offset to each channel. There are few of
#   them and they are small, so they may learn 64 times as fast.

# %% tags=["nbval-check-output"]
kernel = network.layers[8].get_weights()[0]
print("the middles of filter 3 for the channels 0 to 7:", kernel[1, 1, :8, 3])

# %% [markdown]
# ## Alternating flips
#
# A mirrored horse is a horse, so mirror half of the pictures in each epoch. But if a coin is tossed for
# each, half of the pictures look the same way in two epochs in a row, a quarter in three, and so on: some
# are shown one way only, for long. **Alternating** flips toss the coin once. In the next epoch each
# picture is mirrored if it was not the last time. All that changes is that nothing is left to chance.
# (The figure draws each variant alone, so there the flips are random.)

# %%
augment = RandomAffine(
    shift=2 / 32, flip="alternating", fill_mode="reflect", interpolation="nearest"
)

# %% mystnb={"image": {"alt": "Three CIFAR-10 pictures, each with nine variants: shifted by up to two pixels with mirrored edges, some of them flipped"}}
plotting.plot_augmentations(augment, cifar.x_train[:3], variants=9);

# %% [markdown]
# Shifts are by whole pixels ("nearest"), because shifts by halves blur, and test pictures are not
# blurred. What is missing at the edge is filled by reflection.
#
# ## The recipe
#
# The rest you know: one cycle, label smoothing, batch normalisation. The optimizer is gradient descent
# with Nesterov momentum: **momentum** adds a part of the last step to the next one, and Nesterov's kind
# looks ahead by that part first. Its peak rate, 1.2, looks enormous beside the 0.004 of lesson 10. Do not
# compare them: Adam divides each step by the usual size of the gradient, gradient descent does not. That
# each trained convolution is normalised makes such steps safe.

# %%
recipe = dict(
    optimizer=keras.optimizers.SGD(momentum=0.85, nesterov=True, weight_decay=0.005),
    learning_rate=training.one_cycle(1.2),
    label_smoothing=0.2,
    batch_size=512,
)

# %% [markdown]
# ## Which part matters?
#
# So many parts: are all of them needed? Test six. Leave out one at a time, or put something simpler in
# its place, and see what is lost. This is called an **ablation**. Do it on a small scale, before the long
# training: 5,000 pictures, half as many filters, three seeds each. The batches are half as large, and so
# is the rate: six epochs of so few pictures would be only sixty steps otherwise.
#
# **Predict:** which part would you give up most easily?

# %%
small = cifar.subset(5000)
some = small.x_train[:200]  # enough for twelve filters


def whole_net():
    return models.fast_net(some, widths=[16, 64, 64])


def without_whitening():
    model = whole_net()
    layer = model.get_layer("whiten")
    random = keras.initializers.RandomNormal(stddev=0.3)
    layer.set_weights([random(layer.get_weights()[0].shape)])
    return model


def without_identity():
    model = whole_net()
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.name != "whiten":
            layer.set_weights([keras.initializers.GlorotUniform()(layer.get_weights()[0].shape)])
    return model


# %% [markdown]
# Two of the parts sit in the network, so they are taken out of it here. The others are arguments of
# `train_many`: a dictionary gives each of the seven networks a value of its own.

# %%
random_flips = RandomAffine(
    shift=2 / 32, flip=True, fill_mode="reflect", interpolation="nearest"
)
names = ["whole recipe", "no whitening", "no identity filters", "random flips", "no augmentation",
         "no label smoothing", "constant rate"]
builders = dict.fromkeys(names, whole_net)
builders |= {"no whitening": without_whitening, "no identity filters": without_identity}
augments = dict.fromkeys(names, augment)
augments |= {"random flips": random_flips, "no augmentation": None}
changed = {
    "augment": augments,
    "label_smoothing": dict.fromkeys(names, 0.2) | {"no label smoothing": 0.0},
    "learning_rate": dict.fromkeys(names, training.one_cycle(0.6)) | {"constant rate": 0.2},
    "batch_size": 256,
}

# %%
ablation = training.train_many(
    builders, small, epochs=6, repeats=3,
    name="lesson 14 ablation", **(recipe | changed)
)

# %% mystnb={"image": {"alt": "Validation accuracies of seven recipes, three runs each: the whole recipe and random flips are highest; no augmentation and no label smoothing are about a point lower, no identity filters three, no whitening six; the constant rate is lowest, and its three runs lie far apart"}}
plotting.plot_comparison(ablation);

# %% [markdown]
# A dot is a run, the line the 95 % interval of the mean of three.
#
# - The constant rate loses most, more than fifteen points, and its runs differ most. But only one was tried, 0.2:
#   a smaller one may lose less.
# - Then come whitening, with six points, and the identity filters, with three. (Without whitening the first layer
#   keeps random filters, as it is never trained. A learned first layer was not tried.)
# - Augmentation and label smoothing bring about a point each, if any. Perhaps there is little overfitting to fight
#   in so few epochs.
# - Alternating flips or random ones: in this experiment there is no difference to be seen.
#
# Some of the lines are very long, because three runs that differ much say little about their mean. So look at the
# dots as well. All three runs without whitening, without identity filters and with the constant rate are below all
# runs of the whole recipe. Without label smoothing one run is about as good as the best of the whole recipe: three
# seeds do not decide this.
#
# These are six epochs of a small network on 5,000 pictures. On all of them, or with more epochs, the order may
# change.
#
# ## The race
#
# Now all pictures, and all filters.
#
# **Predict:** published pages reach 81.55 % with augmentation after 100 epochs. Where will thirteen
# epochs of this recipe end?

# %%
widths, epochs = ([64, 256, 256], 22) if settings.long() else ([32, 128, 128], 13)
network = models.fast_net(cifar.x_train, widths)
run = training.train(
    network, cifar, epochs=epochs, augment=augment,
    name=f"lesson 14 {epochs} epochs", **recipe
)

# %% mystnb={"image": {"alt": "Accuracy and learning rate of the race: validation accuracy jumps about far below the smooth training curve while the learning rate is large, and climbs above 90 percent as the rate falls to zero"}}
plotting.plot_history({"fast_net": run}, metrics=["accuracy", "learning_rate"]);

# %% [markdown]
# While the rate is large, the validation curve jumps about. Probably the averages that batch normalisation
# keeps cannot follow weights that change so fast: the training curve, which does not use them, is smooth. As
# the rate falls, all of it settles. Do not stop such a training half-way because its curve looks bad.
#
# For the test pictures the answer averages ten views, as in lesson 10: the picture and its mirror image, each
# in place and moved by a pixel four ways.

# %% tags=["long-version"]
viewed = models.test_time_average(network, shift=1, flip=True)
score = training.evaluate(viewed, cifar)
experiment = "L14-long" if settings.long() else "L14-cifar10"
what = f"fast_net {widths}, ten views averaged"
results.record(experiment, what, score, run)

# %% [markdown]
# That is ten points above the published 81.55 %, after an eighth of the epochs, and more than three above
# lesson 10.
#
# What are the averaged views worth? That needs no training: ask the same network with and without.

# %%
for name, model in {"one view": network, "ten views": viewed}.items():
    answers = model.predict(cifar.x_val, batch_size=250, verbose=0).argmax(axis=1)
    print(f"{name:9} {np.mean(answers == cifar.y_val):.2%} of the validation pictures")

# %% [markdown]
# Half a point here, eleven pictures of 2,000, for ten times the work per answer. So few may be luck; lesson 10 had
# 10,000 pictures to test it.
#
# `settings.long()` is the one place where this lesson has a longer version: with `CNNCOURSE_LONG=1` the
# network has twice as many filters, and nine epochs more. It needs over five times as long, so it is not run
# by default. The results page shows what it reached (L14-long).
#
# ## The same recipe for clothes and digits
#
# Its numbers were found on CIFAR-10. Do they serve other pictures? Try clothes with the same recipe, one epoch
# less; `fast_net` computes new filters from their pictures. Digits must not be mirrored; turn them a little instead,
# and take a smaller network.

# %%
fashion = data.load("fashion_mnist")
clothes_net = models.fast_net(fashion.x_train, widths=[32, 128, 128])
run_fashion = training.train(
    clothes_net, fashion, epochs=12, augment=augment,
    name="lesson 14 clothes", **recipe
)
clothes_viewed = models.test_time_average(clothes_net, shift=1, flip=True)
fashion_score = training.evaluate(clothes_viewed, fashion)
results.record("L14-fashion", "fast_net, ten views averaged", fashion_score, run_fashion)

# %%
mnist = data.load("mnist")
digits_net = models.fast_net(mnist.x_train, widths=[32, 64, 64])
turned = RandomAffine(rotation=10, shift=0.1, zoom=0.1)
run_mnist = training.train(digits_net, mnist, epochs=3, augment=turned, **recipe)
mnist_score = training.evaluate(digits_net, mnist)
results.record("L14-mnist", "fast_net, three epochs", mnist_score, run_mnist)

# %% [markdown]
# On clothes the recipe ends more than a point above the network of lesson 5. That is no race: lesson 5 trained for
# five epochs, without flips, shifts and views.
# On digits it passes 99.5 % after three epochs, which take a good minute.
#
# ## Accuracy and seconds of the whole course
#
# Every result that the course has recorded: how accurate, and after how many seconds of training on two cores? The
# orange diamonds are what published pages report for the experiment of the same number. A diamond stands at *our*
# time: only its height is published. Their networks may differ; the results page says how. The results that you
# have just recorded are among the dots: those of this kernel take the place of the course's own. The vertical axis
# is stretched towards 100 %: where the mistakes shrink by the same factor, the dot climbs by the same height. The
# names are those of the results page.
#
# Seconds are as measured: networks trained side by side shared the cores, so each took longer than alone.
# A committee's time is the sum over its members, two or three times what you waited. E23's time is only
# that of its second round, and a transfer's time leaves out the pretraining.
#
# For twelve of these results an earlier recipe was replaced after its test accuracy had been seen, this lesson's
# own on photographs and clothes among them. Read those a little sceptically; the results page names all twelve.

# %% mystnb={"image": {"alt": "Test accuracy against training seconds for every experiment of the course on digits and clothes, a panel for each: nearly all dots lie above the diamonds of the published accuracies"}}
measured = results.read_all()
colour = [entry for entry in measured if entry["dataset"].startswith("cifar10")]
plotting.plot_results([entry for entry in measured if entry not in colour]);

# %% mystnb={"image": {"alt": "Test accuracy against training seconds for every experiment of the course on CIFAR-10, and on its four classes of vehicles: every dot lies above its diamond; lesson 14's networks are the most accurate"}}
plotting.plot_results(colour);

# %% [markdown]
# ## Recap
#
# - In as many epochs a small network got six points less without whitening, and three less without the identity
#   filters. Early pooling leaves less to compute; that was not measured here.
# - Alternating flips show every picture both ways in any two epochs; here random flips did as well.
# - An ablation tells which parts of a recipe matter. Leave out one at a time, with several seeds.
# - Accuracy alone is half of a result: say how long it took, and on what.
# - A good recipe may carry over: this one did well on clothes, and on digits with a smaller network and another
#   augmentation.
#
# Practise: [the exercises of this lesson](exercises/14_fast_and_accurate.ipynb)
#
# Next: [Spot the bug](15_spot_the_bug.ipynb)
