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
# # 8. Fight overfitting
#
# **You will learn**
#
# - what colour pictures cost in memory, by the type of their numbers
# - labels as integers and one-hot, and which loss wants which
# - to write a network with the functional API
# - to read learning curves, and to catch a validation set that flatters
# - what L2, dropout and batch normalisation do against overfitting
#
# **You need** lessons 1 to 6.
#
# **Time** 30 minutes of reading; the code takes about 45 minutes full-size on two cores, most
# of it in one cell, and a minute in reduced mode.

# %%
from cnncourse import data, explain, plotting, results, settings, training
from cnncourse.layers import FusedBatchNormalization

import dataclasses
import keras
import numpy as np
from keras import layers
from scipy.signal import convolve2d

settings.start()

# %% [markdown]
# ## Small colour pictures
#
# CIFAR-10 holds photographs, shrunk to 32 by 32 pixels. Ten classes: six kinds of animals and four of
# vehicles.

# %%
cifar = data.load("cifar10", validation=5000)
names = cifar.class_names
cifar

# %% mystnb={"image": {"alt": "Sixteen small colour pictures with their classes: animals and vehicles of all colours, from all sides, in front of all kinds of background"}}
plotting.plot_images(cifar.x_train[:16], cifar.y_train[:16], class_names=names, columns=8);

# %% [markdown]
# A digit is white on black, upright and alone. Here everything varies: colour, size, side, background. So
# expect far lower accuracies than on MNIST. Guessing would be right once in ten times.
#
# ## What a pixel costs
#
# Networks like small numbers, so pixels are divided by 255. But that changes the type of the numbers, and
# with it the memory they take.
#
# **Predict:** a picture has 32 x 32 x 3 = 3,072 numbers. How many megabytes do 60,000 pictures take, as they
# are and after dividing by 255?

# %%
sample = cifar.x_train[:1000]
for pixels in [sample, (sample / 255).astype("float32"), sample / 255]:
    size = pixels.nbytes / len(pixels)
    print(f"{str(pixels.dtype):8} from {pixels.min()} to {pixels.max():3}: "
          f"{size:6,.0f} bytes a picture, {60_000 * size / 1e6:5,.0f} MB for 60,000")

# %% [markdown]
# The last line is what `pixels / 255` gives: `float64`, eight times the memory of `uint8`, and twice that of
# `float32`, which is all that a network uses. This course keeps the pixels as `uint8`. The network's own first
# layer divides them, one batch at a time.
#
# ## Two ways to write a label
#
# A label is a whole number: 3 is a cat. Or it is **one-hot**: ten numbers, all 0 but a 1 in place 3. The second
# form has the shape of the network's answer, so the two can be compared number by number.

# %% tags=["nbval-check-output"]
labels = np.array([3, 8, 0])
one_hot = keras.utils.to_categorical(labels, 10)
print(one_hot.astype(int))
print("and back:", one_hot.argmax(axis=1))

# %% [markdown]
# Keras has a loss for each. Let a network give 55 % to "cat" for all three pictures, and 5 % to every
# other class.

# %% tags=["nbval-check-output"]
answers = np.full((3, 10), 0.05)
answers[:, 3] = 0.55
one_hot_loss = keras.losses.CategoricalCrossentropy()(one_hot, answers)
integer_loss = keras.losses.SparseCategoricalCrossentropy()(labels, answers)
print(f"one-hot: {float(one_hot_loss):.4f}, integers: {float(integer_loss):.4f}")

# %% [markdown]
# The same number. So choose by convenience: integers take less room, one-hot labels can be softened (label
# smoothing takes a little from the 1 and spreads it). Mixing them up, integers with the one-hot loss, is a
# classic mistake. `training.train` takes integers and turns them into one-hot labels itself.
#
# ## The functional API
#
# `keras.Sequential` takes a list of layers. The **functional API** says more: every layer is a function. You
# call it on the output of the layer before. Here is a network from published pages, in three blocks of two
# convolutions and a pooling.

# %%
inputs = keras.Input((32, 32, 3))
x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
x = layers.Conv2D(32, 3, padding="same")(x)
x = layers.Conv2D(32, 3, padding="same")(x)
x = layers.MaxPooling2D()(x)
x = layers.Conv2D(64, 3, padding="same")(x)
x = layers.Conv2D(64, 3, padding="same")(x)
x = layers.MaxPooling2D()(x)

