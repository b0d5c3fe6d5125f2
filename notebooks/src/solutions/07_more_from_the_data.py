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
# # Solutions to lesson 7: Get more from the data
#
# One way to solve each of the [exercises](../exercises/07_more_from_the_data.ipynb) that belong to
# [lesson 7](../07_more_from_the_data.ipynb). Try them first.
#
# **Time** 30 minutes; the code takes about two minutes full-size on two cores.

# %%
from cnncourse import checks, data, models, plotting, settings, training
from cnncourse.augmentation import RandomAffine

settings.start()

# %%
mnist = data.load("mnist")
few = mnist.subset(500)

# %% [markdown]
# ## 1. An augmentation that helps
#
# Choose changes under which every digit keeps its label, and look at some variants.

# %% tags=["solution"]
# Make the augmentation, and draw its variants.
modest = RandomAffine(rotation=10, shift=0.1, zoom=0.1)
plotting.plot_augmentations(modest, mnist.x_train[:3]);
# %%
checks.check("07-modest", modest)

# %% [markdown]
# A training of 30 epochs uses this augmentation on 1,000 pictures. How many different pictures does the
# network learn from?

# %% tags=["solution"]
# Write the number.
seen = 1000 * 30

# %%
checks.check("07-seen", seen)

# %% [markdown]
# ## 2. An augmentation that harms
#
# Now do it badly: choose changes that make some labels untrue.

# %% tags=["solution"]
# Make the augmentation, and draw its variants.
harmful = RandomAffine(rotation=180, flip=True)
plotting.plot_augmentations(harmful, mnist.x_train[:3]);
# %%
checks.check("07-harm", harmful)

# %% [markdown]
# **Predict:** is the harmful one worse than none at all? Find out with 500 pictures: train the same
# network with no augmentation, the modest and the harmful one, 20 epochs each, at least two seeds.


# %% tags=["solution"]
# Write a dictionary from "none", "modest" and "harmful" to the runs. Draw them.
def build():
    return models.conv_net(mnist.picture_shape, [16, "pool", 32, "pool"], dense=[32])


kinds = {"none": None, "modest": modest, "harmful": harmful}
trials = training.train_many(
    dict.fromkeys(kinds, build), few, epochs=20, repeats=2, augment=kinds
)
plotting.plot_comparison(trials);
# %%
checks.check("07-trials", trials)

# %% [markdown]
# ## 3. Which sets?
#
# You turn digits at random by a few degrees. And you clean pictures: you blacken whatever is darker than
# 200. Which sets ("training", "validation", "test") do you apply each of the two to?

# %% tags=["solution"]
# Write a dictionary with the keys "turning" and "cleaning", and a set such as {"test"} for each.
applied = {"turning": {"training"}, "cleaning": {"training", "validation", "test"}}

# %%
checks.check("07-sets", applied)

# %% [markdown]
# ## 4. Dark on bright
#
# Make a data set in which the digits of `mnist` are black on white instead of white on black.

# %% tags=["solution"]
# Make the data set, and draw some of its pictures.
paper = mnist.transform(lambda images: 255 - images)
plotting.plot_images(paper.x_train[:10], paper.y_train[:10]);
# %%
checks.check("07-inverted", (mnist, paper))
