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
# # 4. Train your first convolutional network
#
# **You will learn**
#
# - how to stack `Conv2D` and pooling into a network, and how to follow the shapes through it
# - what convolutions gain over dense layers of like size, measured fairly
# - what batch normalisation and a learning rate that rises and falls are
#
# **You need** lessons 1 and 3.
#
# **Time** 25 minutes of reading; the code takes about 8 minutes full-size on two cores and a
# minute in reduced mode.

# %%
from cnncourse import data, models, plotting, results, settings, training

import keras

settings.start()

# %%
mnist = data.load("mnist")
mnist

# %% [markdown]
# ## Stack the layers
#
# A typical network alternates between looking (convolution) and stepping back (pooling). Then one
# or two dense layers decide. Here it is in plain Keras.

# %%
network = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Conv2D(64, (3, 3), activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Conv2D(64, (3, 3), activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)

# %% [markdown]
# **Predict:** you worked out the sizes at the end of lesson 3. What is the shape after the last
# convolution, and how many numbers does `Flatten` make of it?

# %% tags=["nbval-check-output"]
for layer in network.layers:
    shape = " x ".join(str(n) for n in layer.output.shape[1:])
    print(f"{type(layer).__name__:14} {shape:14} {layer.count_params():7,} weights")

# %% [markdown]
# The picture shrinks from 28 to 3 pixels while the channels grow from 1 to 64: less *where*, more
# *what*. Flatten makes 3 x 3 x 64 = 576 numbers.
#
# Look at the weights. The first convolution has 320: 9 for each of 32 filters, and 32 biases. Most
# weights sit in the third convolution and in the first dense layer.
#
# The list of layers *is* the architecture. So the course writes it as a list.

# %% tags=["nbval-check-output"]
layers = [32, "pool", 64, "pool", 64]
model = models.conv_net((28, 28, 1), layers, dense=[64])
model.count_params()

# %% [markdown]
# ## Dense against convolution, at like size
#
# A comparison is fair when only one thing differs. So take a dense network with about as many
# weights, and train both with the same recipe for the same number of epochs.

# %% tags=["nbval-check-output"]
dense = models.dense_net((28, 28, 1), [110, 64])
print(f"dense {dense.count_params():,}, convolutional {model.count_params():,} weights")

# %%
recipe = dict(epochs=5, batch_size=64, learning_rate=training.one_cycle(0.003))
runs = {
    "dense": training.train(dense, mnist, **recipe),
    "convolutional": training.train(model, mnist, **recipe),
}

# %% mystnb={"image": {"alt": "Learning curves of two networks of like size: the convolutional one has a far higher accuracy and a far lower loss from the first epoch on"}}
plotting.plot_history(runs);

# %% [markdown]
# The convolutional network is ahead after its first epoch, and stays ahead. It needs more time for
# each epoch, as each kernel is used again at many places: those of the first layer at 26 x 26 = 676.
#
# **Predict:** the dense network misreads about two in a hundred validation pictures. How many does
# the convolutional one misread?

# %%
for name, run in runs.items():
    wrong = round((1 - run.history["val_accuracy"][-1]) * len(mnist.x_val))
    print(f"{name:14} {wrong:4} of {len(mnist.x_val):,} validation pictures wrong")

# %% [markdown]
# ## A better recipe for the same layers
#
# Three changes, each a line:
#
# - **Batch normalisation** brings every channel to mean 0 and spread 1 within a batch, and then gives it
#   a scale and an offset that are learned. The next layer then always sees numbers of the same kind, and
#   larger learning rates are safe. When the network answers, averages from the training take the batch's
#   place.
# - **`adamw`** is Adam with weight decay: weights that nobody needs fade away.
# - **Label smoothing** asks for 91 % certainty instead of 100 %.
#
# The learning rate already follows `one_cycle`: it rises for a quarter of the training and then
# falls along a cosine to almost 0. Large steps first, fine-tuning last.

# %%
model = models.conv_net(mnist.picture_shape, layers, dense=[64], batch_norm=True)
better = training.train(model, mnist, optimizer="adamw", label_smoothing=0.1, **recipe)

# %% mystnb={"image": {"alt": "Validation accuracy of the plain and the better recipe over five epochs: the better one ends a little higher"}}
pair = {"plain": runs["convolutional"], "better recipe": better}
plotting.plot_history(pair, metrics=["accuracy"]);

# %% [markdown]
# Three changes at once: the figure shows what they bring together, not which of them helps. And the gain
# is a handful of the 6,000 validation pictures. Lesson 6 shows how to tell such a gain from luck.

# %%
score = training.evaluate(model, mnist)
results.record("E02", "three convolutions with batch norm, one-cycle", score, better)
score

# %% [markdown]
# Published pages report 98.91 % for these layers after 5 epochs, at a constant learning rate and without
# batch normalisation.
#
# ## What is still misread?

# %% mystnb={"image": {"alt": "Thirty misread test digits with true and predicted label; some of them are hard to read for people too"}}
plotting.plot_mistakes(score, mnist.x_test, most=30);

# %% [markdown]
# These are the 30 most confident mistakes. Compare them with those of lesson 1. Some are hard for people
# as well: broken strokes, digits between two classes, a few labels one may doubt. Others we read at
# once. There is still something to gain.
#
# ## More rivals
#
# Three networks from published pages, with the same optimizer and schedule, but ten epochs and batches
# of 128:
#
# - a large dense network: 512 and 256 neurons, over half a million weights. **Dropout** switches off a
#   random fifth of the neurons at each step, so that none can rely on another.
# - one convolution and a dense layer
# - two convolutions with large 5 by 5 filters
#
# **Predict:** which is best? Which is fastest?


# %%
def large_dense():
    return models.dense_net((28, 28, 1), [512, 256], dropout=0.2)


def one_convolution():
    return models.conv_net((28, 28, 1), [32, "pool"], dense=[128], batch_norm=True)


def large_filters():
    filters = [(10, 5), (10, 5), "pool"]
    return models.conv_net((28, 28, 1), filters, dense=[64], padding="same", dropout=0.2)


# %% tags=["nbval-check-output"]
for build in [large_dense, one_convolution, large_filters]:
    print(f"{build.__name__:16} {build().count_params():8,} weights")

# %%
rival_recipe = dict(
    epochs=10,
    learning_rate=training.one_cycle(0.003),
    optimizer="adamw",
    label_smoothing=0.1,
)
rivals = {
    build.__name__: training.train(build(), mnist, **rival_recipe)
    for build in [large_dense, one_convolution, large_filters]
}

# %%
scores = {"three_convolutions": score}
scores |= {name: training.evaluate(run.model, mnist) for name, run in rivals.items()}
for experiment, name, what in [
    ("E12", "large_dense", "dense 512 and 256, dropout, one-cycle"),
    ("E19", "one_convolution", "one convolution with batch norm, one-cycle"),
    ("E13", "large_filters", "two 5x5 convolutions, dropout, one-cycle"),
]:
    results.record(experiment, what, scores[name], rivals[name])

# %% mystnb={"image": {"alt": "Test accuracies with 95 percent intervals: the dense network is last, three convolutions are ahead, the others lie between them at about 99 percent"}}
plotting.plot_comparison({name.replace("_", " "): value for name, value in scores.items()});

# %% [markdown]
# Each dot is a test accuracy, each line its 95 % interval. The dense network has over half a million
# weights and comes last. The single convolution has even more, nearly all of them in its dense layer.
# Three convolutions have the fewest weights of all and do best, in half the epochs (but with batches half
# as large, so as many steps). They and the single convolution have batch normalisation, the other two
# have dropout: more than the layers differs. Where two intervals overlap, this figure does not tell which
# network is better. Lesson 6 compares such networks with care.
#
# ## Recap
#
# - Convolution, pooling, convolution, pooling …, then dense: less where, more what.
# - At like size, convolutions make far fewer mistakes than dense layers, in more time per epoch.
# - Batch normalisation, weight decay and label smoothing: a better recipe for the same layers. How much
#   each of them brings is another experiment.
# - Compare fairly: change one thing at a time, and look at the intervals.
#
# Practise: [the exercises of this lesson](exercises/04_first_conv_net.ipynb)
#
# Next: [Look inside a network](05_looking_inside.ipynb)
