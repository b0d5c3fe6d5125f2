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
# **Time** 60 minutes; the code takes about a minute full-size on two cores.

# %%
from cnncourse import checks, data, explain, models, plotting
from cnncourse import settings, training

import keras
import matplotlib.pyplot as plt
import numpy as np

settings.start()

# %%
fashion = data.load("fashion_mnist")
names = fashion.class_names
small = fashion.subset(5000)
layers = [16, "pool", 32, "pool"]
model = models.conv_net(fashion.picture_shape, layers, padding="same")
run = training.train(model, small, epochs=5)

# %% [markdown]
# ## 1. ★ Stop when they part
#
# The lesson's callback stops at a target. Write one that stops as soon as the training accuracy is ahead of
# the validation accuracy by more than `gap`, such as 0.05.


# %%
# Write the class StopAtGap, which is made with a gap such as 0.05.
StopAtGap = ...

# %%
checks.check("05-callback", StopAtGap)

# %% [markdown]
# Use it in a plain `fit`, and see after how many epochs it stops. (No check: look.)

# %%
# Train a fresh network on `small` for at most 20 epochs with your callback.

# %% [markdown]
# ## 2. ★ Read this figure
#
# A network was trained for 20 epochs. This is how it went.

# %%
epochs = np.arange(1, 21)
loss = 0.9 * np.exp(-epochs / 5)
val_loss = 0.42 + 0.4 * np.exp(-epochs / 2) + 0.02 * np.maximum(epochs - 6, 0)
val_accuracy = 0.86 - 0.25 * np.exp(-epochs / 1.5)
figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
axes[0].plot(epochs, loss, ":", label="training")
axes[0].plot(epochs, val_loss, label="validation")
axes[1].plot(epochs, val_accuracy, label="validation")
for ax, what in zip(axes, ("loss", "accuracy")):
    ax.set(xlabel="epoch", ylabel=what, title=f"{what} by epoch")
    ax.legend()

# %% [markdown]
# Which of these sentences does the figure support?
#
# - a: "It learns to the end: the loss falls and falls."
# - b: "From epoch 6 on its mistakes on new pictures get surer, but not more numerous."
# - c: "From epoch 6 on it makes more and more mistakes on new pictures."
# - d: "On the test pictures it reaches 86 %."

# %%
# Write the letter.
letter = ...

# %%
checks.check("05-read", letter)

# %% [markdown]
# ## 3. ★★ Open a network
#
# Write a function that takes a network in plain Keras, and returns a second one that gives the outputs of all its
# `Conv2D` layers, in their order.


# %%
# Write the function inside(model).
inside = ...

# %%
checks.check("05-inside", inside)

# %% [markdown]
# Draw all maps that the first convolution of `model` makes of the first validation picture. (No check: look.)

# %%
# Draw the maps.

# %% [markdown]
# ## 4. ★★ How far does it see?
#
# Write a function that takes a list of steps, each of them `"convolution"` (3 x 3, stride 1) or `"pooling"`
# (2 x 2), and returns how many pixels across one number of the last step sees.


# %%
# Write the function receptive_field(steps).
receptive_field = ...

# %%
checks.check("05-field", receptive_field)

# %% [markdown]
# ## 5. ★★ Cover a square
#
# Write a function that returns a covered copy of a picture: a square of `size` pixels whose upper left corner is at
# (`top`, `left`) gets the value `fill`. The picture itself must not change.


# %%
# Write the function cover(image, top, left, size, fill).
cover = ...

# %%
checks.check("05-cover", cover)

# %% [markdown]
# ## 6. ★★ Mend this control
#
# A classmate wants to show with Grad-CAM what `model` looks at, and compares it with a control:
#
#     control = keras.models.clone_model(model)
#     control.set_weights(model.get_weights())
#     plotting.plot_heatmaps(pictures, {
#         "model": explain.grad_cam(model, pictures, truth),
#         "control": explain.grad_cam(control, pictures, truth),
#     })
#
# "The rows look alike, so Grad-CAM is useless." What is wrong? Make a list of three fair controls.

# %%
# Make the list of controls.
controls = ...

# %%
checks.check("05-control", (model, controls))

# %%
# Draw Grad-CAM of the model and of the controls for five validation pictures.
rows = ...

# %% [markdown]
# ## 7. ★★★ Explain this misread picture
#
# Here is the validation mistake of which `model` is surest, with Grad-CAM for the truth and for its answer.

# %%
answers = model.predict(fashion.x_val, verbose=0)
wrong = np.flatnonzero(answers.argmax(axis=1) != fashion.y_val)
surest = wrong[np.argmax(answers[wrong].max(axis=1))]
picture, label = fashion.x_val[surest], fashion.y_val[surest]
told = answers[surest].argmax()
rows = {
    "truth": explain.grad_cam(model, picture[None], np.array([label])),
    "answer": explain.grad_cam(model, picture[None], np.array([told])),
}
title = [f"{names[label]}, not {names[told]}"]
plotting.plot_heatmaps(picture[None], rows, titles=title);

# %% [markdown]
# Write down, in one sentence each: what does the network seem to have gone by? What would have to happen if that
# is so? Then test it: cover the brightest place of the lower map, and as a control some other place of the same size.
# By how much does the probability of its answer fall? (No check: the numbers tell.)

# %%
# Cover the brightest place, then twenty random ones; print the falls.

# %% [markdown]
# ## 8. ★★★ Open: your own question
#
# Ask something that the lesson leaves open. For example: do two networks that were trained with different seeds look
# at the same places, more than at those of random ones? Does augmentation change where a network looks? Does the
# nearest neighbour in the last layer tell when an answer is wrong?
#
# You have done well if
#
# - your question can be answered by a number, which you name before you compute it
# - there is a control, and at least three seeds
# - all maps that are compared share a scale, or you compare places only
# - you use validation pictures, and say how many
# - your last sentence claims no more than your figure shows
