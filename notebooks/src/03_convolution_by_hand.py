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
# - what ReLU, stride, padding and pooling do, and how large the result is
# - how a colour picture's channels are added up, and what two filters make of it
# - that `Conv2D` does exactly what you can do with a pencil
#
# **You need** [lesson 1](01_dense_network.ipynb) and [lesson 2](02_how_networks_learn.ipynb).
#
# **Time** 35 minutes of reading; the code takes a few seconds in either mode.

# %%
from cnncourse import data, explain, plotting, settings
from cnncourse.widgets import predict, quiz, reveal, touch_convolution

import keras
import numpy as np

settings.start()

# %% tags=["remove-input"]
quiz("03", "opening")

# %% [markdown]
# ## A window moves over a picture
#
# Take a picture of 6 by 6 pixels: dark on the left, bright on the right. And a
# [kernel](../docs/glossary.md#term-kernel): a window of 3 by 3 weights.

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

# %% tags=["remove-input"]
predict("03-window", "What is the sum there?", ["0", "10", "30", "60"])

# %% tags=["nbval-check-output", "hide-output"]
window = picture[0:3, 1:4]
print(window * kernel)
print("sum:", (window * kernel).sum())

# %% tags=["hide-cell"]
reveal("03-window", str((window * kernel).sum()))

# %% [markdown]
# The right column of the window touches the bright half: 3 times 1 times 10 is 30. Do this at every
# position, and you have a [convolution](../docs/glossary.md#term-convolution). Two loops are enough.
# (Mathematics mirrors the kernel first, and calls what we do a cross-correlation. Deep learning does
# not mirror.)


# %%
def convolve_slowly(picture, kernel):
    size = kernel.shape[0]
    height, width = np.array(picture.shape) - size + 1
    result = np.zeros((height, width), dtype=int)
    for row in range(height):
        for column in range(width):
            window = picture[row : row + size, column : column + size]
            result[row, column] = (window * kernel).sum()
    return result


# %% mystnb={"image": {"alt": "Four steps of a window over a picture that is dark on the left and bright on the right, with all numbers: the sums are 0 in the dark corner and 30 at the edge; the result has 4 by 4 numbers, with 30 in its two middle columns"}}
steps = [(0, 0), (0, 1), (1, 2), (3, 3)]
plotting.plot_convolution_steps(picture, kernel, steps);

# %% [markdown]
# Above is the picture with the window on its way, below the result so far; what is hatched is not
# computed yet. Purple is above 0, orange below, white is 0. The result is large where dark meets
# bright, and 0 where nothing changes: this kernel finds vertical edges.
#
# The window must stay inside the picture, so the result is smaller: 4 by 4 instead of 6 by 6. A window
# of `k` pixels makes the picture `k - 1` pixels smaller.
#
# The package has the same computation without loops, as `explain.convolve`. Do both agree?

# %% tags=["nbval-check-output"]
ours = convolve_slowly(picture, kernel)
np.array_equal(ours, explain.convolve(picture, kernel))

# %% [markdown]
# ## Touch it
#
# Now move the window yourself: drag it, or click it and use the arrow keys. (On the website a picture
# of it stands here; in JupyterLab you can touch it.) Four things to try:
#
# - Which picture makes the sum of the vertical edges negative? Type weights of your own until one does.
# - Take *one bright pixel* and *all edges*. What is left of *an even grey*?
# - Choose *blur*: each output pixel is the mean of nine. Where does *sharpen* go beyond 10?
# - The last two pictures, ReLU and pooling, come further below. Guess what they do.

# %% tags=["remove-input"] mystnb={"image": {"alt": "A picture of 7 by 7 numbers, dark on the left and bright on the right, with a window; the kernel for vertical edges; nine products; the output of 5 by 5 numbers, the same after ReLU, and 2 by 2 numbers after pooling"}}
touch_convolution()

# %% [markdown]
# ## A photograph
#
# Kernels were used on photographs long before networks. This one comes with scikit-learn. We take every
# third pixel, so that you can see them, and the mean of red, green and blue.

# %%
from sklearn.datasets import load_sample_image

photo = load_sample_image("china.jpg")[15:345:3, 60:390:3]
grey = photo.mean(axis=2)
print(photo.shape, photo.dtype, "->", grey.shape)

# %% [markdown]
# Two kernels that return a picture: the mean of nine pixels, and its opposite, which stresses what
# differs from the neighbours.

