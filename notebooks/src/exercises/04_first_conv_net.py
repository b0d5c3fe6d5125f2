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
# # Exercises to lesson 4: Train your first convolutional network
#
# For [lesson 4](../04_first_conv_net.ipynb). Replace each `...` by your answer, then run the cell and the
# check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
# look into the [solutions](../solutions/04_first_conv_net.ipynb).
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

# %%
# Write the shape as a tuple: height, width and channels.
shape = ...

# %%
checks.check("04-shape", shape)

# %% [markdown]
# `Flatten` makes a row of it. How long is the row?

# %%
# Write the number.
flat = ...

# %%
checks.check("04-flatten", flat)

# %% [markdown]
# And how many weights does the **second** convolution have, biases included?

# %%
# Write the number of weights.
weights = ...

# %%
checks.check("04-weights", weights)

# %% [markdown]
# ## 2. Build it in plain Keras
#
# Write this network as a `keras.Sequential`, from the pixels (0 to 255) to ten probabilities. Flatten,
# then a single dense layer.

# %%
# Build the network.
network = ...

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

# %%
# Write a dictionary from "16", "32" and "64" to a function that builds the network.
builders = ...

# %%
checks.check("04-builders", builders)

# %% [markdown]
# **Predict:** which is most accurate, and how many times as long does 64 take as 16? Then train each
# for three epochs on `small`, one after the other, and print the validation accuracy and the seconds.

# %%
# Train the three networks: a dictionary from "16", "32" and "64" to what `train` returns.
runs = ...

# %%
checks.check("04-filters", runs)

# %% [markdown]
# ## 4. A fair rival
#
# The lesson's network `[32, "pool", 64, "pool", 64]` with `dense=[64]` has 93,322 weights. Build a dense
# network whose number of weights is at most 2 % away from that.

# %%
# Build the dense network.
rival = ...

# %%
checks.check("04-rival", rival)
