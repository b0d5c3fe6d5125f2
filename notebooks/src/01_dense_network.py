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
# # 1. Read digits with a dense network
#
# **You will learn**
#
# - what a picture is to a computer: numbers, their shape and their type
# - why pictures are split into training, validation and test sets
# - how to build, train and question a network in plain Keras
# - how to read its answers: softmax, argmax and the confusion matrix
#
# **You need** Python and a little NumPy. No mathematics beyond sums and averages.
#
# **Time** 30 minutes of reading and doing; the code takes about a minute full-size and a few seconds
# in reduced mode.
#
# Run a cell with <kbd>Shift</kbd>+<kbd>Enter</kbd>. Start with this one: it loads the course's
# helpers and makes the random numbers repeatable.

# %%
from cnncourse import data, plotting, results, settings, training
from cnncourse.widgets import draw_digit, predict, quiz, reveal

import keras
import matplotlib.pyplot as plt
import numpy as np

settings.start()

# %% [markdown]
# ## Look at the data first
#
# A post office wants a program that reads postcodes. MNIST is the classic start: 70,000 handwritten
# digits. `load` fetches them once and keeps them on your disk. If you have no network, it draws
# stand-ins and says so.

# %%
mnist = data.load("mnist")
mnist

# %% mystnb={"image": {"alt": "Twenty handwritten digits, white on black, each with its label above; most are easy to read"}}
plotting.plot_images(mnist.x_train[:20], mnist.y_train[:20]);

# %% [markdown]
# Above each picture stands its [label](../docs/glossary.md#term-label): the digit that the writer meant.
# The ten digits are the ten [classes](../docs/glossary.md#term-class). A good program agrees with the
# labels on pictures that it has never seen.
#
# What is such a picture? An array of numbers. Here is the middle of the first one.

# %%
first = mnist.x_train[0]
print(first.shape, first.dtype)
first[10:18, 8:20, 0]

# %% [markdown]
# - The **shape** is (28, 28, 1): 28 rows, 28 columns and one
#   [channel](../docs/glossary.md#term-channel). A colour picture has three channels.
# - The **type** [`uint8`](../docs/glossary.md#term-uint8) is a whole number from 0 (black) to 255 (white).
#   It takes one byte.
#
# Networks like small numbers, so people divide pixels by 255. What does that cost? Make a choice before
# you run the next cells.

# %% tags=["remove-input"]
predict(
    "01-memory",
    "You write `pictures / 255`. How much memory does the result take?",
    ["as much as before", "four times as much", "eight times as much"],
)

# %% tags=["hide-output"]
sample = mnist.x_train[:1000]
for name, pixels in {
    "uint8": sample,
    "uint8 / 255": sample / 255,
    "float32": sample.astype("float32"),
}.items():
    size = pixels.nbytes // len(sample)
    print(f"{name:12} {str(pixels.dtype):8} {size:5} bytes a picture")

# %% tags=["hide-cell"]
reveal("01-memory", "eight times as much")

# %% [markdown]
# So in this course pixels stay `uint8`, and the network itself divides by 255 as its first step.
#
# ## Practise on a small set
#
# While you try things out, do not wait for 54,000 pictures. With 5,000 you soon see whether something
# works. `subset` draws them so that each class stays as frequent as before: the subset is
# [stratified](../docs/glossary.md#term-stratified).

# %%
small = mnist.subset(5000)
small

# %% [markdown]
# Is it true? Count. If nine in ten pictures were ones, a program that always says "one" would be right
# nine times in ten: look before you trust an [accuracy](../docs/glossary.md#term-accuracy).

# %% mystnb={"image": {"alt": "Two bar charts: how many pictures there are of each digit among all training pictures, and in the subset; both have the same shape, and no digit is rare"}}
figure, axes = plt.subplots(1, 2, figsize=(10, 3), layout="constrained")
parts = {"all training pictures": mnist.y_train, "subset": small.y_train}
for ax, (name, labels) in zip(axes, parts.items()):
    ax.bar(range(10), np.bincount(labels, minlength=10))
    ax.set(title=name, xlabel="digit", ylabel="pictures", xticks=range(10))

