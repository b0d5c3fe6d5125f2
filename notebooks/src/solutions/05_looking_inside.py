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
# # Solutions to lesson 5: Look inside a network
#
# One way to solve each of the [exercises](../exercises/05_looking_inside.ipynb) that belong to
# [lesson 5](../05_looking_inside.ipynb). Try them first.
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


# %% tags=["solution"]
# Write the class StopAtTarget, which is made with a target such as 0.8.
class StopAtTarget(keras.callbacks.Callback):
    def __init__(self, target):
        super().__init__()
        self.target = target

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_accuracy"] >= self.target:
            self.model.stop_training = True


# %%
checks.check("05-callback", StopAtTarget)

# %% [markdown]
# Now train `model` on `small` for at most 20 epochs, and stop at a validation accuracy of 80 %.

# %% tags=["solution"]
# Write what `train` takes as its callbacks. Then train, and print after how many epochs it stopped.
callbacks = [lambda: StopAtTarget(0.8)]
run = training.train(model, small, epochs=20, callbacks=callbacks)
print(f"{run.epochs} epochs, validation accuracy {run.history['val_accuracy'][-1]:.2%}")

# %%
checks.check("05-fresh", callbacks)

# %% [markdown]
# ## 2. What is inside
#
# Three pictures go through `model`. What is the shape of the feature maps after the second pooling?

# %% tags=["solution"]
# Write the shape as a tuple of four numbers.
maps = (3, 7, 7, 32)

# %%
checks.check("05-maps", maps)

# %% [markdown]
# And which shape has `get_weights()[0]` of the second convolution?

# %% tags=["solution"]
# Write the shape as a tuple of four numbers.
kernels = (3, 3, 16, 32)

# %%
checks.check("05-kernels", kernels)

# %% [markdown]
# ## 3. Cover a square
#
# Occlusion covers a part of a picture with grey (128). Write a function that returns a covered copy of
# a picture: a square of `size` pixels whose upper left corner is at (`top`, `left`). The picture itself
# must not change.


# %% tags=["solution"]
# Write the function cover(image, top, left, size).
def cover(image, top, left, size):
    covered = image.copy()
    covered[top : top + size, left : left + size] = 128
    return covered


# %%
checks.check("05-cover", cover)

# %% [markdown]
# ## 4. The control
#
# You want to show with Grad-CAM what `model` looks at. Which second network belongs into the figure?
# Draw both for `fashion.x_test[:5]`.

# %% tags=["solution"]
# Make the second network, and draw the figure.
control = explain.with_random_weights(model)
pictures, truth = fashion.x_test[:5], fashion.y_test[:5]
plotting.plot_heatmaps(
    pictures,
    {
        "model": explain.grad_cam(model, pictures, truth),
        "random weights": explain.grad_cam(control, pictures, truth),
    },
);
# %%
checks.check("05-control", (model, control))

# %% [markdown] tags=["solution"]
# Where the two rows look alike, the map is no evidence of what the network has learned: the picture alone
# may have made it.
