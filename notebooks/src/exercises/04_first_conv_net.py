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
# **Time** 60 minutes; the code takes about three minutes full-size on two cores. One star is easy, three
# are not.

# %%
from cnncourse import checks, data, models, plotting, settings, training

import keras
import matplotlib.pyplot as plt
import numpy as np

settings.start()

# %%
mnist = data.load("mnist")
small = mnist.subset(10_000)

# %% [markdown]
# ## 1. Follow the shapes ★
#
# A network for colour pictures of 32 x 32 pixels has the layers `[16, "pool", 32, "pool", 64]`: 3 x 3
# convolutions with padding "valid", and 2 x 2 poolings. What is the shape after the last convolution?

# %%
# Write the shape as a tuple: height, width and channels.
shape = ...

# %%
checks.check("04-shape", shape)

# %% [markdown]
# ## 2. A network in plain Keras, from the first line to a file ★★
#
# Without the package's `models` and `training`. Build a `keras.Sequential` for raw digits (pixels from 0
# to 255): a convolution with 16 filters of 5 x 5 and padding "same", a pooling, another convolution of
# the same kind with 32 filters, another pooling, `Flatten`, and a dense layer with ten probabilities.

# %%
# Build the network.
network = ...

# %%
checks.check("04-network", network)

# %% [markdown]
# Compile it, and train it on `small` for two epochs. Let it watch the validation pictures.

# %%
# Compile and fit; `trained` is the network itself. Write epochs=settings.epochs(2).
trained = ...

# %%
checks.check("04-trained", trained)

# %% [markdown]
# Save it as `exercise.keras`, load it from the file, and measure both on the validation pictures: do they
# agree?

# %%
# Give the network and the one that you loaded, in this order.
pair = ...

# %%
checks.check("04-file", pair)

# %% [markdown]
# ## 3. Mend this network ★★
#
# Five things are wrong here: two of them stop it with an error, the others make it learn badly. Find
# them, and write it as it should be.
#
# ```python
# keras.Sequential(
#     [
#         keras.Input((28, 28)),
#         keras.layers.Conv2D(32, (3, 3)),
#         keras.layers.MaxPooling2D((2, 2)),
#         keras.layers.Conv2D(64, (3, 3)),
#         keras.layers.MaxPooling2D((2, 2)),
#         keras.layers.Dense(64, activation="relu"),
#         keras.layers.Dense(10, activation="sigmoid"),
#     ]
# )
# ```

# %%
# Build the mended network. It should take raw pixels.
mended = ...

# %%
checks.check("04-mended", mended)

# %% [markdown]
# ## 4. Read this figure, and conclude ★★
#
# Here are two convolutional networks. They differ in one layer.


# %%
def network_ending_with(layer):
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(32, (3, 3), activation="relu"),
            keras.layers.MaxPooling2D((2, 2)),
            keras.layers.Conv2D(64, (3, 3), activation="relu"),
            layer(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def with_flatten():
    return network_ending_with(keras.layers.Flatten)


def with_global_pooling():
    return network_ending_with(keras.layers.GlobalMaxPooling2D)


# %% [markdown]
# `GlobalMaxPooling2D` keeps the largest value of each channel, wherever it is: 64 numbers, and no places.
# Three seeds each; then the validation digits move.

# %%
builders = {"Flatten": with_flatten, "GlobalMaxPooling2D": with_global_pooling}
options = dict(epochs=5, repeats=3, learning_rate=0.003)
runs = training.train_many(builders, small, **options)


# %%
pictures, labels = small.x_val[:1000], small.y_val[:1000]
framed = np.pad(pictures, ((0, 0), (0, 0), (6, 6), (0, 0)))


def accuracy(run, right):
    moved = framed[:, :, 6 - right : 34 - right]
    return 100 * run.model.evaluate(moved, labels, verbose=0)[1]


# %% mystnb={"image": {"alt": "Accuracy against the shift in pixels for a network with Flatten and one with global max pooling"}}
ax = plt.subplots(figsize=(6, 3.5), layout="constrained")[1]
for (name, found), style in zip(runs.items(), ["--", "-"]):
    values = np.array([[accuracy(run, n) for run in found] for n in range(7)])
    ax.plot(values.mean(axis=1), style, marker=".", label=name)
    ax.fill_between(range(7), values.min(axis=1), values.max(axis=1), alpha=0.3)
ax.set(xlabel="shift to the right (pixels)", ylabel="accuracy (%)")
ax.set(title="Digits that have moved", ylim=(0, 100))
ax.legend();

# %% [markdown]
# One of the layers `Conv2D`, `MaxPooling2D`, `Flatten` and `Dense` makes a network depend on where a
# digit stands. Which one?

# %%
# Write the layer's name.
depends_on_place = ...

# %%
checks.check("04-place", depends_on_place)

# %% [markdown]
# And what does it cost to do without places? Look at the left end of the curves, and say why.

# %% [markdown]
# ## 5. 16, 32 or 64 filters? ★★
#
# How many filters should you begin with? Take the smallest convolutional network, `[n, "pool"]` with
# `dense=[64]`. First write three functions that build it, with 16, 32 and 64 filters.

# %%
# Write a dictionary from "16", "32" and "64" to a function that builds the network.
builders = ...

# %%
checks.check("04-builders", builders)

# %% [markdown]
# **Predict:** which is most accurate, and how many times as long does 64 take as 16? Then train each for
# three epochs on `small`, with three seeds. Draw the validation accuracies.

# %%
# Train the three networks with `train_many`, and keep what it returns.
runs = ...

# %%
checks.check("04-filters", runs)

# %% [markdown]
# ## 6. Explain this misread digit ★★★
#
# Here is a network like yours of task 2, and the validation digit that it misreads most confidently.

# %% mystnb={"image": {"alt": "One handwritten digit with its label and the wrong answer"}}
judge = models.conv_net((28, 28, 1), [16, "pool", 32, "pool"])
training.train(judge, small, epochs=3)
probabilities = judge.predict(mnist.x_val, verbose=0)
p_true = probabilities[np.arange(len(mnist.y_val)), mnist.y_val]
worst = p_true.argmin()
true, answer = mnist.y_val[worst], probabilities[worst].argmax()
title = f"a {true},\nread as {answer}"
plotting.plot_images(mnist.x_val[worst : worst + 1], [title]);

# %% [markdown]
# Is it the shape, or does the digit only stand in an unusual place? Let the network read it at 25 places:
# shifted by -2 to 2 pixels down and to the right. What comes in is black. How often does each class win?


# %%
# Write the function votes(answer, picture). `answer` takes pictures (N, 28, 28, 1) and returns
# probabilities (N, 10); `picture` is one of shape (28, 28, 1). Return ten counts that add up to 25.
votes = ...

# %%
checks.check("04-votes", votes)

# %% [markdown]
# Now explain it in two sentences: what do the votes say, and what in the picture misleads the network?

# %% [markdown]
# ## 7. Small is beautiful ★★★
#
# An open task. Build the best network for digits with at most 10,000 weights, and show that it is good.

# %%
# Build your network.
tiny = ...

# %%
checks.check("04-small", tiny)

# %% [markdown]
# Judge your work by this table; a colleague may do it better.
#
# | | 1 point | 2 points |
# |---|---|---|
# | idea | you tried several networks | each differs from the last in one thing, for a reason that you wrote down |
# | evidence | validation accuracy of one training | three seeds, or a paired test |
# | fairness | same epochs for all | and nothing was chosen by the test pictures |
# | conclusion | the best network is named | and what you cannot conclude, too |