# %% [markdown]
# `Rescaling` brings the pixels to -1 … 1 this time. Around 0 a network without batch normalisation learns
# faster than from 0 to 1.
#
# So far `x` stands for what comes out of the second block. Nothing has been computed yet: Keras only remembers
# which layer follows which.

# %% tags=["nbval-check-output"]
x = layers.Conv2D(128, 3, padding="same")(x)
x = layers.Conv2D(128, 3, padding="same")(x)
x = layers.MaxPooling2D()(x)
x = layers.Flatten()(x)
x = layers.Dense(128, activation="relu")(x)
x = layers.Dense(64, activation="relu")(x)
outputs = layers.Dense(10, activation="softmax")(x)
written_out = keras.Model(inputs, outputs)
print(f"{written_out.count_params():,} weights")

# %% [markdown]
# Why not a list? Because `x` may go to two layers, and two results may be added up: with functions you
# can draw any graph. And a part of it can be put into a Python function, with `if` and `for`. `block_net`
# below is one: `block_net("linear")` builds the network above; by default it adds ReLU. Its arguments `l2`,
# `dropout` and `batch_norm` are this lesson's remedies: ignore them for now.


# %%
def block_net(activation="relu", *, l2=0.0, dropout=0.0, batch_norm=False):
    start = "he_normal" if activation == "relu" else "glorot_uniform"
    weights = dict(kernel_initializer=start, kernel_regularizer=keras.regularizers.L2(l2))
    inputs = keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    for filters in [32, 64, 128]:
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", **weights)(x)
            if batch_norm:
                x = FusedBatchNormalization(momentum=0.9)(x)
            x = layers.Activation(activation)(x)
        x = layers.MaxPooling2D()(x)
        if filters < 128:
            x = layers.Dropout(dropout)(x)
    x = layers.Flatten()(x)
    for units in [128, 64]:
        x = layers.Dense(units, activation="relu", **weights)(x)
        x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


# %% tags=["nbval-check-output"]
print(f"{block_net('linear').count_params():,} weights")

# %% [markdown]
# Each call makes new layers with new weights. If you built two models from the same layer objects, they would
# share their weights, and the second one would start trained.
#
# The weights start at random, but not at any size: "he_normal" makes up for the half of the numbers that ReLU sets
# to 0, so that the signal neither fades nor grows on its way through the layers. "glorot_uniform" is Keras' own
# choice, and right for linear layers.
#
# ## Two linear layers are one
#
# The network above has no activation after its convolutions. So two of them in a row are one linear map: two
# 3 by 3 kernels do no more than a single one of 5 by 5. Check it.

# %% tags=["nbval-check-output"]
random = np.random.default_rng(0)
picture, first, second = random.random((8, 8)), random.random((3, 3)), random.random((3, 3))
both = convolve2d(first, second)
one_after_the_other = explain.convolve(explain.convolve(picture, first), second)
print("one kernel of", both.shape, "does the same:",
      np.allclose(one_after_the_other, explain.convolve(picture, both)))

# %% [markdown]
# (`convolve2d` is the mathematicians' convolution, with zeros around: it joins the two kernels into one. In
# the network, `padding="same"` makes a small difference at the edges.) With ReLU between them, two
# convolutions can do more than any single one. Without it, the poolings are the only part before the dense
# layers that is not linear.
#
# **Predict:** how much does ReLU bring, with as many weights, the same pictures and the same recipe? 5,000
# training pictures, eight epochs. (Each network gets the first weights that suit it.)

# %%
small = cifar.subset(5000)
recipe = dict(
    optimizer="adamw", learning_rate=training.one_cycle(0.002), batch_size=64, label_smoothing=0.1
)
trial = training.train_many(
    {"linear": lambda: block_net("linear"), "ReLU": block_net},
    small, epochs=8, name="lesson 08 linear", **recipe
)

# %% mystnb={"image": {"alt": "Accuracy and loss of a linear and a ReLU network on 5,000 pictures over eight epochs: in both, training accuracy ends far above validation accuracy, and training loss far below validation loss; the linear network's validation accuracy ends a little above the other"}}
plotting.plot_history(trial);

