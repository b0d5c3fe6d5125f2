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
# **Time** 45 minutes; the code takes about two minutes full-size on two cores.

# %%
from cnncourse import checks, data, models, plotting, settings, training
from cnncourse.augmentation import RandomAffine

import keras

settings.start()

# %%
cifar = data.load("cifar10")
vehicles = cifar.select(["airplane", "automobile", "ship", "truck"])

# %% [markdown]
# ## 1. ★ The pixels of another network
#
# A friend's pretrained network was trained on pixels from -1 to 1. Write a function that brings raw
# pixels from 0 to 255 into that range, and leaves the array that it gets as it is.


# %% tags=["solution"]
# Write the function prepare(pixels).
def prepare(pixels):
    return pixels / 127.5 - 1


# %%
checks.check("12-prepare", prepare)

# %% [markdown]
# ## 2. ★ Freeze the body
#
# `body` is EfficientNet-Lite0 without its head, and somebody has unfrozen it: it makes 1,280 features of a
# picture. Build a network for the four vehicles from it, in plain Keras, in which only a new last layer
# is trained.

# %%
unfrozen = models.pretrained(size=64)
models.unfreeze(unfrozen)
body, _ = models.split(unfrozen)

# %% tags=["solution"]
# Freeze the body, and build the network.
body.trainable = False
vehicle_net = keras.Sequential(
    [
        keras.Input((32, 32, 3)),
        body,
        keras.layers.Dense(4, activation="softmax"),
    ]
)

# %%
checks.check("12-frozen", (body, vehicle_net))

# %% [markdown]
# How many weights of your network are trained?

# %% tags=["solution"]
# Write the number of weights.
trainable = 1280 * 4 + 4

# %%
checks.check("12-trainable", trainable)

# %% [markdown]
# ## 3. ★ Read this log
#
# A head was trained with `EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True)`.
# These are its validation losses:

# %%
val_loss = [0.71, 0.55, 0.48, 0.50, 0.47, 0.52, 0.53, 0.55]

# %% [markdown]
# Which epoch's weights does the network have afterwards? Count from 1.

# %% tags=["solution"]
# Write the number of the epoch.
epoch = 5

# %%
checks.check("12-epoch", epoch)

# %% [markdown]
# ## 4. ★★ Mend this fine-tuning
#
# This function should let the body learn, and it makes both mistakes of the lesson: it does not compile
# again, and it lets batch normalisation go. Mend it. (`model` comes from `models.pretrained`, compiled
# and with a trained head; the body is its layer `"base"`.)
#
#     def fine_tune(model):
#         model.get_layer("base").trainable = True
#         return model


# %% tags=["solution"]
# Write the function fine_tune(model), which returns the model ready for `fit`.
def fine_tune(model):
    base = model.get_layer("base")
    base.trainable = True
    for layer in base.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    adam = keras.optimizers.Adam(1e-4)
    model.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %%
checks.check("12-finetune", fine_tune)

# %% [markdown]
# ## 5. ★★ A callback that stops in time
#
# Make a callback that stops when the validation loss has not improved for some epochs, and goes back to
# the best epoch.

# %% tags=["solution"]
# Make the callback.
stopping = keras.callbacks.EarlyStopping(
    monitor="val_loss", patience=5, restore_best_weights=True
)

# %%
checks.check("12-stop", stopping)

# %% [markdown]
# ## 6. ★★★ Does augmentation help in fine-tuning?
#
# In the lesson, the augmented run was also the longer one. Compare fairly: 50 labelled pictures of each
# vehicle, the same start, the same epochs, the same three seeds; only the augmentation differs. Looking
# at pictures of 64 x 64 is enough here.
#
# `train_many` takes one set of options for all its networks, so call it twice: without `augment`, and with
# a shift and mirror images.

# %% tags=["solution"]
# Make a data set of 50 training pictures of each vehicle.
small = vehicles.subset(200)


# %% tags=["solution"]
# Write a function that builds the network with a fitted head and an unfrozen body.
def start():
    model = models.pretrained(size=64, classes=4)
    features, head = models.split(model)
    head.compile("adam", "sparse_categorical_crossentropy")
    x = training.features(features, small.x_train)
    head.fit(x, small.y_train, epochs=settings.epochs(20), verbose=0)
    models.unfreeze(model)
    return model


# %% tags=["solution"]
# Write a dictionary from "plain" and "augmented" to the runs. Draw them.
options = dict(
    epochs=10, repeats=3, batch_size=16, optimizer="adamw",
    learning_rate=training.one_cycle(3e-4),
)
augment = RandomAffine(shift=0.1, flip=True, fill_mode="reflect")
plain = training.train_many({"plain": start}, small, **options)
changed = training.train_many(
    {"augmented": start}, small, augment=augment, **options
)
trials = {**plain, **changed}
plotting.plot_comparison(trials);

# %%
checks.check("12-trials", trials)

# %% tags=["solution"]
# Print the three differences, seed by seed.
for first, second in zip(trials["plain"], trials["augmented"]):
    before, after = (r.history["val_accuracy"][-1] for r in (first, second))
    gain = after - before
    print(f"seed {first.seed}: {100 * gain:+.1f} points of validation accuracy")

# %% [markdown]
# What do you conclude? Write one sentence that the three differences support, and no more. If they differ
# in sign, the honest sentence is that this experiment does not tell.
#
# ## 7. ★★★ Open: your own question
#
# Ask something that the lesson leaves open, and answer it with an experiment. For example: how many of
# the body's last layers should learn when labels are few (`models.unfreeze(model, last=...)`)? Does a
# larger `size` help a frozen body, and what does it cost? Are features of a middle layer better for
# pictures that are unlike ImageNet's?
#
# You have done well if
#
# - one thing differs between the networks, and all else is the same
# - there are at least three seeds, and you look at the differences pair by pair
# - you choose on validation pictures, and look at the test pictures once, at the end
# - your last sentence claims no more than your figure shows
