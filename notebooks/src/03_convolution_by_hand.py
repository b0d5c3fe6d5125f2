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
# # 3. Compute a convolution by hand
#
# **You will learn**
#
# - how a small window of weights, the kernel, turns one picture into another
# - what stride, padding and pooling do to the size
# - how a colour picture's channels are added up
# - that `Conv2D` does exactly what you can do with a pencil
#
# **You need** lesson 1.
#
# **Time** 30 minutes of reading; the code takes a few seconds in either mode.

# %%
import numpy as np

from cnncourse import data, explain, plotting, samples, settings

settings.start()

# %% [markdown]
# ## A window moves over a picture
#
# Take a picture of 6 by 6 pixels: dark on the left, bright on the right. And a **kernel**: a window
# of 3 by 3 weights.

# %%
picture = np.zeros((6, 6), dtype=int)
picture[:, 3:] = 10
kernel = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])

# %% [markdown]
# Lay the window over the upper left corner. Multiply each pixel by the weight above it, and add up
# the nine products. That is one number of the result.

# %% tags=["nbval-check-output"]
window = picture[0:3, 0:3]
print(window * kernel)
print("sum:", (window * kernel).sum())

# %% [markdown]
# The corner is dark everywhere, so the sum is 0. Now move the window one pixel to the right.
#
# **Predict:** what is the sum there?

# %% tags=["nbval-check-output"]
window = picture[0:3, 1:4]
print(window * kernel)
print("sum:", (window * kernel).sum())

# %% [markdown]
# The right column of the window touches the bright half: 3 times 1 times 10 is 30. Do this at every
# position, and you have a **convolution**. Two loops are enough. (Mathematics mirrors the kernel first,
# and calls what we do a cross-correlation. Deep learning does not mirror.)


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


# %% tags=["nbval-check-output"]
convolve_slowly(picture, kernel)

# %% [markdown]
# The result is large where dark meets bright, and 0 where nothing changes: this kernel finds vertical
# edges. The figure shows the window on its way. Above is the picture with the window, below the result so
# far: purple is a large sum, pale grey is 0, and white is not computed yet.

# %% mystnb={"image": {"alt": "Four steps of a window over a picture that is dark on the left and bright on the right: the sums are 0 in the dark corner and 30 at the edge"}}
plotting.plot_convolution_steps(picture, kernel, [(0, 0), (0, 1), (1, 2), (3, 3)]);

# %% [markdown]
# The window's middle cannot stand on the outermost pixels, so the result is smaller: 4 by 4 instead of
# 6 by 6. Remember the rule: a window of `k` pixels makes the picture `k - 1` pixels smaller.
#
# The package has the same computation without loops, as `explain.convolve`. Do both agree?

# %% tags=["nbval-check-output"]
np.array_equal(convolve_slowly(picture, kernel), explain.convolve(picture, kernel))

# %% [markdown]
# ## Edges of a digit
#
# This kernel has 8 in the middle and -1 around. Its weights add up to 0.
#
# **Predict:** what does it make of an evenly grey area? And of a single bright pixel?

# %% mystnb={"image": {"alt": "A kernel of three by three squares: 8 in the middle, -1 in the eight squares around it"}}
edges = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])
plotting.plot_signed(edges, numbers=True);

# %%
mnist = data.load("mnist")
digit = mnist.x_train[0, :, :, 0]
outline = explain.convolve(digit, edges)
print("pixels:", digit.min(), "to", digit.max())
print("sums:  ", outline.min(), "to", outline.max())

# %% [markdown]
# The sums may be negative and far above 255, so they are no picture yet. The next figure shows them with
# two colours: pale grey is 0, purple is above, orange below.

# %% mystnb={"image": {"alt": "A handwritten digit and its edges: a purple line along the inside of the stroke, an orange line just outside it, pale grey everywhere else"}}
import matplotlib.pyplot as plt

figure, (left, right) = plt.subplots(1, 2, figsize=(6, 3), layout="constrained")
left.imshow(digit, cmap="gray")
left.set_axis_off()
left.set_title("the digit")
plotting.plot_signed(outline, ax=right)
right.set_title("after the edge kernel");

# %% [markdown]
# Where the grey is even, the nine products cancel: pale grey. Inside the edge of a stroke the sum is
# positive, just outside it is negative. (And a single bright pixel would become a strong purple one with
# eight orange neighbours.) One kernel, applied everywhere, finds all edges in all directions.
#
# This is what makes a convolution so economical. A dense layer needs weights of its own for every
# place of the picture. A convolution has nine weights and uses them everywhere.
#
# ## Keras does the same
#
# `Conv2D` computes the same sums. Give it our kernel and compare. Its weights have four axes: rows,
# columns, channels in, filters out.

# %% tags=["nbval-check-output"]
import keras

layer = keras.layers.Conv2D(filters=1, kernel_size=(3, 3), use_bias=False)
layer.build((None, 28, 28, 1))
layer.set_weights([edges.reshape(3, 3, 1, 1)])
ours = outline
theirs = layer(digit.reshape(1, 28, 28, 1).astype("float32")).numpy()[0, :, :, 0]
print("shapes:", ours.shape, theirs.shape)
print("equal:", np.allclose(ours, theirs))

# %% [markdown]
# Note `kernel_size=(3, 3)`: the tuple is the size of the window, not the stride.
#
# In a network nobody chooses the nine weights. They start at random, and training finds the ones
# that help to tell the classes apart.
#
# ## Colour: one sum over all channels
#
# A colour picture has three channels: red, green and blue. The kernel gets a third axis as well, so
# that each channel has its own nine weights. The three sums are then **added**: three channels in,
# one number out.

