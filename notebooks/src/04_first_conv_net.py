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
# - how to build, train, measure, save and load a convolutional network in plain Keras
# - what the course's `train` does for you, line by line
# - why convolutions win on pictures: two experiments that take their advantage away
# - how to compare networks of several kinds, and to look at the test pictures once
#
# **You need** lessons 1 to 3.
#
# **Time** 35 minutes of reading; the code takes about 6 minutes full-size on two cores and a minute in
# reduced mode.

# %%
from cnncourse import data, models, plotting, results, settings, training
from cnncourse.widgets import draw_digit, predict, quiz, reveal

import keras
import matplotlib.pyplot as plt
import numpy as np

settings.start()

# %% [markdown]
# Two questions about earlier lessons first.

# %% tags=["remove-input"]
quiz("04", "opening")

# %%
mnist = data.load("mnist")
mnist

# %% [markdown]
# ## Stack the layers
#
# A typical network alternates between looking ([convolution](../docs/glossary.md#term-convolution)) and
# stepping back ([pooling](../docs/glossary.md#term-pooling)). Then one or two [dense
# layers](../docs/glossary.md#term-dense-layer) decide. Here it is in plain Keras.

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
# In lesson 3 you followed sizes through convolutions and poolings. A picture has 28 x 28 pixels; each
# [kernel](../docs/glossary.md#term-kernel) covers 3 x 3 of them, without
# [padding](../docs/glossary.md#term-padding).

# %% tags=["remove-input"]
sizes = ["3 x 3 x 64", "5 x 5 x 64", "7 x 7 x 64", "28 x 28 x 64"]
predict("04-size", "What is the shape after the last convolution?", sizes)

# %% tags=["hide-output"]
network.summary(line_length=72)

# %% tags=["hide-cell"]
last = network.layers[5].output.shape[1:]
reveal("04-size", " x ".join(str(number) for number in last))

# %% [markdown]
# Read the summary from top to bottom. `None` stands for the number of pictures, which may be any. The
# picture shrinks from 28 to 3 pixels while the [channels](../docs/glossary.md#term-channel) grow from 1
# to 64: less *where*, more *what*. [Flatten](../docs/glossary.md#term-flatten) makes a row of 3 x 3 x 64
# = 576 numbers.
#
# `Param #` counts the weights ([parameters](../docs/glossary.md#term-parameter)). The first convolution
# has 320: 9 for each of 32 [filters](../docs/glossary.md#term-filter), and 32
# [biases](../docs/glossary.md#term-bias). Pooling has none: it only compares.
#
# ## Compile and fit
#
# `compile` says how the network shall learn: with which [optimizer](../docs/glossary.md#term-optimizer),
# which [loss](../docs/glossary.md#term-loss), and what to report. The loss is called *sparse* as the
# labels are whole numbers such as 7, not ten numbers with a single 1.

# %%
network.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
    jit_compile=False,  # compiling takes longer than it saves on a CPU
)

# %% [markdown]
# `fit` trains: here twice through all training pictures, two [epochs](../docs/glossary.md#term-epoch) in
# [batches](../docs/glossary.md#term-batch) of 64. After each epoch it measures the validation pictures,
# from which it learns nothing.

# %%
history = network.fit(
    mnist.x_train,
    mnist.y_train,
    batch_size=64,
    epochs=settings.epochs(2),
    validation_data=(mnist.x_val, mnist.y_val),
    verbose=2,
)

# %% [markdown]
# This is all it takes, without this course's package. Elsewhere you will meet two shortcuts:
#
# - `(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()` downloads the same 70,000
#   pictures. Their shape is (28, 28): add the channel with `x_train[..., None]`. There are no validation
#   pictures yet.
# - `fit(..., validation_split=0.1)` takes the *last* tenth of the arrays you pass as validation pictures,
#   before it shuffles. Where the pictures are sorted by class, that tenth holds a few classes only. And
#   two networks are compared fairly only if both calls got the arrays in the same order. `data.load`
#   splits once, with all classes alike.
#
# ## Evaluate and predict
#
# `evaluate` measures loss and accuracy. We use validation pictures: the test pictures wait for the end of
# the lesson.

# %%
loss, accuracy = network.evaluate(mnist.x_val, mnist.y_val, verbose=0)
print(f"loss {loss:.4f}, accuracy {accuracy:.2%}")

# %% [markdown]
# `predict` returns ten probabilities for each picture. The position of the largest one is the answer:
# [argmax](../docs/glossary.md#term-argmax).

# %%
probabilities = network.predict(mnist.x_val, verbose=0)
answers = probabilities.argmax(axis=1)
wrong = np.flatnonzero(answers != mnist.y_val)
print(probabilities.shape, "misread:", len(wrong))

