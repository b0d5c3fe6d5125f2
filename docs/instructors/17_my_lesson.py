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
# # 17. A title with a verb
#
# **You will learn**
#
# - one thing that you can do afterwards
# - another one
#
# **You need** lessons 1 and 4.
#
# **Time** 20 minutes of reading; the code takes about a minute full-size on two cores and a few
# seconds in reduced mode.

# %%
from cnncourse import data, models, plotting, settings, training

settings.start()

# %% [markdown]
# ## Look at the data
#
# Say what the pictures show, and why they are interesting.

# %%
mnist = data.load("mnist")
small = mnist.subset(5000)
small

# %% mystnb={"image": {"alt": "Ten handwritten digits, white on black, each with its label above"}}
plotting.plot_images(small.x_train[:10], small.y_train[:10], columns=10);

# %% [markdown]
# ## Build
#
# **Predict:** how many weights does the network have?

# %% tags=["nbval-check-output"]
model = models.conv_net((28, 28, 1), [8, "pool", 16, "pool"])
model.count_params()

# %% [markdown]
# ## Train
#
# Ask for another prediction before this cell.

# %%
run = training.train(model, small, epochs=5, learning_rate=training.one_cycle(0.004))

# %% mystnb={"image": {"alt": "Learning curves of a small network: say here what they show"}}
plotting.plot_history(run);

# %% [markdown]
# Say what the figure shows. Give no number that the code beside it did not measure.
#
# ## Measure once
#
# To keep the score for the table of results, add
# `results.record("L17-first", "what it is in a few words", score, run)`.

# %%
score = training.evaluate(model, small)
score

# %% [markdown]
# ## Recap
#
# - What they should remember.
# - And what they should doubt.