# %% [markdown]
# Did you expect that? Here ReLU brings nothing; its validation curve even ends a little lower. (One seed
# each, so call it a tie.) The poolings take maxima, and the dense layers have their ReLUs: that is enough
# to learn so few pictures nearly by heart. The linear network even does so faster. And eight epochs of
# 5,000 pictures are few steps, fewer than a single epoch of all pictures. So this figure cannot say
# whether ReLU needs more pictures or only more steps. An advantage in theory is a reason to measure, not
# a result. Every network from here on has ReLU.
#
# ## How to read learning curves
#
# Look at a strong line (validation) and the faint one of the same colour (training):
#
# - Both still rise: train longer.
# - Both are flat, and close together: the network can do no more. Make it larger.
# - Training rises on, validation stays behind: **overfitting**. The network learns its pictures by heart. What
#   it learns in that way is of no use for other pictures.
# - The validation *loss* rises while the validation accuracy stays: the wrong answers get more confident.
#
# With one cycle every curve is flat at its end, as the rate has fallen to almost 0. So the first two rules are for
# a constant rate. With one cycle, compare a longer training with a shorter one.
#
# With 5,000 pictures and half a million weights, overfitting is what you see. More pictures would be the
# best remedy. This lesson is about what you can do without.
#
# ## A validation set that flatters
#
# One published page trained such a network on all its training pictures. Then it trained on for ten epochs, and
# set 20 % of the rows aside as validation pictures. Do you see the mistake? Repeat it: take the ReLU network
# from above, and hold out a fifth of **its training pictures**.

# %%
count = len(small.x_train) // 5
leaky = dataclasses.replace(
    small,
    x_train=small.x_train[count:],
    y_train=small.y_train[count:],
    x_val=small.x_train[:count],
    y_val=small.y_train[:count],
)
weights_so_far = trial["ReLU"][0].model.get_weights()

# %% [markdown]
# Beside it, a fresh network with the very same split. Both take smaller steps than in the first round, a quarter of
# the rate, as one of them is already trained.
#
# **Predict:** validation and test accuracy of both?


# %%
def trained_before():
    model = block_net()
    model.set_weights(weights_so_far)
    return model


gentle = recipe | {"learning_rate": training.one_cycle(0.0005)}
second_round = training.train_many(
    {"trained before": trained_before, "fresh": block_net}, leaky, epochs=8, **gentle
)

# %%
for name, (run,) in second_round.items():
    validation, test = run.history["val_accuracy"][-1], training.evaluate(run.model, small)
    print(f"{name:15} validation {validation:.1%}, test {test.accuracy:.1%}")

# %% mystnb={"image": {"alt": "Learning curves of the second round: the validation curve of the network that was trained before lies far above that of the fresh one, although both are measured on the same pictures"}}
plotting.plot_history(second_round, metrics=["accuracy"]);

# %% [markdown]
# The same validation pictures, the same split, and one of the two curves is wrong by a wide margin. The
# network that was trained before has **seen** these pictures, in its first round. It remembers them. (The
# curve falls a little: they are no longer trained on, and the network begins to forget.) Its validation
# accuracy measures memory, and the test pictures, which it never saw, tell the truth. This is a
# **leak**.
#
# For the fresh network the same split is honest: validation and test agree. So the leak is not in the split. It
# is in the history of the weights. Set the validation pictures aside **before the first training**, and never let
# them in again. `data.load` does so once and for all.
#
# ## Three remedies
#
# - **L2** adds the sum of all squared weights, times a small number, to the loss. Large weights become
#   expensive, and the network prefers gentle answers.
# - **Dropout** switches off a random part of the outputs at each training step. No neuron can rely on another,
#   so nothing can be learned by heart by a few of them. When the network answers, all are there.
# - **Batch normalisation** brings every channel to mean 0 and spread 1 within a batch. That speeds up training.
#   And as a picture meets different neighbours in each batch, it is never quite the same picture twice.
#
# Each alone, on the same network, with the same recipe, on all 45,000 training pictures. `block_net` has an
# argument for each. Look back at it: dropout follows the first two poolings and both dense layers, batch
# normalisation every convolution.
#
# The plain network is not quite without remedies: `adamw` has weight decay, and the labels are smoothed, here
# and in all the others. (Weight decay shrinks the weights directly, L2 by way of the loss.) So you will see
# what each remedy brings on top of these.