# %% mystnb={"image": {"alt": "A pagoda in grey, the same blurred, and the same sharpened: after sharpening the roofs' edges stand out, and so does every grain"}}
blur = np.full((3, 3), 1 / 9)
sharpen = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
pictures = {
    "the photograph": grey,
    "blurred": explain.convolve(grey, blur),
    "sharpened": explain.convolve(grey, sharpen),
}
panels = {name: p.clip(0, 255).astype("uint8") for name, p in pictures.items()}
plotting.plot_to_scale(panels);

# %% [markdown]
# And two that find edges. The sums are no picture: they go below 0 and far above 255. So they are shown
# in two colours: white is 0, purple is above, orange below.

# %% tags=["remove-input"]
predict(
    "03-tower",
    "The tower's roofs run nearly level, its pillars upright. "
    "What does the kernel for vertical edges show?",
    ["mostly the roofs", "pillars and the tower's sides", "both alike"],
)

# %% tags=["hide-output"] mystnb={"image": {"alt": "Vertical edges of the pagoda show its pillars and the tower's left and right sides; horizontal edges show the lines of the roofs and railings"}}
vertical, horizontal = kernel, kernel.T
sums = {
    "vertical edges": explain.convolve(grey, vertical),
    "horizontal edges": explain.convolve(grey, horizontal),
}
plotting.plot_to_scale(sums);

# %% tags=["hide-cell"]
reveal("03-tower", "pillars and the tower's sides")

# %% [markdown]
# One kernel, applied everywhere, finds its edge wherever it stands. This is what makes a convolution so
# economical. A [dense layer](../docs/glossary.md#term-dense-layer) needs weights of its own for every
# place of the picture. A convolution has nine weights and uses them everywhere.
#
# In a network nobody chooses the nine weights. They start at random, and training finds those that help
# to tell the classes apart.
#
# ## Colour: one sum over all channels
#
# A colour picture has three [channels](../docs/glossary.md#term-channel): red, green and blue. The
# kernel gets a third axis, so that each channel has its own nine weights. The three sums are then
# **added**: three channels in, one number out.

# %% tags=["nbval-check-output"]
by_channel = [explain.convolve(photo[..., c], vertical) for c in range(3)]
colour_kernel = np.stack([vertical] * 3, axis=-1)
together = explain.convolve(photo, colour_kernel)
print("picture", photo.shape, "kernel", colour_kernel.shape)
print("result", together.shape)
print("it is the sum of three:", np.allclose(sum(by_channel), together))

# %% [markdown]
# Here all channels got the same weights. In a network each gets its own, and with those a kernel can
# ask for colours. This one takes red minus green:

# %% mystnb={"image": {"alt": "The pagoda in colour beside the sum of red minus green: red walls and orange roofs are purple, green edges of the roofs white or pale orange, and the sky is pale orange"}}
red_minus_green = np.zeros((3, 3, 3))
red_minus_green[..., 0], red_minus_green[..., 1] = 1 / 9, -1 / 9
reddish = explain.convolve(photo, red_minus_green)
plotting.plot_to_scale({"the photograph": photo, "red minus green": reddish});

# %% [markdown]
# ## Keras does the same
#
# One kernel through all channels, with its [bias](../docs/glossary.md#term-bias), is a
# [filter](../docs/glossary.md#term-filter). A layer has many, and each gives one new channel. Here are
# two filters in `Conv2D`: its weights have four axes, namely rows, columns, channels in, filters out.

# %% tags=["nbval-check-output"]
layer = keras.layers.Conv2D(filters=2, kernel_size=(3, 3), use_bias=False)
layer.build((None, 110, 110, 3))
filters = np.stack([colour_kernel, red_minus_green], axis=-1)
layer.set_weights([filters])
theirs = layer(photo[None].astype("float32")).numpy()[0]
print("weights", filters.shape, "result", theirs.shape)
for number, ours in enumerate([together, reddish]):
    close = np.allclose(ours, theirs[..., number], atol=0.01)
    print("filter", number, "equal:", close)

# %% [markdown]
# The same numbers, as far as `float32` goes. Note `kernel_size=(3, 3)`: the tuple is the size of the
# window, not the stride. The next layer's kernels would reach through both channels.
#
# **Predict:** how many weights has a 3 by 3 convolution from 3 channels to 32 filters, with a bias for
# each filter?

