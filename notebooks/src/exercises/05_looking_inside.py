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
# # Exercises to lesson 5: Look inside a network
#
# For [lesson 5](../05_looking_inside.ipynb). Replace each `...` by your answer, then run the cell and the
# check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
# look into the [solutions](../solutions/05_looking_inside.ipynb).
#
# **Time** 30 minutes; the code takes about a minute full-size on two cores.

# %%
from cnncourse import checks, data, explain, models, plotting, settings, training

import keras

settings.start()

# %%
fashion = data.load("fashion_mnist")
small = fashion.subset(5000)
model = models.conv_net(fashion.picture_shape, [16, "pool", 32, "pool"], padding="same")

# %% [markdown]
# ## 1. Stop at a target
#
# The lesson's callback watched the training accuracy. Write one that stops as soon as the
# **validation** accuracy is at least `target`.


# %%
# Write the class StopAtTarget, which is made with a target such as 0.8.
StopAtTarget = ...

# %%
checks.check("05-callback", StopAtTarget)

# %% [markdown]
# Now train `model` on `small` for at most 20 epochs, and stop at a validation accuracy of 80 %.

# %%
# Write what `train` takes as its callbacks. Then train, and print after how many epochs it stopped.
callbacks = ...

# %%
checks.check("05-fresh", callbacks)

# %% [markdown]
# ## 2. What is inside
#
# Three pictures go through `model`. What is the shape of the feature maps after the second pooling?

# %%
# Write the shape as a tuple of four numbers.
maps = ...

# %%
checks.check("05-maps", maps)

# %% [markdown]
# And which shape has `get_weights()[0]` of the second convolution?

# %%
# Write the shape as a tuple of four numbers.
kernels = ...

# %%
checks.check("05-kernels", kernels)

# %% [markdown]
# ## 3. Cover a square
#
# Occlusion covers a part of a picture with grey (128). Write a function that returns a covered copy of
# a picture: a square of `size` pixels whose upper left corner is at (`top`, `left`). The picture itself
# must not change.


# %%
# Write the function cover(image, top, left, size).
cover = ...

# %%
checks.check("05-cover", cover)

# %% [markdown]
# ## 4. The control
#
# You want to show with Grad-CAM what `model` looks at. Which second network belongs into the figure?
# Draw both for `fashion.x_test[:5]`.

# %%
# Make the second network, and draw the figure.
control = ...
# %%
checks.check("05-control", (model, control))