# %% tags=["nbval-check-output"]
candidates = {
    "plain": block_net,
    "L2": lambda: block_net(l2=1e-4),
    "dropout": lambda: block_net(dropout=0.1),
    "batch norm": lambda: block_net(batch_norm=True),
}
for name, build in candidates.items():
    print(f"{name:10} {build().count_params():,} weights")

# %% [markdown]
# Dropout and L2 need no weights. Batch normalisation has four numbers for each channel: a factor and an
# offset, which are trained, and the averages of mean and spread. (`FusedBatchNormalization` is Keras' own
# layer, only faster on a CPU.)
#
# **Predict:** which has the smallest gap between training and validation? Which ends highest? This is the long
# cell of the lesson.

# %%
runs = training.train_many(
    candidates, cifar, epochs=8, name="lesson 08 remedies", **recipe
)

# %% mystnb={"image": {"alt": "Accuracy of four variants of one network on all training pictures: the validation curves of plain and dropout end together, that of L2 a little and that of batch normalisation clearly higher; the training curve with dropout ends well below the other three"}}
plotting.plot_history(runs, metrics=["accuracy"]);

# %% [markdown]
# Compare each strong line with the faint one of its colour: that is the gap. One thing to know before you do: with
# dropout the training accuracy is measured on a handicapped network, the validation accuracy on the whole one. So
# let every network read some of its training pictures once more, without the handicap.

# %%
known, truth = cifar.x_train[:5000], cifar.y_train[:5000]
for name, (run,) in runs.items():
    training_accuracy = np.mean(run.model.predict(known, batch_size=250, verbose=0).argmax(1) == truth)
    validation_accuracy = run.history["val_accuracy"][-1]
    print(f"{name:10} training {training_accuracy:.1%}, validation {validation_accuracy:.1%}, "
          f"gap {100 * (training_accuracy - validation_accuracy):.1f} points")

# %% [markdown]
# Now the gaps can be compared. Dropout and batch normalisation have the smallest ones, about 14 points where the
# plain network has 18, but they get there in different ways. Dropout learns less by heart, and reads the
# validation pictures no better for it. Batch normalisation knows its training pictures nearly as well as the
# plain network does, and yet it reads over three points more of the validation pictures. A small gap is no aim
# in itself: what counts is where validation ends.
#
# Now the test pictures, once.

# %%
scores = {name: training.evaluate(run.model, cifar) for name, (run,) in runs.items()}
for experiment, name, what in [
    ("E22", "plain", "the same six convolutions with ReLU, one-cycle"),
    ("L08-l2", "L2", "E22's net with L2 0.0001"),
    ("E24", "dropout", "E22's net with dropout 0.1"),
    ("E25", "batch norm", "E22's net with batch norm after each convolution"),
]:
    results.record(experiment, what, scores[name], runs[name][0])

# %% mystnb={"image": {"alt": "Test accuracies of the four variants with 95 percent intervals: plain, L2 and dropout lie close together, batch normalisation leads by two points or more"}}
plotting.plot_comparison(scores);

# %% [markdown]
# Published pages report 73.00 % for such a network after 10 epochs. (Theirs is the linear one, so not quite the
# network of E22.) With dropout, and 256 filters in its third block, they report 75.16 % after 40 epochs, and with
# dropout and batch normalisation 76.58 % after 60.
#
# Each line is the interval that 10,000 test pictures allow. The paired test of lesson 6 sees more: does each remedy
# differ from the plain network?

# %%
for name in ["L2", "dropout", "batch norm"]:
    result = training.compare(scores["plain"], scores[name])
    print(f"only plain right: {result.only_first}, only {name} right: {result.only_second}")
    print(f"  chance of such a split if both were equally good: {result.p_value:.3f}")

