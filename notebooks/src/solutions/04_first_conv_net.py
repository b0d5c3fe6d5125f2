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
# # Solutions to lesson 4: Train your first convolutional network
#
# One way to solve each of the [exercises](../exercises/04_first_conv_net.ipynb) that belong to
# [lesson 4](../04_first_conv_net.ipynb). Try them first.
#
# **Time** 30 minutes; the code takes about two minutes full-size on two cores.

# %%
from cnncourse import checks, data, models, settings, training

import keras

settings.start()

# %% [markdown]
# ## 1. Follow the shapes
#
# A network for colour pictures of 32 x 32 pixels has the layers `[16, "pool", 32, "pool", 64]`: 3 x 3
# convolutions with padding "valid", and 2 x 2 poolings. What is the shape after the last convolution?

# %% tags=["solution"]
# Write the shape as a tuple: height, width and channels.
shape = (4, 4, 64)

# %%
checks.check("04-shape", shape)

# %% [markdown]
# `Flatten` makes a row of it. How long is the row?

# %% tags=["solution"]
# Write the number.
flat = 4 * 4 * 64

# %%
checks.check("04-flatten", flat)

# %% [markdown]
# And how many weights does the **second** convolution have, biases included?

# %% tags=["solution"]
# Write the number of weights.
weights = 3 * 3 * 16 * 32 + 32

# %%
checks.check("04-weights", weights)

# %% [markdown]
# ## 2. Build it in plain Keras
#
# Write this network as a `keras.Sequential`, from the pixels (0 to 255) to ten probabilities. Flatten,
# then a single dense layer.

# %% tags=["solution"]
# Build the network.
network = keras.Sequential(
    [
        keras.Input((32, 32, 3)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Conv2D(16, (3, 3), activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Conv2D(64, (3, 3), activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    ]
)

# %%
checks.check("04-network", network)

# %% [markdown]
# ## 3. 16, 32 or 64 filters?
#
# Take the smallest convolutional network, `[n, "pool"]` with `dense=[64]`, for digits. Does it get
# better with more filters, and what does it cost? First write three functions that build it, with 16, 32
# and 64 filters.

# %%
mnist = data.load("mnist")
small = mnist.subset(10_000)

# %% tags=["solution"]
# Write a dictionary from "16", "32" and "64" to a function that builds the network.
builders = {
    str(n): lambda n=n: models.conv_net((28, 28, 1), [n, "pool"], dense=[64]) for n in (16, 32, 64)
}

# %%
checks.check("04-builders", builders)

# %% [markdown]
# **Predict:** which is most accurate, and how many times as long does 64 take as 16? Then train each
# for three epochs on `small`, one after the other, and print the validation accuracy and the seconds.

# %% tags=["solution"]
# Train the three networks: a dictionary from "16", "32" and "64" to what `train` returns.
runs = {name: training.train(build(), small, epochs=3) for name, build in builders.items()}
for name, run in runs.items():
    print(f"{name} filters: {run.history['val_accuracy'][-1]:.2%} in {run.seconds:.0f} s")

# %%
checks.check("04-filters", runs)

# %% [markdown] tags=["solution"]
# Set the seconds beside the accuracies: every filter costs time, whatever it brings. And with a single run
# of each you cannot tell a small gain from luck. Lesson 6 repeats such runs with several seeds.

# %% [markdown]
# ## 4. A fair rival
#
# The lesson's network `[32, "pool", 64, "pool", 64]` with `dense=[64]` has 93,322 weights. Build a dense
# network whose number of weights is at most 2 % away from that.

# %% tags=["solution"]
# Build the dense network.
rival = models.dense_net((28, 28, 1), [110, 64])

# %%
checks.check("04-rival", rival)
