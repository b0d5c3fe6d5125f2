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
# # 11. Fast and accurate
#
# **You will learn**
#
# - a recipe for CIFAR-10 that needs 18 epochs where published pages need 100
# - what each of its parts does: whitening, early pooling, filters that start as the identity,
#   alternating flips, averaged views
# - to find out which parts matter, by leaving out one at a time
# - to look at accuracy and seconds together
#
# **You need** lessons 6 to 9.
#
# **Time** 35 minutes of reading; the code takes about 45 minutes full-size on two cores, most of it in
# three cells, and a minute in reduced mode.

# %%
import numpy as np

from cnncourse import data, models, plotting, results, settings, training
from cnncourse.augmentation import RandomAffine
from cnncourse.backend import keras

settings.start()

# %%
cifar = data.load("cifar10")
cifar

# %% [markdown]
# The recipe comes from people who race: Page ("How to train your ResNet", 2018) and Jordan ("94% on
# CIFAR-10 in 3.29 seconds on a single GPU", 2024). A laptop's two cores are a thousand times slower
# than their machines. But what saves them seconds saves you hours.
#
# ## Whitening
#
# Neighbouring pixels are much alike, and so are the three colours of a pixel. How much? Take patches
# of 2 by 2 pixels, twelve numbers each, and correlate these numbers over many pictures.

# %%
pictures = cifar.x_train[:2000]
windows = np.lib.stride_tricks.sliding_window_view(pictures, (2, 2), axis=(1, 2))
patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, 12)
correlation = np.corrcoef(patches.T)
print(f"mean correlation of two of the twelve numbers: {correlation[~np.eye(12, dtype=bool)].mean():.2f}")

# %% [markdown]
# Twelve numbers that nearly say the same: whoever looks at them sees brightness, again and again. What
# makes a picture (edges, tints) hides in the small differences. **Whitening** filters turn the twelve
# numbers into twelve others that are uncorrelated and nearly of the same size. They are computed, not
# trained. `fast_net` does so when it is built; this is why it asks for pictures.

# %%
network = models.fast_net(cifar.x_train)
whiten = network.get_layer("whiten")
whitened = keras.Model(network.inputs, whiten.output).predict(pictures, verbose=0)
numbers = whitened[..., :12].reshape(-1, 12)
after = np.corrcoef(numbers.T)
print(f"mean size of the correlations, before: {np.abs(correlation[~np.eye(12, dtype=bool)]).mean():.2f}")
print(f"after whitening: {np.abs(after[~np.eye(12, dtype=bool)]).mean():.2f}")

# %% mystnb={"image": {"alt": "The red channel of twelve whitening filters of 2 by 2 weights: the first ones have large weights of opposite signs, the last one is an even square that averages"}}
plotting.plot_filters(whiten.get_weights()[0][..., :12]);

# %% [markdown]
# The red channel of the twelve filters. The last one is the average of the patch, the brightness. The
# others are differences: left minus right, top minus bottom, one colour minus another. (7 and 10 look
# even, too: they weigh red against other colours, which the red channel alone cannot show.) Lesson 4
# found something like that in trained filters. Here it is there from the start. (The layer holds each
# filter twice, the second time with its sign turned round, so that the ReLU after it loses nothing.)
#
# ## The rest of the network
#
# Three blocks follow: a convolution, a pooling, a normalisation, and a second convolution with its
# normalisation. Look where the pooling stands: before the normalisation. There are only a quarter of
# the numbers left then.

# %% tags=["nbval-check-output"]
for layer in models.fast_net(np.zeros((10, 32, 32, 3), np.uint8)).layers:
    print(f"{type(layer).__name__:24} {str(layer.output.shape[1:]):16} {layer.count_params():8,}")

# %% [markdown]
# Two more things cannot be seen here.
#
# - **Filters that start as the identity.** At first as many filters as there are channels copy one each;
#   the others are random. So a pooled copy of the whitened picture reaches the last layer beside the
#   noise that random layers make of it. Training begins with something that works.
# - **Offsets with a larger rate.** Batch normalisation adds an offset to each channel. There are few of
#   them and they are small, so they may learn 64 times as fast.