# %% [markdown]
# No digit is rare. Guessing is right about one time in ten: that is the number to beat.
#
# ## Three sets, three purposes
#
# `mnist` holds three sets which share no picture.
#
# | set | used for |
# |---|---|
# | [training](../docs/glossary.md#term-training-set) | the network learns from these |
# | [validation](../docs/glossary.md#term-validation-set) | you choose between networks by these |
# | [test](../docs/glossary.md#term-test-set) | you measure the chosen network by these, **once**, at the end |
#
# Why not choose by the test pictures? Try twenty networks, and one of them will fit these pictures by
# luck. Its accuracy then flatters it. The test set tells the truth only as long as nothing was
# decided by it.
#
# ## A network in plain Keras
#
# A [dense layer](../docs/glossary.md#term-dense-layer) connects every input with every
# [neuron](../docs/glossary.md#term-neuron). A neuron multiplies each input by a
# [weight](../docs/glossary.md#term-weight), adds everything up, adds a number of its own (the
# [bias](../docs/glossary.md#term-bias)), and passes the sum through an
# [activation](../docs/glossary.md#term-activation). The activation
# [relu](../docs/glossary.md#term-relu) passes positive sums on and makes 0 of negative ones. Without it, two
# layers in a row could do no more than one.

# %%
def dense_network(units):
    network = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Rescaling(1 / 255),  # 0..255 becomes 0..1
            keras.layers.Flatten(),  # 28 x 28 becomes a row of 784
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    loss = "sparse_categorical_crossentropy"
    network.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return network

# %% [markdown]
# How many weights has it with 128 neurons? Work it out before you run the next cell: each of the 128
# neurons has one weight for each of its 784 inputs, and a bias. Then come 10 neurons with 128 inputs
# each.

# %% tags=["nbval-check-output"]
hidden = 128 * (784 + 1)
output = 10 * (128 + 1)
print(hidden, "+", output, "=", hidden + output)
print(dense_network(128).count_params())

# %% [markdown]
# `compile` said how the network shall learn:
#
# - The [loss](../docs/glossary.md#term-loss) is a number for how wrong the answers are.
#   [Cross-entropy](../docs/glossary.md#term-cross-entropy) is large when the true class got a small
#   probability. The labels are integers (`7`), so Keras calls it *sparse*. Without "sparse" it expects each
#   label as a row of ten numbers with a single 1: [one-hot](../docs/glossary.md#term-one-hot).
# - The [optimizer](../docs/glossary.md#term-optimizer), here one called Adam, changes the weights in small
#   steps so that the loss becomes smaller. How it knows the way is lesson 2.

# %% tags=["nbval-check-output"]
keras.utils.to_categorical([7], 10)

# %% [markdown]
# `fit` trains. It goes through the pictures 32 at a time: a [batch](../docs/glossary.md#term-batch). After
# each batch the optimizer takes a step. One pass over all pictures is an
# [epoch](../docs/glossary.md#term-epoch). (`settings.epochs(10)` is 10. Only in
# [reduced mode](../docs/glossary.md#term-reduced-mode), a short trial run on small samples, it is less.)

# %%
network = dense_network(128)
history = network.fit(
    small.x_train,
    small.y_train,
    validation_data=(small.x_val, small.y_val),
    epochs=settings.epochs(10),
    batch_size=32,
    verbose=2,
)

# %% [markdown]
# (You may stop a cell with the ■ button. A stopped `fit` returns no history: run it again before you go on.)
#
# Each line is an epoch. `accuracy` is measured on the training pictures, `val_accuracy` on the
# validation pictures. Drawn as errors, on a logarithmic axis, they are easier to compare: 2 % errors are
# half of 4 %, and look it.

# %% mystnb={"image": {"alt": "Errors in percent over ten epochs on a logarithmic axis: the training error keeps falling, the validation error soon stays where it is"}}
figure, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for key, name in {"accuracy": "training", "val_accuracy": "validation"}.items():
    errors = 100 - 100 * np.array(history.history[key])
    epochs = range(1, len(errors) + 1)
    ax.plot(epochs, errors.clip(0.01), marker="o", label=name)
ax.set(yscale="log", xlabel="epoch", ylabel="errors (%)")
ax.set_title("5,000 pictures")
ax.yaxis.set_major_formatter("{x:g}")
ax.legend();

# %% [markdown]
# The two curves part. The network begins to know its training pictures by heart, and that does not help
# with new ones: [overfitting](../docs/glossary.md#term-overfitting). More pictures help, as you will see.
#
# ## From pictures to answers
#
# The last layer's [softmax](../docs/glossary.md#term-softmax) turns ten numbers into ten probabilities: none
# is negative, and they add up to 1.

# %%
probabilities = network.predict(mnist.x_val, verbose=0)
print("sum:", probabilities[0].sum())
probabilities[0].round(3)

# %% [markdown]
# Most answers are as clear as this one. More can be learned from the three validation pictures on which
# the network was least sure: those whose largest probability is the smallest.

