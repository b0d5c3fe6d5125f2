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
# # Exercises to lesson 1: Read digits with a dense network
#
# For [lesson 1](../01_dense_network.ipynb). Replace each `...` by your answer, then run the cell and the
# check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
# look into the [solutions](../solutions/01_dense_network.ipynb).
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

# %%
# Write the shape as a tuple.
shape = ...

# %%
checks.check("01-shape", shape)

# %%
# Write the number of bytes.
size = ...

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

# %%
# Write the number of weights.
weights = ...

# %%
checks.check("01-weights", weights)

# %% [markdown]
# Build this network in plain Keras. It takes the raw pixels, so let it divide them by 255 first.

# %%
# Build the network.
network = ...

# %%
checks.check("01-network", network)

# %% [markdown]
# ## 3. Train it
#
# Compile your network and fit it to `small` for five epochs, while you watch the validation pictures. Write
# `epochs=settings.epochs(5)`: this is 5, or less in reduced mode.

# %%
small = mnist.subset(2000)

# %%
# Compile the network, and keep what `fit` returns.
history = ...

# %%
checks.check("01-fit", history)

# %% [markdown]
# ## 4. From probabilities to answers
#
# Another network tells four classes apart. These are its probabilities for three pictures, a row each.
# Which class does it answer for each of them?

# %%
probabilities = np.array([[0.1, 0.2, 0.6, 0.1], [0.4, 0.2, 0.1, 0.3], [0.1, 0.1, 0.1, 0.7]])

# %%
# Compute the three answers with NumPy.
answers = ...

# %%
checks.check("01-argmax", answers)

# %% [markdown]
# ## 5. Plan an experiment
#
# You want to know whether 32 or 256 neurons are better, and how good the better network is. Which
# set ("training", "validation" or "test") do you use for what?

# %%
# Write a dictionary with the keys "fit", "choose" and "report", and a set for each.
plan = ...

# %%
checks.check("01-sets", plan)
