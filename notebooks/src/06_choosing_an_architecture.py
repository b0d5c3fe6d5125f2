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
# # 6. Choose an architecture
#
# **You will learn**
#
# - to compare networks so that the comparison means something: one change, several seeds, intervals
# - to search on a small subset and check the finalists on everything
# - how a network is pooled away to nothing, and the three cures
# - to compare two networks on the same test pictures with a paired test
#
# **You need** lessons 1 to 4.
#
# **Time** 30 minutes of reading; the code takes about 10 minutes full-size on two cores and a
# minute in reduced mode.

# %%
from cnncourse import data, models, plotting, results, settings, training

settings.start()

# %% [markdown]
# ## Six candidates
#
# Lesson 4 had three convolutions, two poolings and a dense layer. Here it meets five variations from
# published pages. Some of them change more than one thing; watch for that. "Fewer poolings" means fewer
# than "third pooling": it pools twice, like "base", with four convolutions and padding "same".


# %%
mnist = data.load("mnist")
shape = mnist.picture_shape
base = [32, "pool", 64, "pool", 64]
candidates = {
    "base": lambda: models.conv_net(shape, base, dense=[64]),
    "more filters": lambda: models.conv_net(shape, [64, "pool", 128, "pool", 128], dense=[64]),
    "fewer poolings": lambda: models.conv_net(
        shape, [32, "pool", 64, 64, 64, "pool"], dense=[64], padding="same"
    ),
    "third pooling": lambda: models.conv_net(shape, [*base, "pool"], dense=[64]),
    "no dense layer": lambda: models.conv_net(shape, base),
    "one convolution": lambda: models.conv_net(shape, [32, "pool"], dense=[64]),
}

# %% [markdown]
# Each is a **function** that builds a network, not a network. Every run then starts with fresh weights.
# (`lambda: X` is a function without a name that makes an X.) Two networks that share a layer object would
# share its weights as well: the second one would start trained.
#
# **Predict:** which has the most weights, and which the fewest?

# %% tags=["nbval-check-output"]
for name, build in candidates.items():
    print(f"{name:16} {build().count_params():8,} weights")

# %% [markdown]
# "One convolution" has the fewest convolutions and the most weights. It pools only once, so its dense
# layer starts from 13 x 13 x 32 = 5,408 numbers. "Third pooling" has the fewest weights: its dense layer
# starts from 64 numbers. After few poolings, most weights sit where flattening meets the dense layer;
# with many filters, in the convolutions.
#
# ## How much is luck?
#
# Train the very same network three times, with three seeds. The seed decides the first weights and
# the order of the pictures, and nothing else. 5,000 pictures to train and 2,000 to validate are enough
# for this, and soon done. `train_many` trains the networks side by side, each in a process of its own
# with one core. Under a `name` a kernel that dies costs nothing: the same call takes over the finished
# networks and goes on with the others.

# %%
small = data.load("mnist", validation=2000).subset(5000)
recipe = dict(
    learning_rate=training.one_cycle(0.003), batch_size=64, optimizer="adamw", label_smoothing=0.1
)
trial = training.train_many(
    candidates, small, epochs=4, repeats=3, name="lesson 06 trial", **recipe
)

# %%
for run in trial["base"]:
    print(f"seed {run.seed}: validation accuracy {run.history['val_accuracy'][-1]:.2%}")

# %% [markdown]
# The same network, the same pictures, different accuracies. Suppose one run of "base" and one run of a
# rival differed by 0.1 points. Would it mean anything? By the spread above, probably not.

# %% mystnb={"image": {"alt": "Validation accuracies of six architectures on 5,000 training pictures, three dots each with intervals: third pooling and one convolution have the lowest means, though the line of third pooling just reaches that of base; the other four overlap widely"}}
plotting.plot_comparison(trial);

# %% [markdown]
# A dot is a run, the bar its architecture's mean, the line the 95 % interval of the mean from three runs.
# The lines hold the luck of the seed, not that of these 2,000 pictures, and from three runs they are
# rough. Equal runs share a dot. Where two lines overlap widely, this experiment cannot tell the
# architectures apart.
#
# What stands out: a third pooling hurts. It makes one pixel of 3 x 3, and a 2 by 2 window fits in there
# only once: five of the nine squares are thrown away unread. A single convolution hurts as well. "More
# filters" and "fewer poolings" have the highest means, but their lines overlap widely with base's.
#
# Choose now, by these validation pictures. To have a choice at all, take the highest mean: "more
# filters".
#
# ## The rivals on everything
#
# What is best on 5,000 pictures need not be best on 54,000. So train the five rivals once more, on the
# full set, and measure each on the test pictures, once. ("base" is left out: lesson 4 measured its layers
# already, though with batch normalisation.) Our choice is made already: these scores are a report, and
# nothing is chosen by them.

# %%
rivals = {name: build for name, build in candidates.items() if name != "base"}
final = training.train_many(
    rivals, mnist, epochs=4, name="lesson 06 final", **recipe
)

