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
# # Exercises to lesson 14: Fast and accurate
#
# For [lesson 14](../14_fast_and_accurate.ipynb). Replace each `...` by your answer, then run the cell and the
# check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
# look into the [solutions](../solutions/14_fast_and_accurate.ipynb).
#
# **Time** 40 minutes; the code takes a few seconds in either mode.

# %%
from cnncourse import checks, settings

import keras
import numpy as np

settings.start()

# %% [markdown]
# ## 1. Count the steps
#
# 50,000 pictures, batches of 512, nine epochs. How many steps does the optimizer take? The last batch of
# an epoch may be smaller.

# %%
# Write the number of steps.
steps = ...

# %%
checks.check("14-steps", steps)

# %% [markdown]
# Make the optimizer: stochastic gradient descent with Nesterov momentum 0.9.

# %%
# Make the optimizer. The learning rate is up to you.
optimizer = ...

# %%
checks.check("14-optimizer", optimizer)

# %% [markdown]
# ## 2. Smooth labels
#
# With `label_smoothing=0.2` and ten classes, which probabilities is the network asked for when the
# picture shows class 3?

# %%
# Write the ten numbers.
target = ...

# %%
checks.check("14-smooth", target)

# %% [markdown]
# ## 3. Good first weights
#
# Write the kernel of a 3 x 3 convolution from 4 channels to 4 filters which passes its input on unchanged
# (with padding "same" and no bias).

# %%
# Write the kernel as an array of shape (rows, columns, channels, filters).
kernel = ...

# %%
checks.check("14-identity", kernel)

# %% [markdown]
# The first layer **whitens**: its numbers are no longer correlated, and each has the spread 1. Write a
# function that does this to patches (N, numbers).
#
# Two functions help. `np.cov(patches.T)` is a table, the **covariance**: on its diagonal stands the squared
# spread of each number, elsewhere how two numbers vary together. For your result it must have 1 on the
# diagonal and 0 elsewhere. And `values, vectors = np.linalg.eigh(table)` gives new directions, the columns of
# `vectors`, along which nothing is correlated, and the squared spread along each of them.


# %%
# Write the function whiten(patches).
whiten = ...

# %%
checks.check("14-whiten", whiten)

# %% [markdown]
# ## 4. Mirror in turns
#
# Mirroring at random shows some pictures the same way three times in a row. Better: chance decides for the
# first epoch only (`first`, True where a picture is mirrored), and from then on each picture is turned
# round every epoch. Which pictures are mirrored in epoch `epoch`, counted from 0?


# %%
# Write the function mirrored(first, epoch), which returns an array like `first`.
mirrored = ...

# %%
checks.check("14-mirrored", mirrored)

# %% [markdown]
# ## 5. Design an ablation
#
# `full` is a recipe. Which part of it brings how much? Write the recipes that you would train to find
# out, "full" among them. To leave a part out, set it to 0 or False.

# %%
full = {"label_smoothing": 0.2, "flip": True, "shift": 2, "batch_norm": True}

# %%
# Write a dictionary of recipes, each with a name.
ablation = ...

# %%
checks.check("14-ablation", ablation)
