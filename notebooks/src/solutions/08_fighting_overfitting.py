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
# # Solutions to lesson 8: Fight overfitting
#
# One way to solve each of the [exercises](../exercises/08_fighting_overfitting.ipynb) that belong to
# [lesson 8](../08_fighting_overfitting.ipynb). Try them first.
#
# **Time** 35 minutes; the code takes a few seconds in either mode.

# %%
from cnncourse import checks, models, settings

import keras
import numpy as np

settings.start()

# %% [markdown]
# ## 1. Memory
#
# CIFAR-10 has 50,000 training pictures of 32 x 32 pixels with three channels. How many megabytes
# (millions of bytes) do they take as `float32`?

# %% tags=["solution"]
# Write the number of megabytes.
megabytes = 50_000 * 32 * 32 * 3 * 4 / 1e6

# %%
checks.check("08-memory", megabytes)

# %% [markdown]
# ## 2. The functional API
#
# Build this network with the functional API: raw pixels of 32 x 32 x 3, two convolutions of 32 filters
# (3 x 3, "same", relu), a max pooling, `Flatten`, ten probabilities.

# %% tags=["solution"]
# Build the network with keras.Input and keras.Model.
inputs = keras.Input((32, 32, 3))
x = keras.layers.Rescaling(1 / 255)(inputs)
x = keras.layers.Conv2D(32, 3, padding="same", activation="relu")(x)
x = keras.layers.Conv2D(32, 3, padding="same", activation="relu")(x)
x = keras.layers.MaxPooling2D()(x)
x = keras.layers.Flatten()(x)
network = keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))

# %%
checks.check("08-functional", network)

# %% [markdown]
# Without the two `relu`, a single convolution could do the same as both, except at the edge of the picture.
# How large would its kernel have to be?

# %% tags=["solution"]
# Write the side of the kernel in pixels.
side = 5

# %%
checks.check("08-linear", side)

# %% [markdown]
# ## 3. Split without a leak
#
# Split 1,000 pictures into 800 for training and 200 for validation: an array of picture numbers (from 0 to
# 999) for each. The pictures may be sorted in some way that you do not know of.

# %% tags=["solution"]
# Make the two arrays.
order = np.random.default_rng(0).permutation(1000)
train, validation = order[200:], order[:200]

# %%
checks.check("08-split", (train, validation))

# %% [markdown]
# ## 4. Read the curves
#
# A network was trained for five epochs. What ails it: "overfitting", "underfitting" (it has not
# even learned its training pictures well) or a "leak"?
#
# | epoch | training accuracy | validation accuracy |
# |--:|--:|--:|
# | 1 | 0.52 | 0.58 |
# | 2 | 0.69 | 0.66 |
# | 3 | 0.82 | 0.68 |
# | 4 | 0.92 | 0.66 |
# | 5 | 0.98 | 0.65 |

# %% tags=["solution"]
# Write the word.
diagnosis = "overfitting"

# %%
checks.check("08-diagnose", diagnosis)

# %% [markdown]
# ## 5. Two remedies
#
# Build a network `[32, "pool", 64, "pool"]` for CIFAR-10 in which a quarter of the numbers is dropped
# after each pooling.

# %% tags=["solution"]
# Build the network with models.conv_net.
dropped = models.conv_net((32, 32, 3), [32, "pool", 64, "pool"], dropout=0.25)

# %%
checks.check("08-dropout", dropped)

# %% [markdown]
# Make a dense layer of 128 neurons with relu, for whose weights the loss grows by 0.01 times the sum of their
# squares.

# %% tags=["solution"]
# Make the layer.
layer = keras.layers.Dense(128, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01))

# %%
checks.check("08-l2", layer)
