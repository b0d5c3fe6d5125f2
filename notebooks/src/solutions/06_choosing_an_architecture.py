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
# # Solutions to lesson 6: Choose an architecture
#
# One way to solve each of the [exercises](../exercises/06_choosing_an_architecture.ipynb) that belong to
# [lesson 6](../06_choosing_an_architecture.ipynb). Try them first.
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

# %% tags=["solution"]
# Write the list.
dropped = [32, "pool", 64, "pool"]

# %%
checks.check("06-dropped", dropped)

# %% [markdown]
# Second: add one more convolution with 64 filters at the end.

# %% tags=["solution"]
# Write the list.
added = [32, "pool", 64, "pool", 64, 64]

# %%
checks.check("06-added", added)

# %% [markdown]
# Third: keep only the first convolution, with its pooling.

# %% tags=["solution"]
# Write the list.
first = [32, "pool"]

# %%
checks.check("06-first", first)

# %% [markdown]
# **Predict:** which of the four networks is most accurate, and which is slowest? Then train each once with
# `train_many` on `small`: `dense=[64]`, five epochs. Print their weights and seconds, and draw their
# learning curves.

# %% tags=["solution"]
# Train the networks "base", "dropped", "added" and "first": what `train_many` returns.
architectures = {"base": base, "dropped": dropped, "added": added, "first": first}
builders = {
    name: lambda steps=steps: models.conv_net(shape, steps, dense=[64])
    for name, steps in architectures.items()
}
runs = training.train_many(builders, small, epochs=5, batch_size=64)
for name, (run,) in runs.items():
    print(f"{name:8} {run.model.count_params():8,} weights, {run.seconds:.0f} s")
plotting.plot_history(runs, metrics=["accuracy"]);

# %%
checks.check("06-runs", runs)

# %% [markdown] tags=["solution"]
# "first" has the most weights: its dense layer starts from 13 x 13 x 32 numbers. Which network is better?
# With a single run of each, small differences may be luck. The third task plans an experiment that
# tells.

# %% [markdown]
# ## 2. Pooled away
#
# This architecture does not work: `[32, "pool", 64, "pool", 64, "pool", 64, "pool"]` on 28 pixels, 3 x 3
# convolutions, padding "valid". Follow the size for as long as a picture is left.

# %% tags=["solution"]
# Write the list of sizes, from 28 to the last that is at least 1.
sizes = [28, 26, 13, 11, 5, 3, 1]

# %%
checks.check("06-sizes", sizes)

# %% [markdown]
# Repair it. All four convolutions and all four poolings must stay.

# %% tags=["solution"]
# Build the repaired network with models.conv_net.
repaired = models.conv_net(shape, [32, "pool", 64, "pool", 64, "pool", 64, "pool"], padding="same")

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

# %% tags=["solution"]
# Write the plan as a dictionary. Then carry it out on `small`, and draw the result.
plan = {
    "builders": {
        "dense": lambda: models.dense_net(shape, [110, 64]),
        "convolutional": lambda: models.conv_net(shape, base, dense=[64]),
    },
    "recipe": dict(epochs=5, batch_size=64, learning_rate=training.one_cycle(0.003)),
    "repeats": 3,
    "choose by": "validation",
}
rivals = training.train_many(plan["builders"], small, repeats=plan["repeats"], **plan["recipe"])
plotting.plot_comparison(rivals);
# %%
checks.check("06-fair", plan)

# %% [markdown]
# ## 4. Decide
#
# Somebody else compared two networks, three seeds each. The first has a mean validation accuracy of
# 98.9 %, with a 95 % interval from 98.6 to 99.2. The second has 99.0 %, from 98.7 to 99.3. Which is
# better?

# %% tags=["solution"]
# Write "first", "second" or "undecided".
better = "undecided"

# %%
checks.check("06-decide", better)