# %% tags=["nbval-check-output"]
second = models.fast_net(np.zeros((10, 32, 32, 3), np.uint8)).layers[8]
kernel = second.get_weights()[0]
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
# ## The race
#
# The rest you know: one cycle, label smoothing, batch normalisation. The optimizer is gradient descent
# with Nesterov momentum: **momentum** adds a part of the last step to the next one, and Nesterov's kind
# looks ahead by that part first. Its rate looks enormous, which suits a network whose every trained
# convolution is normalised.
#
# **Predict:** published pages reach 81.55 % with augmentation after 100 epochs. Where will eighteen
# epochs of this recipe end?

# %%
widths, epochs = ([64, 256, 256], 16) if settings.long() else ([32, 128, 128], 18)
network = models.fast_net(cifar.x_train, widths)
recipe = dict(
    optimizer=keras.optimizers.SGD(momentum=0.85, nesterov=True, weight_decay=0.005),
    learning_rate=training.one_cycle(1.2),
    label_smoothing=0.2,
    batch_size=512,
)
run = training.train(network, cifar, epochs=epochs, augment=augment, **recipe)

# %% tags=["long-version"]
viewed = models.test_time_average(network, shift=1, flip=True)
score = training.evaluate(viewed, cifar)
experiment = "L11-long" if settings.long() else "L11-cifar10"
what = f"fast_net {widths}, ten views averaged"
results.record(experiment, what, score, run)

# %% mystnb={"image": {"alt": "Learning curves of the race: validation accuracy jumps about far below training accuracy while the learning rate is large, and climbs above 90 percent as the rate falls"}}
plotting.plot_history({"fast_net": run});

# %% [markdown]
# While the rate is large, the validation curve jumps about: the weights, and with them the averages that batch
# normalisation keeps, change too fast. As the rate falls, all of it settles. Do not stop such a training
# half-way because its curve looks bad.
#
# The answer averages ten views: the picture and its mirror image, each in place and moved by a pixel
# four ways. (Lesson 8 did this with digits, without the mirror.)
#
# `settings.long()` is the one place where this lesson has a longer version: with `CNNCOURSE_LONG=1` the
# network has twice as many filters. It needs three times as long, so it is not run by default. The
# results page shows what it reached (L11-long).
#
# ## Which part does it?
#
# A recipe of six parts: are all of them needed? Leave out one at a time, and train on 5,000 pictures,
# two seeds each. This is called an **ablation**.
#
# **Predict:** which part would you give up most easily?

# %%
small = data.load("cifar10", validation=2000).subset(5000)
patches_from = small.x_train


def without_whitening():
    model = models.fast_net(patches_from)
    layer = model.get_layer("whiten")
    random = np.random.default_rng(0).normal(0, 0.3, layer.get_weights()[0].shape)
    layer.set_weights([random])
    return model


def without_identity():
    model = models.fast_net(patches_from)
    for layer in model.layers[4:]:
        if isinstance(layer, keras.layers.Conv2D):
            shape = layer.get_weights()[0].shape
            layer.set_weights([keras.initializers.GlorotUniform()(shape)])
    return model


# %% [markdown]
# Two of the parts sit in the network, so they are taken out of it here. The others are arguments of
# `train`.

# %%
random_flips = RandomAffine(
    shift=2 / 32, flip=True, fill_mode="reflect", interpolation="nearest"
)
changes = {
    "whole recipe": {},
    "no whitening": {"build": without_whitening},
    "no identity filters": {"build": without_identity},
    "random flips": {"augment": random_flips},
    "no augmentation": {"augment": None},
    "no label smoothing": {"label_smoothing": 0.0},
    "constant rate": {"learning_rate": 0.4},
}

# %%
ablation = {}
for name, change in changes.items():
    options = {**recipe, "augment": augment, **change}
    build = options.pop("build", lambda: models.fast_net(patches_from))
    ablation |= training.train_many({name: build}, small, epochs=10, repeats=2, **options)

