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
# # Solutions to lesson 4: Train your first convolutional network
#
# One way to solve each of the [exercises](../exercises/04_first_conv_net.ipynb) that belong to [lesson
# 4](../04_first_conv_net.ipynb). Try them first.
#
# **Time** 60 minutes; the code takes about three minutes full-size on two cores. One star is easy, three
# are not.

# %%
from cnncourse import checks, data, models, plotting, settings, training

import keras
import matplotlib.pyplot as plt
import numpy as np

settings.start()

# %%
mnist = data.load("mnist")
small = mnist.subset(10_000)

# %% [markdown]
# ## 1. Follow the shapes ★
#
# A network for colour pictures of 32 x 32 pixels has the layers `[16, "pool", 32, "pool", 64]`: 3 x 3
# convolutions with padding "valid", and 2 x 2 poolings. What is the shape after the last convolution?

# %% tags=["solution"]
# Write the shape as a tuple: height, width and channels.
shape = (4, 4, 64)

# %%
checks.check("04-shape", shape)

# %% [markdown]
# ## 2. A network in plain Keras, from the first line to a file ★★
#
# Without the package's `models` and `training`. Build a `keras.Sequential` for raw digits (pixels from 0
# to 255): a convolution with 16 filters of 5 x 5 and padding "same", a pooling, another convolution of
# the same kind with 32 filters, another pooling, `Flatten`, and a dense layer with ten probabilities.

# %% tags=["solution"]
# Build the network.
network = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Conv2D(16, (5, 5), padding="same", activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Conv2D(32, (5, 5), padding="same", activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    ]
)

# %%
checks.check("04-network", network)

# %% [markdown]
# Compile it, and train it on `small` for two epochs. Let it watch the validation pictures.

# %% tags=["solution"]
# Compile and fit; `trained` is the network itself. Write epochs=settings.epochs(2).
network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
network.fit(
    small.x_train,
    small.y_train,
    epochs=settings.epochs(2),
    validation_data=(small.x_val, small.y_val),
    verbose=2,
)
trained = network

# %%
checks.check("04-trained", trained)

# %% [markdown]
# Save it as `exercise.keras`, load it from the file, and measure both on the validation pictures: do they
# agree?

# %% tags=["solution"]
# Give the network and the one that you loaded, in this order.
network.save("exercise.keras")
pair = (network, keras.saving.load_model("exercise.keras"))
for model in pair:
    print(model.evaluate(small.x_val, small.y_val, verbose=0))

# %%
checks.check("04-file", pair)

# %% [markdown]
# ## 3. Mend this network ★★
#
# Five things are wrong here: two of them stop it with an error, the others make it learn badly. Find
# them, and write it as it should be.
#
# ```python
# keras.Sequential(
#     [
#         keras.Input((28, 28)),
#         keras.layers.Conv2D(32, (3, 3)),
#         keras.layers.MaxPooling2D((2, 2)),
#         keras.layers.Conv2D(64, (3, 3)),
#         keras.layers.MaxPooling2D((2, 2)),
#         keras.layers.Dense(64, activation="relu"),
#         keras.layers.Dense(10, activation="sigmoid"),
#     ]
# )
# ```

