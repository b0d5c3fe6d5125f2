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
# # Exercises to lesson 2: How networks learn
#
# For [lesson 2](../02_how_networks_learn.ipynb). Replace each `...` by your answer, then run the cell and the
# check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
# look into the [solutions](../solutions/02_how_networks_learn.ipynb).
#
# **Time** 50 minutes; the code takes about a minute full-size and a few seconds in reduced mode. One
# star is easy, three are not.

# %%
from cnncourse import checks, data, plotting, settings

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

settings.start()

# %%
mnist = data.load("mnist")
small = mnist.subset(3000)
x, x_val = (
    pictures.reshape(-1, 784).astype("float32") / 255
    for pictures in (small.x_train, small.x_val)
)
y, y_val = small.y_train, small.y_val

# %% [markdown]
# ## 1. The price of a mistake ★
#
# A network gives these probabilities to the true classes of four pictures. How large is its loss,
# the mean over the four?

# %%
p = np.array([0.99, 0.9, 0.5, 0.001])

# %%
# Compute the loss with NumPy, and do not round it.
loss = ...

# %%
checks.check("02-loss", loss)

# %% [markdown]
# You may raise one of the four probabilities by 0.01. Which one, to bring the loss down most?

# %%
# Write its place in `p`, counted from 0.
place = ...

# %%
checks.check("02-place", place)

# %% [markdown]
# ## 2. Read three curves ★
#
# The same network was trained with three learning rates. Which curve belongs to which? (In reduced
# mode there are only two epochs, and even so it can be seen.)


# %%
def dense_network(seed=0):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def fit(optimizer, seed=0):
    network, epochs = dense_network(seed), settings.epochs(6)
    loss = "sparse_categorical_crossentropy"
    network.compile(optimizer, loss, metrics=["accuracy"])
    sets = {"validation_data": (x_val, y_val)}
    return network.fit(x, y, epochs=epochs, verbose=0, **sets).history


# %% mystnb={"image": {"alt": "Training loss by epoch, logarithmic, for three learning rates called A, B and C"}}
rates = np.random.default_rng(2).permutation([0.0005, 0.1, 20.0])
ax = plt.subplots(figsize=(5, 3), layout="constrained")[1]
for name, rate in zip("ABC", rates):
    curve = fit(keras.optimizers.SGD(float(rate)))["loss"]
    ax.semilogy(range(1, len(curve) + 1), curve, marker=".", label=name)
ax.set(xlabel="epoch", ylabel="training loss", title="Three learning rates")
ax.legend();

# %%
# Write a dictionary with the keys "too small", "right" and "too large", and a letter for each.
curves = ...

# %%
checks.check("02-curves", curves)

# %% [markdown]
# ## 3. One step with a pencil ★★
#
# A tiny softmax regression: two pixels, two classes, no biases. All four weights are 0. A picture
# has the pixels 1 and 2, and belongs to class 0. Take one step with the learning rate 0.1. What are
# the weights now?

# %%
# Write the new weights: a row for each pixel, a column for each class.
new_weights = ...

# %%
checks.check("02-step", new_weights)

# %% [markdown]
# ## 4. Mend this loop ★★
#
# This function should walk downhill and return where it arrives. `slope` is a function: it returns
# the slope at a weight. There are three mistakes in it.
#
# ```python
# def descend(slope, start, rate, steps):
#     weight = start
#     for _ in range(steps):
#         weight = weight + rate * slope(start)
#         return weight
# ```


# %%
# Write the function descend(slope, start, rate, steps) without the three mistakes.
descend = ...

# %%
checks.check("02-descend", descend)

# %% [markdown]
# ## 5. Why was this digit misread? ★★
#
# Here is softmax regression, and the validation digit that it misreads most confidently.

# %%
layer = keras.layers.Dense(10, "softmax", kernel_initializer="zeros")
network = keras.Sequential([keras.Input((784,)), layer])
network.compile(keras.optimizers.SGD(0.2), "sparse_categorical_crossentropy")
network.fit(x, y, epochs=settings.epochs(10), verbose=0)
probabilities = network.predict(x_val, verbose=0)
weights, biases = network.get_weights()

# %% mystnb={"image": {"alt": "One handwritten digit with its label and the wrong answer"}}
p_true = probabilities[np.arange(len(y_val)), y_val]
worst = p_true.argmin()
true, answer = y_val[worst], probabilities[worst].argmax()
title = f"a {true},\nread as {answer}"
plotting.plot_images(small.x_val[worst : worst + 1], [title]);

# %% [markdown]
# Each pixel adds its brightness times a weight to the score of each digit. How much more did each
# pixel give to the wrong answer than to the true digit? Write it as a function.


# %%
# Write the function blame(row, weights, answer, true). `row` holds 784 pixels from 0 to 1, `weights`
# is (784, 10). It returns 28 x 28 numbers, above 0 where a pixel spoke for the wrong answer.
blame = ...

# %%
checks.check("02-blame", blame)

# %% [markdown]
# Look at the picture: which stroke misled the network?

# %% [markdown]
# ## 6. Find a learning rate ★★★
#
# Guessing learning rates takes long. A **finder** lets the rate grow at each batch, from far too small
# to far too large, and keeps the loss of each batch. First it needs the rates: each is larger than
# the last by the same factor, such as 0.01, 0.1, 1, 10.


# %%
# Write the function growing(low, high, steps), which returns `steps` rates from low to high.
growing = ...

# %%
checks.check("02-growing", growing)

# %% [markdown]
# At the rate where the loss is lowest, it is about to go wrong. A common rule takes a tenth of that.


# %%
# Write the function choose(rates, losses), which returns a tenth of the rate with the lowest loss.
choose = ...

# %%
checks.check("02-choose", choose)

# %% [markdown]
# Now put it together: take a fresh `dense_network()`, a batch of 64 for each rate from 0.001 to 100, and
# the loop of the lesson. Draw the loss against the rate, with a logarithmic axis. What does `choose`
# choose?

# %% mystnb={"image": {"alt": "Loss of each batch against the learning rate, which is logarithmic: at first flat, then falling, then shooting up"}}
# Write the loop, and draw what it found.

# %% [markdown]
# ## 7. Does momentum help? ★★★
#
# Plan an experiment on `x` and `y`, do it, and write one sentence that it supports. `fit` above takes an
# optimizer, such as `keras.optimizers.SGD(0.1, momentum=0.9)`, and returns the history. There is no
# check. Give yourself a point for each of these:
#
# - You compare on the validation pictures.
# - Each of the two has a learning rate of its own, chosen among three or more. (With momentum 0.9 the
#   steps add up to ten times as much, so the same rate is not the same step.)
# - You did not choose a rate at the edge of those you tried.
# - At least three seeds, the same ones for both, and the same number of epochs.
# - Your sentence says how much the seeds differ, and claims no more than you saw.

# %%
# Write your experiment.