# %% mystnb={"image": {"alt": "Validation accuracies of the whole recipe and of six recipes that lack a part, two runs each"}}
plotting.plot_comparison(ablation);

# %% [markdown]
# Look at the dots, two for each recipe: an interval from two runs is so long that it says little.
#
# - The constant rate loses most, fifteen points. But only one was tried, 0.4: a smaller one may lose
#   less.
# - Then come augmentation, whitening and the identity filters, five to seven points each. (Without
#   whitening the first layer keeps random filters, as it is never trained. A learned first layer was not
#   tried.)
# - Label smoothing may bring a little; its dots lie apart too far to be sure.
# - Alternating flips or random ones: in this experiment there is no difference to be seen.
#
# These are ten epochs on 5,000 pictures. On all of them, or with more epochs, the order may change.
#
# And the averaged views? That needs no training: ask the same network with and without.

# %%
for name, model in {"one view": network, "ten views": viewed}.items():
    answers = model.predict(cifar.x_val, batch_size=500, verbose=0).argmax(axis=1)
    print(f"{name:9} {np.mean(answers == cifar.y_val):.2%} of the validation pictures")

# %% [markdown]
# ## The same recipe for clothes and digits
#
# Nothing in it knows about CIFAR-10. Use it for clothes as it is; `fast_net` computes new filters from
# their pictures. Digits must not be mirrored; turn them a little instead.

# %%
fashion = data.load("fashion_mnist")
clothes_net = models.fast_net(fashion.x_train, widths=[32, 128, 128])
run_fashion = training.train(clothes_net, fashion, epochs=12, augment=augment, **recipe)
clothes_viewed = models.test_time_average(clothes_net, shift=1, flip=True)
fashion_score = training.evaluate(clothes_viewed, fashion)
results.record("L11-fashion", "fast_net, ten views averaged", fashion_score, run_fashion)

# %%
mnist = data.load("mnist")
digits_net = models.fast_net(mnist.x_train, widths=[32, 64, 64])
turned = RandomAffine(rotation=10, shift=0.1, zoom=0.1)
run_mnist = training.train(digits_net, mnist, epochs=4, augment=turned, **recipe)
mnist_score = training.evaluate(digits_net, mnist)
results.record("L11-mnist", "fast_net, four epochs", mnist_score, run_mnist)

# %% [markdown]
# ## Accuracy and seconds of the whole course
#
# Every model that the course has measured on a test set: how accurate, and after how many seconds of
# training on two cores? The orange diamonds are what published pages report for the experiment of the
# same number. Their networks may differ; the results page says how. The results that you have just
# recorded are among the dots: those of this kernel take the place of the course's own. The upright axis
# is stretched towards 100 %: where the mistakes shrink by the same factor, the dot climbs by the same
# height. The names are those of the results page.
#
# Seconds are as measured: networks trained side by side shared the cores, so each took longer than alone.
# A committee's time is the sum over its members, two or three times what you waited. E23's time is only
# that of its second round, and a transfer's time leaves out the pretraining.

# %% mystnb={"image": {"alt": "Test accuracy against training seconds for every experiment of the course, a panel for each data set; nearly all dots lie above the diamonds of the published accuracies"}}
plotting.plot_results(results.read_all());

# %% [markdown]
# ## Recap
#
# - Without whitening or the identity filters the network got five points less in as many epochs. Early
#   pooling leaves less to compute; that was not measured here.
# - Alternating flips show every picture both ways as often as possible.
# - An ablation tells which parts of a recipe matter. Leave out one at a time, with several seeds.
# - Accuracy alone is half of a result: say how long it took, and on what.
# - A good recipe carries over: it serves clothes as it is, and digits with another augmentation.
#
# Practise: [the exercises of this lesson](exercises/11_fast_and_accurate.ipynb)
#
# Next: [Spot the bug](12_spot_the_bug.ipynb)