# %% mystnb={"image": {"alt": "Validation digits that the network misreads, each with its label and, in red, the wrong answer"}}
first = wrong[:20]
pictures, labels = mnist.x_val[first], mnist.y_val[first]
figure = plotting.plot_images(pictures, labels, predictions=answers[first])
figure.suptitle("Label: wrong answer?");

# %% [markdown]
# ## Save, restart, load
#
# A network is worth keeping. `save` writes its layers, its weights and how it was compiled into one file.

# %%
network.save("first_conv_net.keras")
del network  # as if the kernel had been restarted

# %%
network = keras.saving.load_model("first_conv_net.keras")
again = network.predict(mnist.x_val, verbose=0)
print("largest difference:", np.abs(again - probabilities).max())

# %% [markdown]
# Try it: restart the kernel, run the first cell, load the data, and then the cell with `load_model`. The
# network answers as before, and nothing was trained. [A page](../docs/saving.md) tells what else such a
# file can do.
#
# ## The same with a helper
#
# You will train many networks. So the course has a function that does what you just did, and adds what is
# tedious to write each time. Read it: this is all of its code below the docstring.

# %%
import inspect

source = inspect.getsource(training.train)
print(source[source.rindex('"""') + 3 :])

# %% [markdown]
# You know the middle of it: `compile`, then `fit` with validation pictures. Around it
#
# - `check_…` refuses what cannot work, with the remedy, before a training starts
# - `Recipe` holds what you may choose: epochs, batches, optimizer, [learning
#   rate](../docs/glossary.md#term-learning-rate) and so on
# - `shuffled_batches` mixes the pictures anew in each epoch, in an order that follows from a
#   [seed](../docs/glossary.md#term-seed)
# - the [callbacks](../docs/glossary.md#term-callback) are objects that `fit` calls as it goes: they set
#   the learning rate, write the line of progress, keep the state on disk, and listen to the stop button
# - at last the network is compiled once more, so that Keras' own `evaluate` and `fit` know it.
#
# Each of these is public, and works in a `fit` of your own: see [training](../docs/api/training.md).
#
# The helpers of `models` are as short. A list of layers *is* the
# [architecture](../docs/glossary.md#term-architecture), so `conv_net` takes a list.

# %% tags=["nbval-check-output"]
layers = [32, "pool", 64, "pool", 64]
models.conv_net((28, 28, 1), layers, dense=[64]).count_params()

# %% [markdown]
# ## Why convolutions win
#
# Take a dense network with as many weights, and train both alike, three times each: with three seeds, and
# so other first weights and another order of the pictures. A fifth of the training pictures will do.


# %% tags=["nbval-check-output"]
def dense():
    return models.dense_net((28, 28, 1), [110, 64])


def convolutional():
    return models.conv_net((28, 28, 1), layers, dense=[64])


print(dense().count_params(), "and", convolutional().count_params(), "weights")

# %% [markdown]
# **First experiment.** We give all pixels new places: a random order, but the same one in every picture.
# To you the pictures are noise now. No pixel is lost, though.

# %% mystnb={"image": {"alt": "Five digits, and below them the same five with their pixels in a new order: grey noise without any shape"}}
order = np.random.default_rng(0).permutation(28 * 28)


def permuted(pictures):
    rows = pictures.reshape(len(pictures), -1)
    return rows[:, order].reshape(pictures.shape)


both = np.concatenate([mnist.x_train[:5], permuted(mnist.x_train[:5])])
plotting.plot_images(both, columns=5).suptitle("Before and after");

# %% tags=["remove-input"]
suffering = ["neither", "only the dense", "only the convolutional", "both"]
question = "Trained anew on such pictures, which network gets worse?"
predict("04-permuted", question, suffering)

# %%
builders = {"dense": dense, "convolutional": convolutional}
plain = mnist.subset(10_000)
recipe = dict(epochs=4, repeats=3)
runs = training.train_many(builders, plain, **recipe)
noise = plain.transform(permuted)
runs_on_noise = training.train_many(builders, noise, **recipe)

# %% tags=["hide-output"] mystnb={"image": {"alt": "Validation accuracy, three seeds each: the convolutional network is ahead of the dense one with the pixels in place, and behind it with permuted pixels"}}
by_name = {f"{name}, permuted": found for name, found in runs_on_noise.items()}
plotting.plot_comparison(runs | by_name).set_title("10,000 training pictures");

# %% tags=["hide-cell"]
reveal("04-permuted", "only the convolutional")

# %% [markdown]
# A dot is a network, a line the 95 % interval of the mean over three seeds. With pixels in place the
# convolutional network is ahead. Permuted, it falls behind. The dense network does not care: each
# of its neurons sees all pixels at once, and has never known which of them are neighbours. That is why a
# convolution wins: it *assumes* that neighbours belong together, and that a stroke looks alike wherever
# it is. Where this does not hold, as in a table with columns in any order, it gains nothing.
#
# **Second experiment.** The same networks, trained on digits that stand in the middle. Now the validation
# digits move to the right, pixel by pixel. Nobody has trained for that.