# %% mystnb={"image": {"alt": "Three unclear digits, each above its ten probabilities: two or more bars compete in each; the bar of the label has a black outline"}}
unsure = probabilities.max(axis=1).argsort()[:3]
figure, axes = plt.subplots(2, 3, figsize=(9, 4.5), layout="constrained")
for (above, below), i in zip(axes.T, unsure):
    above.imshow(mnist.x_val[i], cmap="gray")
    above.set_axis_off()
    above.set_title(f"label {mnist.y_val[i]}")
    label = mnist.y_val[i]
    plotting.plot_probabilities(probabilities[i], label=label, ax=below)

# %% [markdown]
# The bar with the black outline is the label's. Whatever the bars look like, the answer is the class with the largest
# probability: [argmax](../docs/glossary.md#term-argmax).

# %%
answers = probabilities.argmax(axis=1)
print("answers:", answers[:12])
print("labels: ", mnist.y_val[:12])
print(f"{(answers == mnist.y_val).mean():.1%} of the validation pictures")

# %% [markdown]
# ## Choose on the validation pictures
#
# Why 128 neurons? Nobody knows the best number beforehand: you try. Chance has a hand in each training
# (the first weights and the order of the pictures are random), so train each network three times, each
# time from another [seed](../docs/glossary.md#term-seed).

# %% tags=["remove-input"]
predict(
    "01-width",
    "Which network reads the most validation pictures, on average?",
    ["16 neurons", "128 neurons", "512 neurons"],
)

# %%
found = {16: [], 128: [], 512: []}
for units in found:
    for seed in range(3):
        keras.utils.set_random_seed(seed)
        trial = dense_network(units).fit(
            small.x_train,
            small.y_train,
            validation_data=(mnist.x_val, mnist.y_val),
            epochs=settings.epochs(5),
            verbose=0,
        )
        found[units].append(100 * trial.history["val_accuracy"][-1])

# %% tags=["hide-output"] mystnb={"image": {"alt": "Validation accuracy of networks with 16, 128 and 512 neurons, three dots each: the dots of a network lie close together, and the wider the network, the higher they are"}}
figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
for row, accuracies in enumerate(found.values()):
    ax.plot(accuracies, [row] * 3, "o", alpha=0.6)
    ax.plot(np.mean(accuracies), row, "k|", markersize=16)
ax.set_yticks(range(3), [f"{units} neurons" for units in found])
ax.set(xlabel="validation accuracy (%)", title="A dot is a training")
ax.margins(y=0.3)
ax.grid(axis="x", alpha=0.3)

# %% tags=["hide-cell"]
best = max(found, key=lambda units: np.mean(found[units]))
reveal("01-width", f"{best} neurons")

# %% [markdown]
# A dot is a training, the line their mean. Where the dots of two networks lie apart, the difference is more
# than chance; where they mix, these three trainings cannot tell.
#
# ## Now with all pictures
#
# Take the widest network and all training pictures.

# %% tags=["remove-input"]
more = ["less than 1 point", "1 to 4 points", "more than 4 points"]
predict(
    "01-more",
    "How much more of the validation pictures will it read than with 5,000?",
    more,
)

# %% tags=["hide-output"]
import time

keras.utils.set_random_seed(0)
started = time.perf_counter()
wide = dense_network(512)
options = {
    "validation_data": (mnist.x_val, mnist.y_val),
    "batch_size": 128,
    "verbose": 2,
}
run = wide.fit(
    mnist.x_train, mnist.y_train, epochs=settings.epochs(8), **options
)

# %% [markdown]
# A second `fit` goes on where the first one ended. It pays to end with a few small steps: the
# [learning rate](../docs/glossary.md#term-learning-rate), the size of a step, becomes a tenth of what it
# was. Lesson 2 shows why.

# %% tags=["hide-output"]
wide.optimizer.learning_rate = 0.0001
finish = wide.fit(
    mnist.x_train, mnist.y_train, epochs=settings.epochs(2), **options
)
seconds = time.perf_counter() - started

# %% tags=["hide-cell"]
rise = 100 * finish.history["val_accuracy"][-1] - np.mean(found[512])
print(f"{rise:.1f} points more")
reveal("01-more", more[np.digitize(rise, [1, 4])])

# %% [markdown]
# The number of pictures and the length of the training changed together, so this run cannot say how much
# each of them brought.
#
# ## Where is it wrong?
#
# A [confusion matrix](../docs/glossary.md#term-confusion-matrix) counts which digit was read as which. It
# takes two lines of NumPy. We look at the validation pictures: whatever we learn from them may still
# change our network.

