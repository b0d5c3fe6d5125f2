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
# **Time** 25 minutes; the code takes a few seconds in either mode.

# %%
from cnncourse import checks, data

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## 1. One window
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
# ## 2. How large is the result?
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
# ## 3. Find horizontal edges
#
# The lesson's kernel finds vertical edges. Write one of 3 x 3 weights that finds horizontal edges, and
# is blind to vertical ones. Then use it on a digit. `convolve_slowly` is the one from the lesson.


# %%
def convolve_slowly(picture, kernel):
    size = kernel.shape[0]
    height, width = picture.shape[0] - size + 1, picture.shape[1] - size + 1
    result = np.zeros((height, width), dtype=int)
    for row in range(height):
        for column in range(width):
            window = picture[row : row + size, column : column + size]
            result[row, column] = (window * kernel).sum()
    return result


# %%
digit = data.load("mnist").x_train[0, :, :, 0]

# %% tags=["solution"]
# Write the kernel as an array. Draw what it makes of the digit.
horizontal = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])
plt.imshow(convolve_slowly(digit, horizontal), cmap="gray");
# %%
checks.check("03-horizontal", horizontal)

# %% [markdown] tags=["solution"]
# White lines lie along the upper edges of the strokes, black ones along the lower edges. Where a stroke
# runs straight down, nothing is left.

# %% [markdown]
# ## 4. Pooling
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
# ## 5. Colour
#
# A convolution has 16 filters of 5 x 5 and takes colour pictures. How many weights does it have,
# biases included?

# %% tags=["solution"]
# Write the number of weights.
weights = 5 * 5 * 3 * 16 + 16

# %%
checks.check("03-weights", weights)
