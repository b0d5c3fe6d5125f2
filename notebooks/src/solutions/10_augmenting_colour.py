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
# # Solutions to lesson 10: Augment colour pictures
#
# One way to solve each of the [exercises](../exercises/10_augmenting_colour.ipynb) that belong to
# [lesson 10](../10_augmenting_colour.ipynb). Try them first.
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


# %% tags=["solution"]
# Write the function mirror(images).
def mirror(images):
    return images[:, :, ::-1]


# %%
checks.check("10-flip", mirror)

# %% [markdown]
# And one that shifts a single picture to the right by some pixels. Black (0) comes in from the left.


# %% tags=["solution"]
# Write the function shift_right(image, pixels).
def shift_right(image, pixels):
    shifted = np.zeros_like(image)
    shifted[:, pixels:] = image[:, : image.shape[1] - pixels]
    return shifted


# %%
checks.check("10-shift", shift_right)

# %% [markdown]
# ## 2. Erase
#
# Random erasing blackens a square of `size` pixels at a random place that lies inside the picture. Write a
# function that returns such a copy. `rng` is a generator from `np.random.default_rng`.


# %% tags=["solution"]
# Write the function erase(image, size, rng). Draw some of its results.
def erase(image, size, rng):
    erased = image.copy()
    top, left = (rng.integers(length - size + 1) for length in image.shape[:2])
    erased[top : top + size, left : left + size] = 0
    return erased


rng = np.random.default_rng(0)
plotting.plot_images(np.stack([erase(cifar.x_train[0], 8, rng) for _ in range(10)]));
# %%
checks.check("10-erase", erase)

# %% [markdown]
# ## 3. Which pictures may be mirrored?
#
# For which data sets ("mnist", "fashion_mnist", "cifar10") do the labels of mirrored pictures stay true?

# %% tags=["solution"]
# Write a set of names.
may_be_mirrored = {"fashion_mnist", "cifar10"}

# %%
checks.check("10-mirror", may_be_mirrored)

# %% [markdown]
# Make one `RandomAffine` for CIFAR-10 that mirrors and also shifts a little, and look at what it does.

# %% tags=["solution"]
# Make the augmentation, and draw its variants.
augment = RandomAffine(shift=0.1, flip=True, fill_mode="reflect")
plotting.plot_augmentations(augment, cifar.x_train[:3]);
# %%
checks.check("10-layer", augment)

# %% [markdown]
# ## 4. Design the experiment
#
# Does it help when there are only 2,000 training pictures and ten epochs? Train the same small network
# with and without your augmentation. **Predict** the result first, and then draw the learning curves.

# %% tags=["solution"]
# Write a dictionary from "plain" and "augmented" to the runs. Draw them.
few = cifar.subset(2000)
trials = {
    name: training.train(
        models.conv_net(cifar.picture_shape, [16, "pool", 32, "pool", 32], batch_norm=True),
        few,
        epochs=10,
        augment=kind,
    )
    for name, kind in {"plain": None, "augmented": augment}.items()
}
plotting.plot_history(trials);
# %%
checks.check("10-trials", trials)

# %% [markdown] tags=["solution"]
# Look at the gap between the training and the validation curve of each network, and then at the
# validation curves alone. One run of each is a first look; several seeds would tell more.