# %%
def shifted(pictures, right, down=0):
    """Move pictures by up to 6 pixels; what comes in is black."""
    framed = np.pad(pictures, ((0, 0), (6, 6), (6, 6), (0, 0)))
    return framed[:, 6 - down : 34 - down, 6 - right : 34 - right]


# %% mystnb={"image": {"alt": "One digit, moved to the right by 0 to 6 pixels"}}
digit = mnist.x_val[:1]
moved = np.concatenate([shifted(digit, pixels) for pixels in range(7)])
figure = plotting.plot_images(moved, range(7), columns=7)
figure.suptitle("Shifted by so many pixels");

# %% tags=["remove-input"]
guesses = ["none loses", "the dense loses more", "the convolutional loses more"]
question = "Digits are shifted by 3 pixels. Which network loses more accuracy?"
predict("04-shift", question, guesses)

# %%
few, labels = mnist.x_val[:2000], mnist.y_val[:2000]
accuracy = {name: np.zeros((len(found), 7)) for name, found in runs.items()}
for name, found in runs.items():
    for pixels in range(7):
        pictures = shifted(few, pixels)
        for row, run in enumerate(found):
            answers = run.model.predict(pictures, verbose=0).argmax(axis=1)
            accuracy[name][row, pixels] = 100 * np.mean(answers == labels)

# %% tags=["hide-output"] mystnb={"image": {"alt": "Accuracy against the shift in pixels for both networks: both curves fall, the dense network's much earlier than the convolutional one's"}}
figure, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
for (name, values), style in zip(accuracy.items(), ["--", "-"]):
    ax.plot(values.mean(axis=0), style, marker=".", label=name)
    ax.fill_between(range(7), values.min(axis=0), values.max(axis=0), alpha=0.3)
ax.set(title="Digits that have moved", xlabel="shift to the right (pixels)")
ax.set(ylabel="accuracy (%)", ylim=(0, 100))
ax.grid(alpha=0.3)
ax.legend();

# %% tags=["hide-cell"]
reveal("04-shift", "the dense loses more")

# %% [markdown]
# A line is the mean of three seeds, and the band reaches from the lowest to the highest. The convolutional
# network keeps more of its accuracy at every shift: a kernel finds a stroke wherever it is, and pooling
# forgets a pixel or two. But only that. After `Flatten` every place has its own weights again, and larger
# shifts ruin it as well. (Task 4 of the exercises takes `Flatten` away.) In lesson 7 you cure it with
# shifted training pictures.
#
# ## A better recipe for the same layers
#
# Four changes, each an argument:
#
# - **[Batch normalisation](../docs/glossary.md#term-batch-normalisation)** brings every channel to mean 0
#   and spread 1 within a batch, and then gives it a scale and an offset that are learned. The next layer
#   sees numbers of the same kind throughout, which often permits larger learning rates. When the network
#   answers, averages from the training take the batch's place.
# - **`adamw`** is Adam with [weight decay](../docs/glossary.md#term-weight-decay): weights that nobody
#   needs fade away.
# - **[Label smoothing](../docs/glossary.md#term-label-smoothing)** asks for 91 % certainty instead of 100
#   %.
# - **[`one_cycle`](../docs/glossary.md#term-one-cycle)**: the learning rate rises for a quarter of the
#   training and then falls along a cosine to almost 0. Large steps first, fine-tuning last.
#
# This lesson does not ask which of the four helps. Lesson 6 shows how to find out such things.

# %%
better = dict(
    epochs=5,
    optimizer="adamw",
    label_smoothing=0.1,
    learning_rate=training.one_cycle(0.004),
)

# %% [markdown]
# ## Four networks
#
# Published pages report all of these. We train them with one recipe:
#
# - the three convolutions that you know
# - a large dense network: 512 and 256 neurons. [Dropout](../docs/glossary.md#term-dropout) switches off a
#   random fifth of the neurons at each step, so that none can rely on another.
# - one convolution and a dense layer
# - two convolutions with large filters, 5 by 5, and dropout

# %%
shape, normed = (28, 28, 1), dict(batch_norm=True)
one, large = [32, "pool"], [(10, 5), (10, 5), "pool"]
wide = dict(dense=[64], padding="same", dropout=0.2, batch_norm=True)
networks = {
    "three convolutions": models.conv_net(shape, layers, dense=[64], **normed),
    "large dense": models.dense_net(shape, [512, 256], dropout=0.2),
    "one convolution": models.conv_net(shape, one, dense=[128], **normed),
    "large filters": models.conv_net(shape, large, **wide),
}
for name, model in networks.items():
    print(f"{name:18} {model.count_params():8,} weights")

