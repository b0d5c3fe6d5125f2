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
# # Exercises to lesson 10: Augment colour pictures
#
# For [lesson 10](../10_augmenting_colour.ipynb). Replace each `...` by your answer, then run the cell and the
# check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
# look into the [solutions](../solutions/10_augmenting_colour.ipynb).
#
# **Time** 35 minutes; the code takes about two minutes full-size on two cores.

# %%
from cnncourse import checks, data, models, plotting, settings, training
from cnncourse.augmentation import RandomAffine

import numpy as np

settings.start()

# %%
cifar = data.load("cifar10")

# %% [markdown]
# ## 1. Mirror and shift
#
# Write a function that mirrors a batch of pictures (N, height, width, channels): left becomes right.


# %%
# Write the function mirror(images).
mirror = ...

# %%
checks.check("10-flip", mirror)

# %% [markdown]
# And one that shifts a single picture to the right by some pixels. Black (0) comes in from the left.


# %%
# Write the function shift_right(image, pixels).
shift_right = ...

# %%
checks.check("10-shift", shift_right)

# %% [markdown]
# ## 2. Erase
#
# Random erasing blackens a square of `size` pixels at a random place that lies inside the picture. Write a
# function that returns such a copy. `rng` is a generator from `np.random.default_rng`.


# %%
# Write the function erase(image, size, rng). Draw some of its results.
erase = ...
# %%
checks.check("10-erase", erase)

# %% [markdown]
# ## 3. Which pictures may be mirrored?
#
# For which data sets ("mnist", "fashion_mnist", "cifar10") do the labels of mirrored pictures stay true?

# %%
# Write a set of names.
may_be_mirrored = ...

# %%
checks.check("10-mirror", may_be_mirrored)

# %% [markdown]
# Make one `RandomAffine` for CIFAR-10 that mirrors and also shifts a little, and look at what it does.

# %%
# Make the augmentation, and draw its variants.
augment = ...
# %%
checks.check("10-layer", augment)

# %% [markdown]
# ## 4. Design the experiment
#
# Does it help when there are only 2,000 training pictures and ten epochs? Train the same small network
# with and without your augmentation. **Predict** the result first, and then draw the learning curves.

# %%
# Write a dictionary from "plain" and "augmented" to the runs. Draw them.
trials = ...
# %%
checks.check("10-trials", trials)
