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
# # Solutions to lesson 1: Read digits with a dense network
#
# One way to solve each of the [exercises](../exercises/01_dense_network.ipynb) that belong to
# [lesson 1](../01_dense_network.ipynb). Try them first.
#
# **Time** 20 minutes; the code takes a few seconds in either mode.

# %%
from cnncourse import checks, data, settings

import keras
import numpy as np

settings.start()

# %%
mnist = data.load("mnist")
batch = mnist.x_train[:32]

# %% [markdown]
# ## 1. Read a shape
#
# `batch` holds the first 32 training pictures. Answer before you look: what is its shape? And how
# many bytes would it take as `float32`?

# %% tags=["solution"]
# Write the shape as a tuple.
shape = (32, 28, 28, 1)

# %%
checks.check("01-shape", shape)

# %% tags=["solution"]
# Write the number of bytes.
size = 32 * 28 * 28 * 4

# %%
checks.check("01-memory", size)

# %% [markdown]
# Now look. Were you right?

# %%
print(batch.shape, batch.astype("float32").nbytes)

# %% [markdown]
# ## 2. Count weights, then build
#
# A dense network for these pictures has two hidden layers, with 64 and with 32 neurons, and ten
# outputs. How many weights does it have, biases included? Work it out with a pencil.

# %% tags=["solution"]
# Write the number of weights.
weights = 64 * (784 + 1) + 32 * (64 + 1) + 10 * (32 + 1)

# %%
checks.check("01-weights", weights)

# %% [markdown]
# Build this network in plain Keras. It takes the raw pixels, so let it divide them by 255 first.

# %% tags=["solution"]
# Build the network.
network = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)

# %%
checks.check("01-network", network)

# %% [markdown]
# ## 3. Train it
#
# Compile your network and fit it to `small` for five epochs, while you watch the validation pictures. Write
# `epochs=settings.epochs(5)`: this is 5, or less in reduced mode.

# %%
small = mnist.subset(2000)

# %% tags=["solution"]
# Compile the network, and keep what `fit` returns.
network.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = network.fit(
    small.x_train,
    small.y_train,
    validation_data=(small.x_val, small.y_val),
    epochs=settings.epochs(5),
    verbose=2,
)

# %%
checks.check("01-fit", history)

# %% [markdown]
# ## 4. From probabilities to answers
#
# Another network tells four classes apart. These are its probabilities for three pictures, a row each.
# Which class does it answer for each of them?

# %%
probabilities = np.array([[0.1, 0.2, 0.6, 0.1], [0.4, 0.2, 0.1, 0.3], [0.1, 0.1, 0.1, 0.7]])

# %% tags=["solution"]
# Compute the three answers with NumPy.
answers = probabilities.argmax(axis=1)

# %%
checks.check("01-argmax", answers)

# %% [markdown]
# ## 5. Plan an experiment
#
# You want to know whether 32 or 256 neurons are better, and how good the better network is. Which
# set ("training", "validation" or "test") do you use for what?

# %% tags=["solution"]
# Write a dictionary with the keys "fit", "choose" and "report", and a set for each.
plan = {"fit": "training", "choose": "validation", "report": "test"}

# %%
checks.check("01-sets", plan)
