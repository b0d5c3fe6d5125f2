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
# # Solutions to lesson 13: Your own pictures
#
# One way to solve each of the [exercises](../exercises/13_your_own_pictures.ipynb) that belong to
# [lesson 13](../13_your_own_pictures.ipynb). Try them first.
#
# **Time** 60 minutes; the code takes about two minutes full-size on two cores.

# %%
from cnncourse import checks, data, models, plotting, settings, training

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import softmax

settings.start()

# %% [markdown]
# A network that knows its training pictures by heart. You will ask it all kinds of things.

# %%
cifar = data.load("cifar10", validation=4000).subset(4000)
layers = [32, "pool", 64, "pool", 64]
model = models.conv_net((32, 32, 3), layers, batch_norm=True)
run = training.train(model, cifar, epochs=8, batch_size=64)
p, y = model.predict(cifar.x_val, verbose=0), cifar.y_val

# %% [markdown]
# ## 1. How sure, how right? ★
#
# Write a function that takes probabilities (N, classes) and labels (N,), and returns two numbers: the mean
# confidence, and the accuracy.


# %% tags=["solution"]
# Write the function confidence(p, y), which returns mean confidence and accuracy.
def confidence(p, y):
    return p.max(axis=1).mean(), (p.argmax(axis=1) == y).mean()


# %%
checks.check("13-confidence", confidence)

# %% [markdown]
# ## 2. Cool it down ★
#
# Write temperature scaling: from probabilities to milder ones. (`softmax` is imported, and log p serves as
# logits.)


# %% tags=["solution"]
# Write the function cool(p, temperature).
def cool(p, temperature):
    return softmax(np.log(np.maximum(p, 1e-30)) / temperature, axis=1)


# %%
checks.check("13-cool", cool)

# %% [markdown]
# On the pictures of which set is a temperature chosen? `"training"`, `"validation"` or `"test"`?

# %% tags=["solution"]
# Write the name of the set.
fit_on = "validation"

# %%
checks.check("13-fit-on", fit_on)

# %% [markdown]
# ## 3. The error of a reliability diagram ★★
#
# Write the expected calibration error yourself, with ten bins of equal width. An answer with a confidence of
# 0.65 belongs to the bin from 0.6 to 0.7.


# %% tags=["solution"]
# Write the function calibration_error(p, y), which returns a number.
def calibration_error(p, y):
    sure, right = p.max(axis=1), p.argmax(axis=1) == y
    total = 0
    for low in np.arange(10) / 10:
        held = (sure >= low) & (sure < low + 0.1)
        if held.any():
            total += held.mean() * abs(sure[held].mean() - right[held].mean())
    return total


# %%
checks.check("13-error", calibration_error)

# %% [markdown]
# Draw your calibration error against the temperature, on the validation pictures. Where is it smallest? Is the
# cross-entropy smallest at the same place? (No check: look.)

# %% tags=["solution"]
# Draw both against temperatures from 0.5 to 4.
temperatures = np.linspace(0.5, 4, 29)
answers = [cool(p, temperature) for temperature in temperatures]
p_true = [np.maximum(q[np.arange(len(y)), y], 1e-30) for q in answers]
losses = [-np.log(p).mean() for p in p_true]
figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
errors = [calibration_error(q, y) for q in answers]
ax.plot(temperatures, errors, label="calibration error")
ax.plot(temperatures, losses, "--", label="cross-entropy")
ax.set(xlabel="temperature", ylim=(0, None))
ax.set_title("Both are smallest near the same temperature")
ax.legend();

# %% [markdown]
# ## 4. In the dark ★★
#
# Write a function that darkens pictures: `light` is the share of the light that is left, from 0 to 1.


# %% tags=["solution"]
# Write the function darken(images, light), which returns uint8 pictures.
def darken(images, light):
    return (images * light).round().astype("uint8")


# %%
checks.check("13-darken", darken)

# %% [markdown]
# Ask the network about darker and darker validation pictures. Write a dictionary from shares of light, 1.0 among
# them, to what your function `confidence` returns.

# %% tags=["solution"]
# Write the dictionary darker.
darker = {}
for light in (1.0, 0.5, 0.2, 0.1):
    answer = model.predict(darken(cifar.x_val, light), verbose=0)
    sure, right = darker[light] = confidence(answer, y)
    print(f"light {light}: confidence {sure:.1%}, accuracy {right:.1%}")

# %%
checks.check("13-darker", darker)

# %% [markdown]
# Conclude: where would this network's confidence mislead you most?

# %% [markdown] tags=["solution"]
# In the darkest pictures: accuracy has fallen much farther than confidence. A threshold on confidence that was right
# by day lets mistakes through by night.

# %% [markdown]
# ## 5. Suspicious labels ★★
#
# Write a function that returns the places of the `count` labels that a network believes least, the most
# suspicious first.


# %% tags=["solution"]
# Write the function suspects(p, y, count).
def suspects(p, y, count):
    return np.argsort(p[np.arange(len(y)), y])[:count]


# %%
checks.check("13-suspects", suspects)

# %% [markdown]
# Show the sixteen most suspicious validation pictures, with their labels. Which of them would you relabel?

# %% tags=["solution"]
# Show them.
places = suspects(p, y, 16)
pictures, names = cifar.x_val[places], cifar.class_names
plotting.plot_images(pictures, y[places], class_names=names, columns=8);

# %% [markdown]
# ## 6. Your own ★★★
#
# Collect two to five kinds of things, at least 40 photographs of each, and make a network of your own:
#
# 1. What leaks? Say for each class how you kept pictures that belong together in one set.
# 2. Choose by the validation pictures: a new head alone, or the body as well (`models.unfreeze`, small steps)? Crop
#    or pad?
# 3. Test once. Give the interval, the two classes taken for each other most, and three Grad-CAM maps of mistakes.
# 4. Take ten pictures in bad light, and five of no class. What does the network say, and what should it?
# 5. Save it, and let somebody else ask it about pictures of theirs.
#
# A good report names what could not be known with so few pictures. Compare yours with these points: sets without a
# leak (3), a choice by validation pictures (2), an interval (1), mistakes looked at (2), a picture of no class (2).