# %%
objects, _ = samples.draw("cifar10", 8)
photo = objects[0]
colour_kernel = np.stack([edges, edges, edges], axis=-1)
print("picture", photo.shape, "kernel", colour_kernel.shape)
by_channel = [explain.convolve(photo[:, :, c], edges) for c in range(3)]
together = explain.convolve(photo, colour_kernel)
print("the sum of three results is the result:", np.array_equal(sum(by_channel), together))

# %% mystnb={"image": {"alt": "A drawn coloured picture, the edges found in its red, green and blue channel, and their sum, in which edges of all three appear"}}
figure, axes = plt.subplots(1, 5, figsize=(10, 2.4), layout="constrained")
axes[0].imshow(photo)
axes[0].set_axis_off()
for ax, values in zip(axes[1:], [*by_channel, together], strict=True):
    plotting.plot_signed(values, ax=ax)
for ax, title in zip(axes, ["picture", "red", "green", "blue", "their sum"], strict=True):
    ax.set_title(title)

# %% [markdown]
# Here all three channels got the same nine weights. An edge that only one channel shows is still there
# in the sum (though edges of opposite sign may cancel). In a network each channel gets weights of its
# own. A layer with 32 filters has 32 such
# kernels, and its result has 32 channels. The next layer's kernels reach through all 32.
#
# **Predict:** how many weights has a 3 by 3 convolution from 3 channels to 32 filters, with a bias
# for each filter?

# %% tags=["nbval-check-output"]
layer = keras.layers.Conv2D(32, (3, 3))
layer.build((None, 32, 32, 3))
print(3 * 3 * 3 * 32 + 32, "=", layer.count_params())

# %% [markdown]
# ## Stride and padding
#
# - The **stride** is how many pixels the window moves at a time. Stride 2 visits every other
#   position, so the result is half as wide and half as high.
# - **Padding** puts zeros around the picture. `"valid"` puts none: the picture shrinks. `"same"`
#   puts just enough to keep the size when the stride is 1.
#
# One function draws the digit for any setting. It serves both the figure below and the slider after it.


# %%
def draw_setting(stride, padding, ax):
    values = explain.convolve(digit, edges, stride=stride, padding=padding)
    plotting.plot_signed(values, ax=ax)
    ax.set_title(f"stride {stride}, {padding}: {values.shape[0]} x {values.shape[1]}", fontsize=10)


# %% mystnb={"image": {"alt": "The digit's edges for strides 1, 2 and 3 with both paddings: valid gives 26, 13 and 9 pixels, same gives 28, 14 and 10"}}
figure, axes = plt.subplots(2, 3, figsize=(8, 5.6), layout="constrained")
for row, padding in zip(axes, ["valid", "same"], strict=True):
    for ax, stride in zip(row, [1, 2, 3], strict=True):
        draw_setting(stride, padding, ax)

# %% [markdown]
# With stride 3 the digit is coarse but still there. With "same" and stride 1 the size stays 28.
#
# In JupyterLab, move the slider yourself, and choose the padding. (On the website both are asleep; the
# figure above shows strides 1 to 3.)

# %% tags=["skip-execution"]
from ipywidgets import interact


@interact(stride=(1, 6), padding=["valid", "same"])
def explore(stride=1, padding="valid"):
    draw_setting(stride, padding, plt.subplots(figsize=(3, 3))[1])
    plt.show()


# %% [markdown]
# ## Pooling
#
# **Max pooling** cuts the picture into squares of 2 by 2 pixels and keeps the largest number of
# each. It has no weights. Height and width are halved: a quarter of the numbers stays.

# %% tags=["nbval-check-output"]
numbers = np.array([[1, 2, 0, 0], [3, 9, 0, 1], [5, 5, 7, 0], [5, 5, 0, 8]])
print(numbers)
print(explain.max_pool(numbers))

# %% mystnb={"image": {"alt": "The digit's edges before pooling at 26 pixels, after one pooling at 13 and after two at 6: coarser each time, at 6 only a rough shape is left"}}
once = explain.max_pool(outline)
twice = explain.max_pool(once)
figure, axes = plt.subplots(1, 3, figsize=(8, 2.9), layout="constrained")
for ax, values in zip(axes, [outline, once, twice], strict=True):
    plotting.plot_signed(values, ax=ax)
    ax.set_title(f"{values.shape[0]} x {values.shape[1]}")

# %% [markdown]
# Orange fades, and after the second pooling it is gone, because the maximum prefers positive numbers.
# Pooling keeps *that* an edge was found and gives up *exactly where*. That is useful: a digit that moves
# by a pixel is the same digit. And a window of 3 pixels now spans twice as much of the original picture.
#
# **Predict:** a picture of 28 pixels goes through a 3x3 convolution, pooling, a 3x3 convolution,
# pooling and a 3x3 convolution, all "valid". How large is what comes out?

# %% tags=["nbval-check-output"]
size = 28
for step in ["convolution", "pooling", "convolution", "pooling", "convolution"]:
    size = size // 2 if step == "pooling" else size - 2
    print(f"{step:12} {size:3} x {size}")

# %% [markdown]
# 11 halves to 5, not to 5.5: the last row and column are dropped. And 3 by 3 is what is left to look
# at. One more convolution would leave a single pixel. Lesson 6 shows what happens after that.
#
# ## Recap
#
# - A convolution slides a kernel over the picture and sums the products.
# - One kernel is used everywhere: few weights, and an edge is found wherever it stands.
# - Channels are added up; each filter gives one new channel.
# - "valid" shrinks by `k - 1`, stride `s` divides by `s` and rounds up; pooling halves and rounds down.
#
# Practise: [the exercises of this lesson](exercises/03_convolution_by_hand.ipynb)
#
# Next: [Your first convolutional network](04_first_conv_net.ipynb)