# %% [markdown]
# (0.000 means less than one in two thousand.) So batch normalisation makes the network better. Of L2 and dropout,
# 10,000 pictures cannot tell. The test speaks about these trained networks. Each ran once, so the luck of the seed is
# not in it. And eight epochs are few: a remedy that slows learning down may pay in a longer training.
#
# ## Which classes are hard?
#
# Take the network that the validation pictures choose.

# %% mystnb={"image": {"alt": "Confusion matrix of the best network on CIFAR-10: most mistakes are among animals, above all between cats and dogs; few animals are taken for vehicles"}}
best = scores[max(runs, key=lambda name: runs[name][0].history["val_accuracy"][-1])]
plotting.plot_confusion_matrix(best, class_names=names);

# %% [markdown]
# Cats and dogs are confused most. Vehicles are mostly taken for other vehicles, animals for other animals. An
# airplane over the sea may look like a ship, and a bird in the sky like an airplane.

# %% mystnb={"image": {"alt": "Twelve misclassified test pictures, the most confident mistakes first, each with its class and the network's answer"}}
plotting.plot_mistakes(best, cifar.x_test, class_names=names, most=12, columns=6);

# %% [markdown]
# ## Train on, honestly
#
# Now repeat the second round of the published page without its leak: the plain network, trained on with its own
# training pictures, and judged by pictures that it has never seen.
#
# **Predict:** its training accuracy will rise. And its validation accuracy?

# %%
plain = runs["plain"][0].model
more = training.train(
    plain, cifar, epochs=2, name="lesson 08 longer", **gentle
)
longer = training.evaluate(more.model, cifar)
what = "E22's net trained on for two epochs, validated on unseen pictures"
results.record("E23", what, longer, more)

# %%
before, after = runs["plain"][0].history, more.history
for name in ["accuracy", "val_accuracy"]:
    print(f"{name:12} before {before[name][-1]:.1%}, after {after[name][-1]:.1%}")
print(f"{'test':12} before {scores['plain'].accuracy:.1%}, after {longer.accuracy:.1%}")

# %% [markdown]
# Training accuracy rises a little. Validation and test accuracy do not: they even fall, by so little that it may be
# luck. Two more epochs only taught the network more by heart.
#
# Published pages report 72.39 % on the test pictures after their second round. Their validation accuracy could
# not warn them, as it was measured on pictures that the network had seen. Yours is close to the test accuracy:
# it can.
#
# ## Both at once on digits
#
# One more network from published pages, for MNIST: a single convolution and a dense layer, with L2 **and**
# dropout. Its L2 is a hundred times as strong as that above.

# %%
mnist = data.load("mnist")
penalty = dict(kernel_regularizer=keras.regularizers.L2(0.01))
inputs = keras.Input((28, 28, 1))
x = layers.Rescaling(1 / 255)(inputs)
x = layers.Conv2D(32, 3, activation="relu", **penalty)(x)
x = layers.MaxPooling2D()(x)
x = layers.Dropout(0.25)(x)
x = layers.Flatten()(x)
x = layers.Dense(128, activation="relu", **penalty)(x)
x = layers.Dropout(0.5)(x)
model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
run = training.train(model, mnist, epochs=5, learning_rate=training.one_cycle(0.003))
results.record("E10", "L2 and dropout, one-cycle", training.evaluate(model, mnist), run)

# %% [markdown]
# In the line above the result validation lies above training. Dropout explains a part of that: in training the
# network is handicapped. So look at the result instead. In lesson 4 a single convolution without L2 made fewer
# mistakes on the same test digits. (It had batch normalisation and ten epochs.) Where there is little
# overfitting, a strong remedy is a burden. Look at the curves first, and then choose the dose.
#
# ## Recap
#
# - Keep pixels as `uint8`; `/ 255` makes `float64`, eight times as large.
# - Integer labels go with the sparse loss, one-hot labels with the other.
# - In the functional API layers are functions; put them into a builder, and every network starts fresh.
# - Two convolutions without an activation between them do no more than one larger convolution.
# - Training far above validation: overfitting. A remedy is good if validation ends higher, not if the gap shrinks.
# - A validation picture that was ever trained on is worthless. Split before the first training.
#
# Practise: [the exercises of this lesson](exercises/08_fighting_overfitting.ipynb)
#
# Next: [Schedules and committees](09_schedules_and_committees.ipynb)
