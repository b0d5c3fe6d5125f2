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
# # Solutions to lesson 3: Compute a convolution by hand
#
# One way to solve each of the [exercises](../exercises/03_convolution_by_hand.ipynb) that belong to
# [lesson 3](../03_convolution_by_hand.ipynb). Try them first.
#
# ★ takes a pencil, ★★ some thought, ★★★ has no single answer.
#
# **Time** 40 minutes; the code takes a few seconds in either mode.

# %%
from cnncourse import checks, data, explain, plotting

import keras
import numpy as np
from sklearn.datasets import load_sample_image

photo = load_sample_image("china.jpg")[15:345:3, 60:390:3]
grey = photo.mean(axis=2)

# %% [markdown]
# ## 1. One window ★
#
# Here are a window of a picture and the lesson's kernel. What is the sum? Work it out without the
# computer.

# %%
window = np.array([[10, 0, 0], [10, 0, 0], [10, 0, 0]])
kernel = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])

# %% tags=["solution"]
# Write the sum.
total = -30

# %%
checks.check("03-sum", total)

# %% [markdown]
# ## 2. How large is the result? ★ and ★★
#
# A picture of 32 x 32 pixels meets a kernel of 5 x 5, with stride 1 and padding "valid". How many pixels
# wide is the result?

# %% tags=["solution"]
# Write the width.
width = 32 - (5 - 1)

# %%
checks.check("03-valid", width)

# %% [markdown]
# Now for every case. Write a function that takes the picture's size, the kernel's size, the stride and
# the padding ("valid" or "same"), and returns the size of the result.


# %% tags=["solution"]
# Write the function output_size(size, kernel, stride, padding).
def output_size(size, kernel, stride, padding):
    positions = size if padding == "same" else size - kernel + 1
    return (positions - 1) // stride + 1


# %%
checks.check("03-size", output_size)

# %% [markdown]
# ## 3. Find horizontal edges ★★
#
# The lesson's first kernel finds vertical edges. Write one of 3 x 3 weights that finds horizontal edges,
# and is blind to vertical ones. Then use it on a digit, and say which edges are purple.

# %%
digit = data.load("mnist").x_train[0, :, :, 0]

# %% tags=["solution"]
# Write the kernel as an array. Draw what it makes of the digit.
horizontal = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])
plotting.plot_signed(explain.convolve(digit, horizontal));
# %%
checks.check("03-horizontal", horizontal)

# %% [markdown] tags=["solution"]
# Purple lies along the upper edges of the strokes, where it gets brighter from above to below, orange
# along the lower edges. Where a stroke runs straight down, nothing is left.

# %% [markdown]
# ## 4. Which kernel was it? ★★
#
# Four kernels looked at the photograph. Read the figure: which panel is of the *blur*, which of
# *vertical* edges, of *horizontal* edges, and of *corners*? The one for corners is the difference
# between one diagonal and the other.

# %%
kernels = [
    np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]),
    np.array([[1, 0, -1], [0, 0, 0], [-1, 0, 1]]),
    np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]),
    np.full((3, 3), 1 / 9),
]
panels = dict(zip("ABCD", [explain.convolve(grey, k) for k in kernels]))
plotting.plot_to_scale(panels, columns=2);

# %% tags=["solution"]
# Write a list of four names, of A to D: "blur", "vertical", "horizontal", "corners".
names = ["horizontal", "corners", "vertical", "blur"]

# %%
checks.check("03-kernels", names)

# %% [markdown] tags=["solution"]
# Only D has no orange: the weights of a blur are positive, and so are pixels. A has the lines of the
# roofs, C the tower's sides. B has neither, because along a straight level or upright edge its products
# cancel.

# %% [markdown]
# ## 5. Pooling ★ and ★★
#
# What does max pooling by 2 make of these numbers? Use a pencil.

# %%
numbers = np.array([[4, 1, 3, 3], [2, 0, 1, 7], [6, 6, 0, 2], [8, 2, 2, 0]])

# %% tags=["solution"]
# Write the result as an array.
pooled = np.array([[4, 7], [8, 2]])

# %%
checks.check("03-pool", pooled)

# %% [markdown]
# Some networks use the **average** of each square. Write a function that does this for a picture
# (height, width) of any size. As in the lesson, what is left over at the edges is dropped.


# %% tags=["solution"]
# Write the function average_pool(picture).
def average_pool(picture):
    height, width = picture.shape[0] // 2, picture.shape[1] // 2
    squares = picture[: height * 2, : width * 2].reshape(height, 2, width, 2)
    return squares.mean(axis=(1, 3))


# %%
checks.check("03-average", average_pool)

# %% [markdown]
# ## 6. Two small windows ★★
#
# Three convolutions of 3 x 3 follow one another, without pooling. How many pixels wide is the part of
# the picture that one number of the last result depends on?

# %% tags=["solution"]
# Write the width.
field = 1 + 2 + 2 + 2

# %%
checks.check("03-field", field)

# %% [markdown]
# ## 7. Colour ★
#
# A convolution has 16 filters of 5 x 5 and takes colour pictures. How many weights does it have,
# biases included?

# %% tags=["solution"]
# Write the number of weights.
weights = 5 * 5 * 3 * 16 + 16

# %%
checks.check("03-weights", weights)

# %% [markdown]
# ## 8. Mend this network ★★
#
# This network does not come about: Keras refuses it. Read what it says, and follow the sizes with a
# pencil. Then mend the network. Keep its three convolutions of 5 x 5 and both poolings.

# %%
broken = [
    keras.layers.Conv2D(16, 5, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D(32, 5, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D(64, 5, activation="relu"),
]
try:
    keras.Sequential([keras.Input((28, 28, 1)), *broken])
except ValueError as error:
    print(error)

# %% tags=["solution"]
# Build the mended network, and name it `mended`.
mended = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Conv2D(16, 5, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(32, 5, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(64, 5, padding="same", activation="relu"),
    ]
)
mended.summary()
# %%
checks.check("03-mend", mended)

# %% [markdown] tags=["solution"]
# Valid, the sizes are 24, 12, 8 and 4, and a window of 5 has no place in 4 pixels. With "same" they are
# 28, 14, 14, 7 and 7. Padding in the last convolution alone would do, too.

# %% [markdown]
# ## 9. A kernel of your own ★★★
#
# Write a kernel of any size that answers to one thing in the photograph and to little else: the roofs'
# slanted edges, thin bright lines, single dots. Draw what it makes of `grey`. Nobody checks this one;
# ask yourself, or a neighbour:
#
# | points | what for |
# |---|---|
# | 1 | It says beforehand what the kernel should answer to, and why these weights. |
# | 1 | On an evenly grey area the sum is 0. |
# | 1 | The figure has a title, and a scale on which 0 is white. |
# | 2 | It names a place where the kernel is right, and one where it is fooled. |

# %% tags=["solution"]
# Write the kernel, and draw what it makes of `grey`.
slanted = np.array([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]])
slopes = explain.convolve(grey, slanted)
plotting.plot_to_scale({"brighter to the upper right": slopes});

# %% [markdown] tags=["solution"]
# The weights are positive above the diagonal and negative below it: the kernel compares what lies upper
# right with what lies lower left. They add up to 0. It is right at the roof's right slope, where the
# sky is upper right: a purple line. It is fooled by level and upright edges, to which it answers as
# well, only more weakly.
