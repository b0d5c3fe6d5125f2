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
# # Exercises to lesson 3: Compute a convolution by hand
#
# For [lesson 3](../03_convolution_by_hand.ipynb). Replace each `...` by your answer, then run the cell and the
# check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
# look into the [solutions](../solutions/03_convolution_by_hand.ipynb).
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

# %%
# Write the sum.
total = ...

# %%
checks.check("03-sum", total)

# %% [markdown]
# ## 2. How large is the result? ★ and ★★
#
# A picture of 32 x 32 pixels meets a kernel of 5 x 5, with stride 1 and padding "valid". How many pixels
# wide is the result?

# %%
# Write the width.
width = ...

# %%
checks.check("03-valid", width)

# %% [markdown]
# Now for every case. Write a function that takes the picture's size, the kernel's size, the stride and
# the padding ("valid" or "same"), and returns the size of the result.


# %%
# Write the function output_size(size, kernel, stride, padding).
output_size = ...

# %%
checks.check("03-size", output_size)

# %% [markdown]
# ## 3. Find horizontal edges ★★
#
# The lesson's first kernel finds vertical edges. Write one of 3 x 3 weights that finds horizontal edges,
# and is blind to vertical ones. Then use it on a digit, and say which edges are purple.

# %%
digit = data.load("mnist").x_train[0, :, :, 0]

# %%
# Write the kernel as an array. Draw what it makes of the digit.
horizontal = ...
# %%
checks.check("03-horizontal", horizontal)

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

# %%
# Write a list of four names, of A to D: "blur", "vertical", "horizontal", "corners".
names = ...

# %%
checks.check("03-kernels", names)

# %% [markdown]
# ## 5. Pooling ★ and ★★
#
# What does max pooling by 2 make of these numbers? Use a pencil.

# %%
numbers = np.array([[4, 1, 3, 3], [2, 0, 1, 7], [6, 6, 0, 2], [8, 2, 2, 0]])

# %%
# Write the result as an array.
pooled = ...

# %%
checks.check("03-pool", pooled)

# %% [markdown]
# Some networks use the **average** of each square. Write a function that does this for a picture
# (height, width) of any size. As in the lesson, what is left over at the edges is dropped.


# %%
# Write the function average_pool(picture).
average_pool = ...

# %%
checks.check("03-average", average_pool)

# %% [markdown]
# ## 6. Two small windows ★★
#
# Three convolutions of 3 x 3 follow one another, without pooling. How many pixels wide is the part of
# the picture that one number of the last result depends on?

# %%
# Write the width.
field = ...

# %%
checks.check("03-field", field)

# %% [markdown]
# ## 7. Colour ★
#
# A convolution has 16 filters of 5 x 5 and takes colour pictures. How many weights does it have,
# biases included?

# %%
# Write the number of weights.
weights = ...

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

# %%
# Build the mended network, and name it `mended`.
mended = ...
# %%
checks.check("03-mend", mended)

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

# %%
# Write the kernel, and draw what it makes of `grey`.
