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
# # Solutions to lesson 1: Read digits with a dense network
#
# One way to solve each of the [exercises](../exercises/01_dense_network.ipynb) that belong to
# [lesson 1](../01_dense_network.ipynb). Try them first.
#
# ★ a few minutes, ★★ a piece of code, ★★★ an experiment of your own.
#
# **Time** 45 minutes; the code takes about a minute full-size.

# %%
from cnncourse import checks, data, settings

import keras
import matplotlib.pyplot as plt
import numpy as np

settings.start()

# %%
mnist = data.load("mnist")
small = mnist.subset(2000)
batch = mnist.x_train[:32]

# %% [markdown]
# ## 1. Read a shape ★
#
# `batch` holds the first 32 training pictures. Answer before you look: what is its shape? And how
# many bytes would it take as `float32`?

# %% tags=["solution"]
# Write the shape as a tuple.
shape = (32, 28, 28, 1)

# %%
checks.check("01-shape", shape)

# %% tags=["solution"]
# Write the number of bytes.
size = 32 * 28 * 28 * 4

# %%
checks.check("01-memory", size)

# %% [markdown]
# Now look. Were you right?

# %%
print(batch.shape, batch.astype("float32").nbytes)

# %% [markdown]
# ## 2. Plan an experiment ★
#
# You want to know whether 32 or 256 neurons are better, and how good the better network is. Which
# set ("training", "validation" or "test") do you use for what?

# %% tags=["solution"]
# Write a dictionary with the keys "fit", "choose" and "report", and a set for each.
plan = {"fit": "training", "choose": "validation", "report": "test"}

# %%
checks.check("01-sets", plan)

# %% [markdown]
# ## 3. From probabilities to answers ★
#
# Another network tells four classes apart. These are its probabilities for three pictures, a row each.
# Which class does it answer for each of them?

# %%
probabilities = np.array(
    [[0.1, 0.2, 0.6, 0.1], [0.4, 0.2, 0.1, 0.3], [0.1, 0.1, 0.1, 0.7]]
)

# %% tags=["solution"]
# Compute the three answers with NumPy.
answers = probabilities.argmax(axis=1)

# %%
checks.check("01-argmax", answers)

# %% [markdown]
# ## 4. Count weights, then build ★★
#
# A dense network for these pictures has two hidden layers, with 64 and with 32 neurons, and ten
# outputs. How many weights does it have, biases included? Work it out with a pencil.

# %% tags=["solution"]
# Write the number of weights.
weights = 64 * (784 + 1) + 32 * (64 + 1) + 10 * (32 + 1)

# %%
checks.check("01-weights", weights)

# %% [markdown]
# Build this network in plain Keras. It takes the raw pixels, so let it divide them by 255 first.

# %% tags=["solution"]
# Build the network.
network = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)

# %%
checks.check("01-network", network)

# %% [markdown]
# ## 5. Train it ★★
#
# Compile your network and fit it to `small` for five epochs, while you watch the validation pictures. Write
# `epochs=settings.epochs(5)`: this is 5, or less in reduced mode.

# %% tags=["solution"]
# Compile the network, and keep what `fit` returns.
network.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = network.fit(
    small.x_train,
    small.y_train,
    validation_data=(small.x_val, small.y_val),
    epochs=settings.epochs(5),
    verbose=2,
)

# %%
checks.check("01-fit", history)

# %% [markdown]
# ## 6. Mend a network ★★
#
# A friend's network learns next to nothing, or does not even start. It holds three mistakes. Do not
# train it: read it.
#
# ```python
# mended = keras.Sequential(
#     [
#         keras.Input((28, 28, 1)),
#         keras.layers.Flatten(),
#         keras.layers.Dense(64, activation="relu"),
#         keras.layers.Dense(10, activation="relu"),
#     ]
# )
# mended.compile(optimizer="adam", loss="categorical_crossentropy")
# ```

# %% tags=["solution"]
# Copy the network, mend it, and compile it.
mended = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
mended.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

# %%
checks.check("01-mended", mended)

# %% [markdown]
# ## 7. Read a figure and conclude ★★
#
# Three networks, A, B and C, were trained on the same pictures. The solid lines are errors on training
# pictures, the dashed ones on validation pictures.

