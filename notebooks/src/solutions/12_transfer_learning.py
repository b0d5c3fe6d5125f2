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
# # Solutions to lesson 12: Transfer learning
#
# One way to solve each of the [exercises](../exercises/12_transfer_learning.ipynb) that belong to
# [lesson 12](../12_transfer_learning.ipynb). Try them first.
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


# %% tags=["solution"]
# Write the function keep(x, y, classes), which returns pictures and labels.
def keep(x, y, classes):
    chosen = np.isin(y, classes)
    return x[chosen], np.searchsorted(classes, y[chosen])


# %%
checks.check("12-keep", keep)

# %% [markdown]
# Labels are dear. Write a function that returns the places of `count` pictures of each class in an array
# of labels.


# %% tags=["solution"]
# Write the function few(labels, count).
def few(labels, count):
    return np.concatenate([np.flatnonzero(labels == c)[:count] for c in np.unique(labels)])


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

# %% tags=["solution"]
# Freeze the body, and build the network.
body.trainable = False
vehicle_net = keras.Sequential(
    [keras.Input((32, 32, 3)), body, keras.layers.Dense(4, activation="softmax")]
)

# %%
checks.check("12-frozen", (body, vehicle_net))

# %% [markdown]
# `body` ends with `Flatten`, on 8 x 8 pixels and 32 channels. How many weights of your network are trained?

# %% tags=["solution"]
# Write the number of weights.
trainable = 8 * 8 * 32 * 4 + 4

# %%
checks.check("12-trainable", trainable)

# %% [markdown]
# ## 3. Fine-tune with care
#
# Later you let the body learn too. Make an Adam optimizer whose steps are small enough for that.

# %% tags=["solution"]
# Make the optimizer.
optimizer = keras.optimizers.Adam(learning_rate=1e-4)

# %%
checks.check("12-rate", optimizer)

# %% [markdown]
# And a callback that stops when the validation loss has not improved for some epochs, and goes back
# to the best epoch.

# %% tags=["solution"]
# Make the callback.
stopping = keras.callbacks.EarlyStopping(monitor="val_loss", patience=5, restore_best_weights=True)

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


# %% tags=["solution"]
# Train a network on the animals first, and keep what its layers have learned.
animals = only(cifar, ANIMALS).subset(5000)
animal_net = models.conv_net((32, 32, 3), layers, padding="same", classes=6)
training.train(animal_net, animals, epochs=5)
learned = [layer.get_weights() for layer in animal_net.layers[:-1]]

# %% tags=["solution"]
# Make a data set of 20 training pictures of each vehicle.
vehicles = only(cifar, VEHICLES)
chosen = few(vehicles.y_train, 20)
x_few, y_few = vehicles.x_train[chosen], vehicles.y_train[chosen]
small = dataclasses.replace(vehicles, x_train=x_few, y_train=y_few)


# %% tags=["solution"]
# Write a function for each of the two networks.
def from_scratch():
    return models.conv_net((32, 32, 3), layers, padding="same", classes=4)


def transferred():
    network = from_scratch()
    for layer, weights in zip(network.layers, learned):
        layer.set_weights(weights)
    return network


# %% tags=["solution"]
# Write a dictionary from "from scratch" and "transferred" to the runs. Draw them.
builders = {"from scratch": from_scratch, "transferred": transferred}
trials = training.train_many(builders, small, epochs=20, repeats=2, batch_size=16)
plotting.plot_comparison(trials);
# %%
checks.check("12-trials", trials)
