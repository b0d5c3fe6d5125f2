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
# ## 2. Plan an experiment ★
#
# You want to know whether 32 or 256 neurons are better, and how good the better network is. Which
# set ("training", "validation" or "test") do you use for what?

# %%
# Write a dictionary with the keys "fit", "choose" and "report", and a set for each.
plan = ...

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

# %%
# Compute the three answers with NumPy.
answers = ...

# %%
checks.check("01-argmax", answers)

# %% [markdown]
# ## 4. Count weights, then build ★★
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
# ## 5. Train it ★★
#
# Compile your network and fit it to `small` for five epochs, while you watch the validation pictures. Write
# `epochs=settings.epochs(5)`: this is 5, or less in reduced mode.

# %%
# Compile the network, and keep what `fit` returns.
history = ...

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

# %%
# Copy the network, mend it, and compile it.
mended = ...

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

# %%
# Write a dictionary with the keys "by heart", "too little" and "choose".
conclusion = ...

# %%
checks.check("01-curves", conclusion)

# %% [markdown]
# ## 8. What a confusion matrix says ★★
#
# A row is the true class, a column the answer. Which share of each class was read rightly?

# %%
matrix = np.array([[45, 5, 0], [10, 35, 5], [0, 0, 100]])

# %%
# Compute three shares with NumPy, from 0 to 1.
shares = ...

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

# %%
# Show the picture and its probabilities.

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

# %%
# Train, and draw the figure.

# %% [markdown]
# ## How far have you come?
#
# This counts the checks that passed since the kernel was started. To read again:
# [lesson 1](../01_dense_network.ipynb), the [glossary](../../docs/glossary.md).

# %%
checks.tally("01")
