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
# # Exercises to lesson 6: Choose an architecture
#
# For [lesson 6](../06_choosing_an_architecture.ipynb). Replace each `...` by your answer, then run the cell and the
# check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
# look into the [solutions](../solutions/06_choosing_an_architecture.ipynb).
#
# **Time** 40 minutes; the code takes about two minutes full-size on two cores.

# %%
from cnncourse import checks, data, models, plotting, settings, training

settings.start()

# %%
mnist = data.load("mnist")
shape = mnist.picture_shape
small = mnist.subset(3000)
base = [32, "pool", 64, "pool", 64]

# %% [markdown]
# ## 1. Fewer convolutions, and more
#
# `base` is the lesson's network. Write three variants of the list. The poolings stay where they are.
#
# First: drop the last convolution.

# %%
# Write the list.
dropped = ...

# %%
checks.check("06-dropped", dropped)

# %% [markdown]
# Second: add one more convolution with 64 filters at the end.

# %%
# Write the list.
added = ...

# %%
checks.check("06-added", added)

# %% [markdown]
# Third: keep only the first convolution, with its pooling.

# %%
# Write the list.
first = ...

# %%
checks.check("06-first", first)

# %% [markdown]
# **Predict:** which of the four networks is most accurate, and which is slowest? Then train each once with
# `train_many` on `small`: `dense=[64]`, five epochs. Print their weights and seconds, and draw their
# learning curves.

# %%
# Train the networks "base", "dropped", "added" and "first": what `train_many` returns.
runs = ...

# %%
checks.check("06-runs", runs)

# %% [markdown]
# ## 2. Pooled away
#
# This architecture does not work: `[32, "pool", 64, "pool", 64, "pool", 64, "pool"]` on 28 pixels, 3 x 3
# convolutions, padding "valid". Follow the size for as long as a picture is left.

# %%
# Write the list of sizes, from 28 to the last that is at least 1.
sizes = ...

# %%
checks.check("06-sizes", sizes)

# %% [markdown]
# Repair it. All four convolutions and all four poolings must stay.

# %%
# Build the repaired network with models.conv_net.
repaired = ...

# %%
checks.check("06-repair", repaired)

# %% [markdown]
# ## 3. Design a fair comparison
#
# Do convolutions beat dense layers when both networks have about the same number of weights? Plan the
# experiment, with these keys:
#
# - "builders": a name and a builder for each of the two networks
# - "recipe": a dictionary of what `train_many` passes on to `train`
# - "repeats": how many seeds
# - "choose by": "training", "validation" or "test"

# %%
# Write the plan as a dictionary. Then carry it out on `small`, and draw the result.
plan = ...
# %%
checks.check("06-fair", plan)

# %% [markdown]
# ## 4. Decide
#
# Somebody else compared two networks, three seeds each. The first has a mean validation accuracy of
# 98.9 %, with a 95 % interval from 98.6 to 99.2. The second has 99.0 %, from 98.7 to 99.3. Which is
# better?

# %%
# Write "first", "second" or "undecided".
better = ...

# %%
checks.check("06-decide", better)