# %% tags=["nbval-check-output"]
layer = keras.layers.Conv2D(32, (3, 3))
layer.build((None, 110, 110, 3))
print(3 * 3 * 3 * 32 + 32, "=", layer.count_params())

# %% [markdown]
# ## ReLU
#
# After the sum comes the [activation](../docs/glossary.md#term-activation). Nearly all convolutions use
# [ReLU](../docs/glossary.md#term-relu): what is below 0 becomes 0, what is above stays.
#
# Let us see it on a digit, with a kernel for edges in all directions: 8 in the middle, -1 around.

# %% mystnb={"image": {"alt": "A handwritten five; its edges, purple inside the stroke and orange just outside; and the same after ReLU, where only the purple line is left"}}
mnist = data.load("mnist")
digit = mnist.x_train[0, :, :, 0]
edges = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])
outline = explain.convolve(digit, edges)
positive = np.maximum(outline, 0)
panels = {"the digit": digit, "sums": outline, "after ReLU": positive}
plotting.plot_to_scale(panels);

# %% [markdown]
# Where the grey is even, the nine products cancel. Inside the edge of a stroke the sum is positive, just
# outside it is negative: ReLU keeps the first answer and drops the second. So the number now says how
# strongly the kernel's pattern is **there**, and 0 says that it is not. The bias moves the line: with a
# bias of -500 only strong edges come through.
#
# Why not leave it out? Two convolutions in a row would then be no more than one with a larger window.
# A ReLU between them makes "an edge here **and** an edge there" possible. In Keras it is a word:
# `Conv2D(32, 3, activation="relu")`.
#
# ## Stride and padding
#
# - The [stride](../docs/glossary.md#term-stride) is how many pixels the window moves at a time. Stride
#   2 visits every other position, so the result is half as wide and half as high.
# - [Padding](../docs/glossary.md#term-padding) puts zeros around the picture. `"valid"` puts none: the
#   picture shrinks. `"same"` puts just enough to keep the size when the stride is 1.

# %% tags=["remove-input"]
predict(
    "03-stride",
    "28 pixels, a window of 3, stride 2 and valid. How wide is the result?",
    ["12", "13", "14", "26"],
)

# %% tags=["hide-output"] mystnb={"image": {"alt": "The digit's edges, drawn to scale, for strides 1, 2 and 3 with both paddings: valid gives 26, 13 and 9 pixels, same gives 28, 14 and 10"}}
panels = {}
for padding in ["valid", "same"]:
    for stride in [1, 2, 3]:
        sums = explain.convolve(digit, edges, stride=stride, padding=padding)
        name = f"stride {stride}, {padding}:\n{len(sums)} x {len(sums)}"
        panels[name] = sums
plotting.plot_to_scale(panels, columns=3);

# %% tags=["hide-cell"]
reveal("03-stride", "13")

# %% [markdown]
# With "valid", a window of `k` fits at `size - k + 1` positions. Stride `s` takes every `s`-th of them, the first
# included: `(size - k) // s + 1`. With "same" it is `size / s`, rounded up.
#
# Is it so? Choose stride 2 and 3 here, with both paddings. The zeros around the picture are dashed.

# %% tags=["remove-input"] mystnb={"image": {"alt": "A picture of 7 by 7 numbers with a window that begins outside its corner, among zeros; with stride 2 and padding same the output has 4 by 4 numbers, and 2 by 2 after pooling"}}
touch_convolution(kernel="all edges", stride=2, padding="same")

# %% [markdown]
# ## Pooling
#
# **Max [pooling](../docs/glossary.md#term-pooling)** cuts the picture into squares of 2 by 2 pixels and
# keeps the largest number of each. It has no weights. Height and width are halved: a quarter of the
# numbers stays.

# %% mystnb={"image": {"alt": "Four by four numbers and beside them, to scale, two by two: 9 and 1 above, 5 and 8 below, the largest of each square"}}
numbers = np.array([[1, 2, 0, 0], [3, 9, 0, 1], [5, 5, 7, 0], [5, 5, 0, 8]])
panels = {"before": numbers, "after": explain.max_pool(numbers)}
plotting.plot_to_scale(panels, numbers=True);

# %% mystnb={"image": {"alt": "The digit's edges after ReLU, drawn to scale: 26 pixels wide before pooling, 13 after one pooling and 6 after two, where a rough five is left"}}
once = explain.max_pool(positive)
twice = explain.max_pool(once)
panels = {f"{len(p)} x {len(p)}": p for p in [positive, once, twice]}
plotting.plot_to_scale(panels);

