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
# # Exercises to lesson 8: Fight overfitting
#
# For [lesson 8](../08_fighting_overfitting.ipynb). Replace each `...` by your answer, then run the cell and the
# check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
# look into the [solutions](../solutions/08_fighting_overfitting.ipynb).
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

# %%
# Write the number of megabytes.
megabytes = ...

# %%
checks.check("08-memory", megabytes)

# %% [markdown]
# ## 2. The functional API
#
# Build this network with the functional API: raw pixels of 32 x 32 x 3, two convolutions of 32 filters
# (3 x 3, "same", relu), a max pooling, `Flatten`, ten probabilities.

# %%
# Build the network with keras.Input and keras.Model.
network = ...

# %%
checks.check("08-functional", network)

# %% [markdown]
# Without the two `relu`, a single convolution could do the same as both, except at the edge of the picture.
# How large would its kernel have to be?

# %%
# Write the side of the kernel in pixels.
side = ...

# %%
checks.check("08-linear", side)

# %% [markdown]
# ## 3. Split without a leak
#
# Split 1,000 pictures into 800 for training and 200 for validation: an array of picture numbers (from 0 to
# 999) for each. The pictures may be sorted in some way that you do not know of.

# %%
# Make the two arrays.
train = ...
validation = ...

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

# %%
# Write the word.
diagnosis = ...

# %%
checks.check("08-diagnose", diagnosis)

# %% [markdown]
# ## 5. Two remedies
#
# Build a network `[32, "pool", 64, "pool"]` for CIFAR-10 in which a quarter of the numbers is dropped
# after each pooling.

# %%
# Build the network with models.conv_net.
dropped = ...

# %%
checks.check("08-dropout", dropped)

# %% [markdown]
# Make a dense layer of 128 neurons with relu, for whose weights the loss grows by 0.01 times the sum of their
# squares.

# %%
# Make the layer.
layer = ...

# %%
checks.check("08-l2", layer)