# %%
experiments = {
    "one convolution": "E03",
    "no dense layer": "E04",
    "more filters": "E05",
    "third pooling": "E06",
    "fewer poolings": "E07",
}
scores = {name: training.evaluate(runs[0].model, mnist) for name, runs in final.items()}
for name, experiment in experiments.items():
    results.record(experiment, f"{name}, one-cycle", scores[name], final[name][0])

# %% mystnb={"image": {"alt": "Test accuracies of five architectures trained on all pictures with 95 percent intervals: one convolution and the third pooling are lower, the others overlap"}}
plotting.plot_comparison(scores);

# %% [markdown]
# The lines mean something else than before: how far 10,000 test pictures can be trusted. They do not
# include the luck of the seed, as each network ran only once.
#
# With ten times the pictures all of them gain, and the differences shrink. The order may change, too: on
# 5,000 pictures the third pooling was as bad as the single convolution. On all of them it is 0.2 points
# ahead, but their lines overlap. Here the small set named the same best three and the same worst two.
# That need not be so: check the finalists. Accuracy is not everything, though: look at the time.

# %%
for name, (run,) in final.items():
    print(f"{name:16} {scores[name].accuracy:.2%} {run.seconds:6.0f} s on one core")

# %% [markdown]
# ## A sharper question
#
# Two intervals overlap. Is one network better all the same? Both read **the same** 10,000 pictures, and
# most of these both read correctly. Only the pictures that exactly one of them reads correctly tell them
# apart. **McNemar's test** looks at just those. If both were equally good, each of these would be a coin
# toss. How likely is a split at least this uneven?
#
# **Predict:** "more filters" and "one convolution": how many of the test pictures does exactly one of
# them read correctly?

# %%
pairs = [("more filters", "one convolution"), ("more filters", "no dense layer")]
for one, other in pairs:
    result = training.compare(scores[one], scores[other])
    print(f"only {one!r} right: {result.only_first}, only {other!r} right: {result.only_second}")
    print(f"  chance of such a split if both were equally good: {result.p_value:.3f}")

# %% [markdown]
# (0.000 means less than one in two thousand.) A small chance (below 0.05, say) speaks for a real difference
# **between these two trained networks**. It does not speak about the next seed: for that, you need several
# runs of each, as above. And whoever compares twenty pairs should expect to find one below 0.05 by luck.
#
# ## Pooled away
#
# The third pooling left a single pixel. What would a fourth one do?

# %% tags=["nbval-check-output"]
too_deep = [*base, "pool", "pool"]
try:
    models.conv_net((28, 28, 1), too_deep)
except ValueError as error:
    print(error)

# %% [markdown]
# Read the sizes from left to right: 28, after the first convolution 26, pooled 13, and so on, until
# a 2 by 2 pooling would have to halve a single pixel. `conv_net` says where that happens and how to
# mend it. Keras itself names one layer, but not the way there.
#
# The three cures, one after the other: fewer poolings, smaller windows, and padding "same". (The first
# two sizes are the picture itself and its rescaled copy.)

# %% tags=["nbval-check-output"]
cures = {
    "fewer poolings": models.conv_net((28, 28, 1), [*base, "pool"]),
    "smaller windows": models.conv_net((28, 28, 1), too_deep, kernel=2),
    "padding same": models.conv_net((28, 28, 1), too_deep, padding="same"),
}
for name, model in cures.items():
    sizes = [layer.output.shape[1] for layer in model.layers if len(layer.output.shape) == 4]
    print(f"{name:16} {' -> '.join(map(str, sizes))}")

# %% [markdown]
# All three are allowed. Whether they are good is another question, and you know how to answer it.
#
# ## Many computers instead of two cores
#
# `train_many` hands its runs to joblib, and joblib can hand them to a whole cluster. With Dask the
# call stays the same (install it with `pip install -e '.[cluster]'`):
#
# ```python
# from dask.distributed import Client
# import joblib
#
# client = Client("tcp://head-of-the-cluster:8786")
# with joblib.parallel_config(backend="dask"):
#     runs = training.train_many(candidates, small, epochs=4, repeats=3, **recipe)
# ```
#
# With Ray (`pip install ray`), register its backend first, and write `"ray"`:
#
# ```python
# from ray.util.joblib import register_ray
#
# register_ray()
# with joblib.parallel_config(backend="ray"):
#     runs = training.train_many(candidates, small, epochs=4, repeats=3, **recipe)
# ```
#
# Every run has one TensorFlow thread, wherever it happens. On processors of the same kind the
# results are the same, bit for bit.
#
# ## Recap
#
# - Change one thing at a time, and repeat with several seeds.
# - Intervals that overlap widely mean: not decided.
# - Search on a subset, choose by validation pictures, report on the test set, and look at the time.
# - On the same test pictures, a paired test sees more than two intervals.
# - Pooling too often leaves nothing; use fewer, smaller windows or padding "same".
#
# Practise: [the exercises of this lesson](exercises/06_choosing_an_architecture.ipynb)
#
# Next: [Get more from the data](07_more_from_the_data.ipynb)