# %% [markdown]
# Pooling keeps *that* an edge was found and gives up *exactly where*. A digit that moves by a pixel is
# the same digit. How alike are a digit's numbers and those of the same digit, one pixel to the right?

# %% tags=["remove-input"]
predict(
    "03-shift",
    "A digit moves by a pixel. When are its numbers most like those before?",
    ["without pooling", "after one pooling", "after two poolings"],
)

# %% tags=["hide-output"]
names = ["without pooling", "after one pooling", "after two poolings"]
alike = {name: [] for name in names}
for picture in mnist.x_train[:100, :, :, 0]:
    a, b = picture, np.roll(picture, 1, axis=1)
    a, b = [np.maximum(explain.convolve(p, edges), 0) for p in (a, b)]
    for values in alike.values():
        values.append(np.corrcoef(a.ravel(), b.ravel())[0, 1])
        a, b = explain.max_pool(a), explain.max_pool(b)
for name, values in alike.items():
    print(f"{name:20} correlation {np.mean(values):.2f}")

# %% tags=["hide-cell"]
reveal("03-shift", max(alike, key=lambda name: np.mean(alike[name])))

# %% [markdown]
# Each pooling makes the two more alike. The price: nobody can tell from the last numbers where exactly
# the stroke was.
#
# ## What a number sees
#
# A network repeats this: convolution, ReLU, pooling, and again. Each number then depends on a larger
# part of the picture, its [receptive field](../docs/glossary.md#term-receptive-field). After a pooling,
# neighbours are two pixels of the picture apart, so the next window reaches twice as far.

# %% tags=["remove-input"]
predict(
    "03-chain",
    "28 pixels go through convolution, pooling, convolution, pooling, "
    "convolution, all 3 by 3 and valid. How large is what comes out?",
    ["1 x 1", "3 x 3", "4 x 4", "7 x 7"],
)

# %% tags=["nbval-check-output", "hide-output"]
size, sees, apart = 28, 1, 1
for step in ["convolution", "pooling", "convolution", "pooling", "convolution"]:
    if step == "pooling":
        size, sees, apart = size // 2, sees + apart, apart * 2
    else:
        size, sees = size - 2, sees + 2 * apart
    print(f"{step:12} {size:2} x {size:<2}  each sees {sees:2} x {sees}")

# %% tags=["hide-cell"]
reveal("03-chain", f"{size} x {size}")

# %% [markdown]
# 11 halves to 5, not to 5.5: the last row and column are dropped. Each number that is left has seen 18
# by 18 pixels: most of a digit. That is how a network gets from edges to strokes to digits. Lesson 5
# looks inside a trained one; lesson 6 shows what happens when a picture is pooled away to nothing.
#
# ## Not only pictures
#
# A window can move along one axis or three. `Conv1D` takes sounds, heartbeats and other series; `Conv3D`
# takes films and body scans. Here a kernel of three weights finds where a series jumps.

# %% tags=["nbval-check-output"]
series = np.array([2, 2, 2, 9, 9, 9, 4, 4], dtype="float32")
layer = keras.layers.Conv1D(1, kernel_size=3, use_bias=False)
layer.build((None, 8, 1))
layer.set_weights([np.array([-1, 0, 1]).reshape(3, 1, 1)])
print(layer(series.reshape(1, 8, 1)).numpy().ravel())

# %% [markdown]
# Nor is naming a class all that they do. The convolutions of a network are often called its *encoder* or
# *body*, and what makes an answer of their numbers its *head*. With other heads the same body says where
# things are (detection), what each pixel belongs to (segmentation), or where a person's joints are.
#
# ## Recap
#
# - A convolution slides a kernel over the picture and sums the products.
# - One kernel is used everywhere: few weights, and an edge is found wherever it stands.
# - Channels are added up; each filter gives one new channel. ReLU keeps what is above 0.
# - "valid" shrinks by `k - 1`; stride `s` divides by `s` and rounds up; pooling halves and rounds down.
# - Each step lets a number see more of the picture: its receptive field grows.

# %% tags=["remove-input"]
quiz("03")

# %% [markdown]
# Practise: [the exercises of this lesson](exercises/03_convolution_by_hand.ipynb). Look a word up:
# [the glossary](../docs/glossary.md).
#
# Next: [Your first convolutional network](04_first_conv_net.ipynb)
