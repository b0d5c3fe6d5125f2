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
# # Exercises to lesson 9: Schedules and committees
#
# For [lesson 9](../09_schedules_and_committees.ipynb). Replace each `...` by your answer, then run the cell and the
# check below it. A wrong answer gets a hint, and a second one a clearer hint. When you are stuck,
# look into the [solutions](../solutions/09_schedules_and_committees.ipynb).
#
# **Time** 30 minutes; the code takes about a minute full-size on two cores.

# %%
from cnncourse import checks, data, models, plotting, settings, training

import numpy as np

settings.start()

# %%
mnist = data.load("mnist")
small = mnist.subset(3000)

# %% [markdown]
# ## 1. A schedule of your own
#
# A schedule is a function of the progress (from 0 to 1) and the history. Write one that falls in a
# straight line from 0.01 to 0.0001.


# %%
# Write the function linear(progress, history).
linear = ...

# %%
checks.check("09-schedule", linear)

# %% [markdown]
# Compare it with `training.one_cycle(0.01)`: the same network, the same seed, five epochs on `small`. Draw the
# accuracies and the learning rates.

# %%
# Write a dictionary from "linear" and "one cycle" to the runs. Draw them.
runs = ...
# %%
checks.check("09-runs", runs)

# %% [markdown]
# ## 2. A plateau
#
# A training starts with a rate of 0.004, which is halved after every three epochs without a new best. The
# validation accuracies are 0.90, 0.95, 0.94, 0.95, 0.93 and 0.96. What is the rate after these six epochs?

# %%
# Write the rate.
rate = ...

# %%
checks.check("09-plateau", rate)

# %% [markdown]
# ## 3. Let them vote
#
# Three members look at three pictures of three classes. `votes[0]` holds the first member's
# probabilities, a row for each picture. What does the committee answer?

# %%
votes = np.array(
    [
        [[0.51, 0.49, 0.00], [0.1, 0.2, 0.7], [0.6, 0.1, 0.3]],
        [[0.51, 0.49, 0.00], [0.1, 0.1, 0.8], [0.2, 0.2, 0.6]],
        [[0.05, 0.95, 0.00], [0.2, 0.1, 0.7], [0.1, 0.3, 0.6]],
    ]
)

# %%
# Compute the three answers with NumPy.
answers = ...

# %%
checks.check("09-vote", answers)

# %% [markdown]
# ## 4. A committee of three
#
# Build a committee of three small dense networks. They need not be trained.

# %%
# Build the committee.
committee = ...

# %%
checks.check("09-committee", committee)

# %% [markdown]
# ## 5. Ask a person
#
# Here are the probabilities for five pictures. A person has time to read two of them. Which two?

# %%
probabilities = np.array(
    [[0.9, 0.1, 0.0], [0.4, 0.3, 0.3], [0.0, 0.1, 0.9], [0.3, 0.5, 0.2], [0.1, 0.1, 0.8]]
)

# %%
# Compute the numbers of the two pictures with NumPy.
asked = ...

# %%
checks.check("09-unsure", asked)