# %% mystnb={"image": {"alt": "Error curves of three networks over eight epochs: A stays high on both sets, B ends lowest on validation, C falls to almost nothing on training while its validation error rises again"}}
curves = {
    "A": ([40, 33, 30, 29, 28, 28, 27, 27], [40, 34, 31, 30, 29, 29, 28, 28]),
    "B": ([30, 18, 13, 10, 9, 8, 7, 7], [29, 19, 14, 12, 11, 10, 10, 10]),
    "C": ([25, 12, 6, 3, 2, 1, 0, 0], [26, 17, 14, 14, 15, 16, 17, 18]),
}
figure, axes = plt.subplots(1, 3, figsize=(10, 3), sharey=True)
for ax, (name, (on_training, on_validation)) in zip(axes, curves.items()):
    ax.plot(range(1, 9), on_training, label="training")
    ax.plot(range(1, 9), on_validation, "--", label="validation")
    ax.set(title=name, xlabel="epoch", ylabel="errors (%)")
axes[0].legend();

# %% [markdown]
# Which network learns its training pictures by heart? Which one learns too little from any picture? And
# which one do you choose?

# %% tags=["solution"]
# Write a dictionary with the keys "by heart", "too little" and "choose".
conclusion = {"by heart": "C", "too little": "A", "choose": "B"}

# %%
checks.check("01-curves", conclusion)

# %% [markdown]
# ## 8. What a confusion matrix says ★★
#
# A row is the true class, a column the answer. Which share of each class was read rightly?

# %%
matrix = np.array([[45, 5, 0], [10, 35, 5], [0, 0, 100]])

# %% tags=["solution"]
# Compute three shares with NumPy, from 0 to 1.
shares = matrix.diagonal() / matrix.sum(axis=1)

# %%
checks.check("01-matrix", shares)

# %% [markdown]
# ## 9. Explain a misread picture ★★★
#
# Find the validation picture that your network of exercise 5 misread with the greatest certainty. Show it
# with its probabilities, and explain the answer in three sentences. Then compare with this rubric, a point
# each:
#
# - The picture was found by code: not by scrolling.
# - You name strokes that the wrong class shares with this picture.
# - You say what the network cannot know: which pixels are neighbours.
# - You say what would prove your explanation, such as a change to the picture.

# %% tags=["solution"]
# Show the picture and its probabilities.
given = network.predict(mnist.x_val, verbose=0)
wrong = given.argmax(axis=1) != mnist.y_val
worst = np.where(wrong, given.max(axis=1), 0).argmax()
figure, (left, right) = plt.subplots(1, 2, figsize=(7, 3))
left.imshow(mnist.x_val[worst], cmap="gray")
left.set_title(f"label {mnist.y_val[worst]}")
right.bar(range(10), given[worst])
right.set(title="probabilities", xlabel="digit", xticks=range(10))
plt.show()

# %% [markdown] tags=["solution"]
# An explanation of this kind is worth four points: "The upper loop is open, so most bright pixels lie where
# fours have theirs. The network adds up single pixels and does not know that the two ends nearly touch. If I
# close the gap with three white pixels, the answer should change; I can test that."

# %% [markdown]
# ## 10. How many pictures are enough? ★★★
#
# Measure how the validation accuracy grows with the number of training pictures: 250, 500, 1,000 and 2,000
# of them. Draw a figure and write a conclusion. The rubric, a point each:
#
# - Every number of pictures is trained with three seeds or more, and each training is a dot.
# - The networks are chosen and compared on validation pictures; the test pictures stay untouched.
# - The axes have names and units, and the axis of the numbers is logarithmic.
# - The conclusion says no more than the figure shows, and what it cannot say.

# %% tags=["solution"]
# Train, and draw the figure.
def trained_on(count, seed):
    keras.utils.set_random_seed(seed)
    few = mnist.subset(count, seed=seed)
    fresh = keras.models.clone_model(network)  # new weights
    loss = "sparse_categorical_crossentropy"
    fresh.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    epochs = settings.epochs(20)
    fresh.fit(few.x_train, few.y_train, epochs=epochs, verbose=0)
    return 100 * fresh.evaluate(mnist.x_val, mnist.y_val, verbose=0)[1]


figure, ax = plt.subplots(figsize=(6, 3))
for count in (250, 500, 1000, 2000):
    found = [trained_on(count, seed) for seed in range(3)]
    ax.plot([count] * 3, found, "o", alpha=0.6)
ax.set(xscale="log", xlabel="training pictures")
ax.set_ylabel("validation accuracy (%)")
plt.show()

# %% [markdown] tags=["solution"]
# A conclusion: "From 250 to 2,000 pictures the accuracy rises with each doubling, by less each time. The
# dots of neighbouring numbers do not mix. For more than 2,000 pictures the figure cannot tell."

# %% [markdown]
# ## How far have you come?
#
# This counts the checks that passed since the kernel was started. To read again:
# [lesson 1](../01_dense_network.ipynb), the [glossary](../../docs/glossary.md).

# %%
checks.tally("01")
