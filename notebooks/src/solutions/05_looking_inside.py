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


# %% tags=["solution"]
# Write the class StopAtGap, which is made with a gap such as 0.05.
class StopAtGap(keras.callbacks.Callback):
    def __init__(self, gap):
        super().__init__()
        self.gap = gap

    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] - logs["val_accuracy"] > self.gap:
            self.model.stop_training = True


# %%
checks.check("05-callback", StopAtGap)

# %% [markdown]
# Use it in a plain `fit`, and see after how many epochs it stops. (No check: look.)

# %% tags=["solution"]
# Train a fresh network on `small` for at most 20 epochs with your callback.
net = keras.models.clone_model(model)
net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = net.fit(
    small.x_train, small.y_train, epochs=settings.epochs(20), verbose=0,
    validation_data=(small.x_val, small.y_val), callbacks=[StopAtGap(0.03)],
).history
print(f"{len(history['loss'])} epochs")

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

# %% tags=["solution"]
# Write the letter.
letter = "b"

# %%
checks.check("05-read", letter)

# %% [markdown]
# ## 3. ★★ Open a network
#
# Write a function that takes a network in plain Keras, and returns a second one that gives the outputs of all its
# `Conv2D` layers, in their order.


# %% tags=["solution"]
# Write the function inside(model).
def inside(model):
    outputs = [
        layer.output
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D)
    ]
    return keras.Model(model.inputs, outputs)


# %%
checks.check("05-inside", inside)

# %% [markdown]
# Draw all maps that the first convolution of `model` makes of the first validation picture. (No check: look.)

# %% tags=["solution"]
# Draw the maps.
maps = inside(model).predict(fashion.x_val[:1], verbose=0)
plotting.plot_images(maps[0][0].transpose(2, 0, 1), range(16), columns=8);

# %% [markdown]
# ## 4. ★★ How far does it see?
#
# Write a function that takes a list of steps, each of them `"convolution"` (3 x 3, stride 1) or `"pooling"`
# (2 x 2), and returns how many pixels across one number of the last step sees.


# %% tags=["solution"]
# Write the function receptive_field(steps).
def receptive_field(steps):
    size, apart = 1, 1
    for step in steps:
        if step == "pooling":
            size, apart = size + apart, 2 * apart
        else:
            size += 2 * apart
    return size


# %%
checks.check("05-field", receptive_field)

# %% [markdown]
# ## 5. ★★ Cover a square
#
# Write a function that returns a covered copy of a picture: a square of `size` pixels whose upper left corner is at
# (`top`, `left`) gets the value `fill`. The picture itself must not change.


# %% tags=["solution"]
# Write the function cover(image, top, left, size, fill).
def cover(image, top, left, size, fill):
    covered = image.copy()
    covered[top : top + size, left : left + size] = fill
    return covered


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

# %% tags=["solution"]
# Make the list of controls.
controls = [explain.with_random_weights(model, seed=seed) for seed in range(3)]

# %%
checks.check("05-control", (model, controls))

# %% tags=["solution"]
# Draw Grad-CAM of the model and of the controls for five validation pictures.
pictures, truth = fashion.x_val[:5], fashion.y_val[:5]
rows = {"model": explain.grad_cam(model, pictures, truth)}
for number, control in enumerate(controls, 1):
    rows[f"random {number}"] = explain.grad_cam(control, pictures, truth)
measure = "share of each map's largest value"
plotting.plot_heatmaps(pictures, rows, measure=measure);

# %% [markdown] tags=["solution"]
# The classmate's control has the trained weights, so it must look the same. `explain.grad_cam` stretches each map to
# its own largest value: here places may be compared, strengths may not.

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

# %% tags=["solution"]
# Cover the brightest place, then twenty random ones; print the falls.
def fall(top, left):
    changed = picture.copy()
    changed[top : top + 7, left : left + 7] = 0
    after = model.predict(changed[None], verbose=0)[0, told]
    return answers[surest, told] - after


row, column = np.unravel_index(np.argmax(rows["answer"][0]), (28, 28))
top, left = np.clip([row - 3, column - 3], 0, 21)
print(f"brightest place: {fall(top, left):+.3f}")
random_places = np.random.default_rng(0).integers(0, 22, (20, 2))
others = [fall(*place) for place in random_places]
print(f"elsewhere: {np.mean(others):+.3f}, at most {np.max(others):+.3f}")

# %% [markdown] tags=["solution"]
# If the fall at the brightest place is no larger than elsewhere, the explanation was a story. That is worth knowing.
# One picture is an example, not a proof: for a claim about the method, repeat it with fifty mistakes.

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