# %% tags=["remove-input"]
question = "Which of the four will misread the most validation digits?"
predict("04-most", question, list(networks))

# %%
trained = {}
for name, model in networks.items():
    print(name)
    trained[name] = training.train(model, mnist, **better)

# %% tags=["hide-output"] mystnb={"image": {"alt": "Accuracy of the four networks over five epochs; the dense network stays below the other three"}}
figure = plotting.plot_history(trained, metrics=["accuracy"])
figure.suptitle("Four networks, one recipe");

# %% tags=["hide-cell"]
best = {name: run.history["val_accuracy"][-1] for name, run in trained.items()}
for name, value in best.items():
    print(f"{name:18} {value:.2%} of the validation pictures")
reveal("04-most", min(best, key=best.get))

# %% [markdown]
# The number of weights decides little: the single convolution has the most of all, nearly all of them in
# its dense layer.
#
# ## Draw for both kinds
#
# Now test two of them yourself, the dense one and the one with three convolutions. Draw a digit. Then
# push it with the arrow keys: when does each network give up? Turn it with comma and period. A key from 0
# to 9 keeps the digit under that label; keep ten, some of them pushed aside.

# %% mystnb={"image": {"alt": "The drawing pad: a drawn four, the 28 by 28 picture that the networks get, and bars with the answers of a dense and a convolutional network"}}
pair = {name: networks[name] for name in ["large dense", "three convolutions"]}
pad = draw_digit(pair)
pad

# %% [markdown]
# How many of your digits does each network read? Before you have kept any, a validation digit takes their
# place.

# %%
yours, meant = pad.pictures, pad.labels
if not len(yours):
    yours, meant = mnist.x_val[1:2], mnist.y_val[1:2]
for name, model in pair.items():
    right = model.predict(yours, verbose=0).argmax(axis=1) == meant
    print(f"{name:18} reads {right.sum()} of {len(meant)}")

# %% [markdown]
# And the first of them at every place within 6 pixels: bright where the network still gives a high
# probability to the right digit.

# %% mystnb={"image": {"alt": "Two maps of 13 by 13 shifts for a dense and a convolutional network, with the probability of the right digit at each shift"}}
steps = range(-6, 7)
places = [shifted(yours[:1], x, y) for y in steps for x in steps]
figure, axes = plt.subplots(1, 2, figsize=(7, 3.2), layout="constrained")
for ax, (name, model) in zip(axes, pair.items()):
    sure = model.predict(np.concatenate(places), verbose=0)[:, meant[0]]
    sure, edges = sure.reshape(13, 13), (-6.5, 6.5, 6.5, -6.5)
    view = ax.imshow(100 * sure, vmin=0, vmax=100, extent=edges)
    ax.set(title=name, xlabel="shift to the right", ylabel="shift down")
figure.colorbar(view, label=f"probability of {meant[0]} (%)");

# %% [markdown]
# One digit proves nothing; the curves above do, for many. But a map like this shows *where* a network
# gives up, and in which direction.
#
# ## The test pictures, once
#
# All choices are made. Each network now sees the test pictures, one time. `results.record` writes the
# measurement down for the course's [table of results](../docs/results.md).

# %%
scores = {name: training.evaluate(networks[name], mnist) for name in networks}
for experiment, name, what in [
    ("E02", "three convolutions", "three convolutions with batch norm"),
    ("E12", "large dense", "dense 512 and 256 with dropout"),
    ("E19", "one convolution", "one convolution with batch norm"),
    ("E13", "large filters", "two 5x5 convolutions with batch norm"),
]:
    results.record(experiment, what, scores[name], trained[name])

# %% mystnb={"image": {"alt": "Test accuracies of the four networks with 95 percent intervals: the dense network is last"}}
plotting.plot_comparison(scores).set_title("Test pictures, one look");

# %% [markdown]
# Each line is a 95 % interval. The dense network is last, with more than half a million weights. Where two
# intervals overlap, this figure does not tell which network is better; lesson 6 compares such networks
# with care.
#
# ## Recap
#
# - In plain Keras: `Sequential`, `summary`, `compile`, `fit`, `evaluate`, `predict`, `save`,
#   `load_model`.
# - Convolution, pooling, convolution, pooling …, then dense: less where, more what.
# - Convolutions win as neighbouring pixels belong together. With permuted pixels they lose.
# - They bear small shifts better than dense layers do, and large ones neither.
# - Choose on validation pictures; look at the test pictures once.

# %% tags=["remove-input"]
quiz("04")

# %% [markdown]
# Practise: [the exercises of this lesson](exercises/04_first_conv_net.ipynb). Words: [the
# glossary](../docs/glossary.md).
#
# Next: [Look inside a network](05_looking_inside.ipynb)
