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
# # Exercises to lesson 12: Transfer learning
#
# For [lesson 12](../12_transfer_learning.ipynb). Replace each `...` by your answer, then run the cell and the
# check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
# look into the [solutions](../solutions/12_transfer_learning.ipynb).
#
# **Time** 40 minutes; the code takes about two minutes full-size on two cores.

# %%
from cnncourse import checks, data, models, plotting, settings, training

import dataclasses
import keras
import numpy as np

settings.start()

# %%
cifar = data.load("cifar10")
ANIMALS, VEHICLES = (2, 3, 4, 5, 6, 7), (0, 1, 8, 9)
layers = [16, "pool", 32, "pool"]

# %% [markdown]
# ## 1. Animals here, vehicles there
#
# A network that has learned six kinds of animals is to learn four kinds of vehicles. Write a function that
# keeps the pictures and labels of some classes (ascending numbers), and numbers these classes from 0 on.


# %%
# Write the function keep(x, y, classes), which returns pictures and labels.
keep = ...

# %%
checks.check("12-keep", keep)

# %% [markdown]
# Labels are dear. Write a function that returns the places of `count` pictures of each class in an array
# of labels.


# %%
# Write the function few(labels, count).
few = ...

# %%
checks.check("12-few", few)

# %% [markdown]
# ## 2. Freeze the body
#
# `body` is a network for animals without its last layer. Build a network for the four vehicles from it,
# in which only the new last layer is trained.

# %%
base = models.conv_net((32, 32, 3), layers, padding="same", classes=6)
body = keras.Model(base.inputs, base.layers[-2].output)

# %%
# Freeze the body, and build the network.
vehicle_net = ...

# %%
checks.check("12-frozen", (body, vehicle_net))

# %% [markdown]
# `body` ends with `Flatten`, on 8 x 8 pixels and 32 channels. How many weights of your network are trained?

# %%
# Write the number of weights.
trainable = ...

# %%
checks.check("12-trainable", trainable)

# %% [markdown]
# ## 3. Fine-tune with care
#
# Later you let the body learn too. Make an Adam optimizer whose steps are small enough for that.

# %%
# Make the optimizer.
optimizer = ...

# %%
checks.check("12-rate", optimizer)

# %% [markdown]
# And a callback that stops when the validation loss has not improved for some epochs, and goes back
# to the best epoch.

# %%
# Make the callback.
stopping = ...

# %%
checks.check("12-stop", stopping)

# %% [markdown]
# ## 4. Does it help?
#
# Design the experiment: 20 labelled pictures of each vehicle, the same layers, at least two seeds. One network
# starts from scratch, the other from the convolutions of a network that was trained on animals.
# `only` makes a data set of some classes with your function `keep`.


# %%
def only(dataset, classes):
    arrays = {}
    for part in ["train", "val", "test"]:
        x, y = getattr(dataset, f"x_{part}"), getattr(dataset, f"y_{part}")
        arrays[f"x_{part}"], arrays[f"y_{part}"] = keep(x, y, classes)
    names = tuple(dataset.class_names[c] for c in classes)
    return dataclasses.replace(dataset, class_names=names, **arrays)


# %%
# Train a network on the animals first, and keep what its layers have learned.

# %%
# Make a data set of 20 training pictures of each vehicle.

# %%
# Write a function for each of the two networks.

# %%
# Write a dictionary from "from scratch" and "transferred" to the runs. Draw them.
trials = ...
# %%
checks.check("12-trials", trials)