# %% tags=["remove-input"]
pairs = {"4 and 9": (4, 9), "3 and 5": (3, 5)}
pairs |= {"2 and 7": (2, 7), "0 and 1": (0, 1)}
predict("01-pairs", "Which of these two are mixed up most often?", list(pairs))

# %% tags=["hide-output"]
probabilities = wide.predict(mnist.x_val, verbose=0)
answers = probabilities.argmax(axis=1)
matrix = np.zeros((10, 10), int)
np.add.at(matrix, (mnist.y_val, answers), 1)
matrix

# %% tags=["hide-output"] mystnb={"image": {"alt": "Confusion matrix of the validation pictures: nearly all lie on the diagonal; the largest numbers beside it are between digits of like shape"}}
on_validation = training.Score(
    probabilities, mnist.y_val, "mnist", mnist.source
)
ax = plotting.plot_confusion_matrix(on_validation)
ax.set_title("Validation pictures: a row is the label");

# %% tags=["hide-cell"]
mixed = {}
for name, (a, b) in pairs.items():
    mixed[name] = matrix[a, b] + matrix[b, a]
    print(f"{name}: {mixed[name]} times")
reveal("01-pairs", max(mixed, key=mixed.get))

# %% [markdown]
# The diagonal holds what was right. The colours are stretched, so that even single mistakes can be seen:
# trust the numbers. Here are the mistakes of which the network was most certain. "9, not 4" means that the
# label is 9, and the network read a 4. Can you read them?

# %% mystnb={"image": {"alt": "Misread validation digits with their label and the wrong answer: some are hard to read for people, many are not"}}
plotting.plot_mistakes(on_validation, mnist.x_val, most=30);

# %% [markdown]
# Some would fool a person. Many would not. The network sees 784 separate numbers and does not know
# which pixels are neighbours. Lessons 3 and 4 give it that knowledge.
#
# ## Draw your own
#
# Draw a digit with the mouse or a finger; the bars follow. Beside your drawing stands the picture that the
# network gets. Try to fool it: a 7 with a bar, a 9 that is nearly a 4, a digit in a corner. Then shift a
# digit with the arrow keys. Which of them does it stop to read?

# %% mystnb={"image": {"alt": "A drawn four, the picture of 28 by 28 pixels that is made of it, and a bar chart of the ten probabilities that the network gives"}}
draw_digit(wide)

# %% [markdown]
# ## Measure once
#
# All choices are made. Now, and only now, the test pictures.

# %% tags=["hide-output"]
score = training.evaluate(wide, mnist)
score

# %% [markdown]
# The [interval](../docs/glossary.md#term-confidence-interval) says how far to trust the number. With endless
# test pictures the accuracy would most likely lie within it.
#
# The next line puts the measurement into the course's [table of results](../docs/results.md), beside what
# published course pages report for a dense network. You need not do this for networks of your own.

# %% tags=["hide-output"]
losses = {"loss": run.history["loss"] + finish.history["loss"]}
trained = training.TrainingRun(wide, losses, seconds, seed=0)
results.record("E01", "dense 512, plain Adam", score, trained)

# %% [markdown]
# Is that good? It depends on what an error costs. A letter arrives only if all five digits of its postcode
# are read rightly. If mistakes come independently of one another, that happens this often:

# %%
print(f"{score.accuracy**5:.1%} of the letters arrive")

# %% [markdown]
# For one letter it is a nuisance, for a sorting centre thousands of letters a day. The rest of the course
# is about the remaining errors.
#
# ## Recap
#
# | array | shape | type |
# |---|---|---|
# | pictures | (number, 28, 28, 1) | `uint8`, 0 to 255 |
# | labels | (number,) | integers, 0 to 9 |
# | probabilities | (number, 10) | `float32`, each row adds up to 1 |
# | answers: `argmax(axis=1)` | (number,) | integers, 0 to 9 |
#
# - Learn from the training pictures, choose by the validation pictures, measure on the test pictures once.
# - `compile`, `fit`, `predict` make a trained network and its answers.
# - One training proves nothing: repeat it with other seeds before you believe in a difference.
# - A confusion matrix and a look at the mistakes tell more than one number.
#
# Now five questions. Whatever you choose, you are told why.

# %% tags=["remove-input"]
quiz("01")

# %% [markdown]
# Practise: [the exercises of this lesson](exercises/01_dense_network.ipynb). Words to look up: the
# [glossary](../docs/glossary.md).
#
# Next: [How networks learn](02_how_networks_learn.ipynb)