# %% tags=["solution"]
# Build the mended network. It should take raw pixels.
mended = keras.Sequential(
    [
        keras.Input((28, 28, 1)),  # the channel was missing
        keras.layers.Rescaling(1 / 255),  # the pixels arrived as 0 to 255
        # Both convolutions had no activation.
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Conv2D(64, (3, 3), activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Flatten(),  # or it answers once for each place
        keras.layers.Dense(64, activation="relu"),
        # The ten must add up to 1.
        keras.layers.Dense(10, activation="softmax"),
    ]
)

# %%
checks.check("04-mended", mended)

# %% [markdown]
# ## 4. Read this figure, and conclude ★★
#
# Here are two convolutional networks. They differ in one layer.


# %%
def network_ending_with(layer):
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(32, (3, 3), activation="relu"),
            keras.layers.MaxPooling2D((2, 2)),
            keras.layers.Conv2D(64, (3, 3), activation="relu"),
            layer(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def with_flatten():
    return network_ending_with(keras.layers.Flatten)


def with_global_pooling():
    return network_ending_with(keras.layers.GlobalMaxPooling2D)


# %% [markdown]
# `GlobalMaxPooling2D` keeps the largest value of each channel, wherever it is: 64 numbers, and no places.
# Three seeds each; then the validation digits move.

# %%
builders = {"Flatten": with_flatten, "GlobalMaxPooling2D": with_global_pooling}
options = dict(epochs=5, repeats=3, learning_rate=0.003)
runs = training.train_many(builders, small, **options)


# %%
pictures, labels = small.x_val[:1000], small.y_val[:1000]
framed = np.pad(pictures, ((0, 0), (0, 0), (6, 6), (0, 0)))


def accuracy(run, right):
    moved = framed[:, :, 6 - right : 34 - right]
    return 100 * run.model.evaluate(moved, labels, verbose=0)[1]


# %% mystnb={"image": {"alt": "Accuracy against the shift in pixels for a network with Flatten and one with global max pooling"}}
ax = plt.subplots(figsize=(6, 3.5), layout="constrained")[1]
for (name, found), style in zip(runs.items(), ["--", "-"]):
    values = np.array([[accuracy(run, n) for run in found] for n in range(7)])
    ax.plot(values.mean(axis=1), style, marker=".", label=name)
    ax.fill_between(range(7), values.min(axis=1), values.max(axis=1), alpha=0.3)
ax.set(xlabel="shift to the right (pixels)", ylabel="accuracy (%)")
ax.set(title="Digits that have moved", ylim=(0, 100))
ax.legend();

# %% [markdown]
# One of the layers `Conv2D`, `MaxPooling2D`, `Flatten` and `Dense` makes a network depend on where a
# digit stands. Which one?

# %% tags=["solution"]
# Write the layer's name.
depends_on_place = "Flatten"

# %%
checks.check("04-place", depends_on_place)

# %% [markdown]
# And what does it cost to do without places? Look at the left end of the curves, and say why.

# %% [markdown] tags=["solution"]
# At 0 pixels the network without places reads fewer digits: it knows which strokes there are, and not where. A
# 6 and a 9 have much the same strokes. What it loses in the middle it wins on digits that have moved far. The
# bands tell how much three trainings differ. What the figure does not show: whether the same holds after
# longer training, or for other pictures.

# %% [markdown]
# ## 5. 16, 32 or 64 filters? ★★
#
# How many filters should you begin with? Take the smallest convolutional network, `[n, "pool"]` with
# `dense=[64]`. First write three functions that build it, with 16, 32 and 64 filters.

# %% tags=["solution"]
# Write a dictionary from "16", "32" and "64" to a function that builds the network.
def build(filters):
    return models.conv_net((28, 28, 1), [filters, "pool"], dense=[64])


builders = {str(n): lambda n=n: build(n) for n in (16, 32, 64)}

# %%
checks.check("04-builders", builders)

# %% [markdown]
# **Predict:** which is most accurate, and how many times as long does 64 take as 16? Then train each for
# three epochs on `small`, with three seeds. Draw the validation accuracies.

# %% tags=["solution"]
# Train the three networks with `train_many`, and keep what it returns.
runs = training.train_many(builders, small, epochs=3, repeats=3)
named = {f"{name} filters": found for name, found in runs.items()}
plotting.plot_comparison(named)
for name, found in runs.items():
    seconds = np.mean([run.seconds for run in found])
    print(f"{name} filters: {seconds:.0f} s each")

# %%
checks.check("04-filters", runs)

# %% [markdown] tags=["solution"]
# Do the intervals overlap? Then these nine trainings do not say which is best, and the cheapest is a good
# place to begin. Set the seconds beside the accuracies: every filter costs time, whatever it brings.

# %% [markdown]
# ## 6. Explain this misread digit ★★★
#
# Here is a network like yours of task 2, and the validation digit that it misreads most confidently.

# %% mystnb={"image": {"alt": "One handwritten digit with its label and the wrong answer"}}
judge = models.conv_net((28, 28, 1), [16, "pool", 32, "pool"])
training.train(judge, small, epochs=3)
probabilities = judge.predict(mnist.x_val, verbose=0)
p_true = probabilities[np.arange(len(mnist.y_val)), mnist.y_val]
worst = p_true.argmin()
true, answer = mnist.y_val[worst], probabilities[worst].argmax()
title = f"a {true},\nread as {answer}"
plotting.plot_images(mnist.x_val[worst : worst + 1], [title]);

# %% [markdown]
# Is it the shape, or does the digit only stand in an unusual place? Let the network read it at 25 places:
# shifted by -2 to 2 pixels down and to the right. What comes in is black. How often does each class win?


# %% tags=["solution"]
# Write the function votes(answer, picture). `answer` takes pictures (N, 28, 28, 1) and returns
# probabilities (N, 10); `picture` is one of shape (28, 28, 1). Return ten counts that add up to 25.
def votes(answer, picture):
    framed = np.pad(picture, ((2, 2), (2, 2), (0, 0)))
    places = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
    moved = [
        framed[2 - down : 30 - down, 2 - right : 30 - right]
        for down, right in places
    ]
    return np.bincount(answer(np.stack(moved)).argmax(axis=1), minlength=10)


def ask(pictures):
    return judge.predict(pictures, verbose=0)


print(votes(ask, mnist.x_val[worst]))

# %%
checks.check("04-votes", votes)

# %% [markdown]
# Now explain it in two sentences: what do the votes say, and what in the picture misleads the network?

# %% [markdown] tags=["solution"]
# Three cases. If the true class wins at most places, the digit stood badly, and shifted training pictures
# would help (lesson 7). If the wrong class wins nearly everywhere, it is the shape: look for the stroke
# that the wrong digit has and this one should not have, such as a gap that has closed, or a loop that is
# left open. And if the votes are spread over several classes, the network is unsure, whatever its
# probability says. Now and then the label is the mistake: would you have read what it says?

# %% [markdown]
# ## 7. Small is beautiful ★★★
#
# An open task. Build the best network for digits with at most 10,000 weights, and show that it is good.

# %% tags=["solution"]
# Build your network.
tiny = models.conv_net((28, 28, 1), [8, "pool", 16, "pool"], batch_norm=True)
recipe = dict(epochs=4, learning_rate=training.one_cycle(0.01))
training.train(tiny, mnist, **recipe)

# %%
checks.check("04-small", tiny)

# %% [markdown]
# Judge your work by this table; a colleague may do it better.
#
# | | 1 point | 2 points |
# |---|---|---|
# | idea | you tried several networks | each differs from the last in one thing, for a reason that you wrote down |
# | evidence | validation accuracy of one training | three seeds, or a paired test |
# | fairness | same epochs for all | and nothing was chosen by the test pictures |
# | conclusion | the best network is named | and what you cannot conclude, too |

# %% [markdown] tags=["solution"]
# Pooling twice leaves 5 x 5 places before the only dense layer, which is where small networks save most
# of their weights. This is one idea and one training, so by the table it earns 1 point for evidence.
