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
# # 2. How networks learn
#
# **You will learn**
#
# - how wrong an answer is, as a number: the loss $-\log p$
# - how a gradient says which way each weight should go, and how to take a step in NumPy
# - what batches, the learning rate and momentum do to the way down
# - how to write the training loop yourself: ten lines that do what `fit` does
# - what a dense network cannot see
#
# **You need** [lesson 1](01_dense_network.ipynb). If you know the slope of a curve, you have all
# the mathematics.
#
# **Time** 35 minutes of reading; the code takes about 2 minutes full-size and a few seconds in
# reduced mode.
#
# This lesson never looks at the test pictures: it measures no network that you would want to use.

# %%
from cnncourse import data, plotting, settings
from cnncourse.widgets import predict, quiz, reveal

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

settings.start()

# %% [markdown]
# ## The smallest network
#
# Take lesson 1's network and leave out its hidden layer. Ten
# [neurons](../docs/glossary.md#term-neuron) are left, one for each digit, and
# [softmax](../docs/glossary.md#term-softmax). It is so small that you can follow all it does. It is
# called [softmax regression](../docs/glossary.md#term-softmax-regression).
#
# You will calculate with the pixels yourself. So each picture becomes a row of 784 numbers from 0
# to 1 right away.


# %%
def rows(pictures):
    return pictures.reshape(len(pictures), -1).astype("float32") / 255


mnist = data.load("mnist")
x, y = rows(mnist.x_train), mnist.y_train
x_val, y_val = rows(mnist.x_val), mnist.y_val
print(x.shape, x.dtype, "from", x.min(), "to", x.max())

# %%
network = keras.Sequential(
    [
        keras.Input((784,)),
        keras.layers.Dense(10, "softmax", kernel_initializer="zeros"),
    ]
)
network.compile(
    optimizer=keras.optimizers.SGD(0.2),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
epochs = settings.epochs(5)
network.fit(x, y, epochs=epochs, batch_size=128, verbose=2);

# %% [markdown]
# All weights begin at 0. A single layer may do so. In a hidden layer all neurons would then do the
# same for ever, so Keras starts those at random.
#
# Each neuron has 784 [weights](../docs/glossary.md#term-weight), one for each pixel: they make a
# picture, too.

# %%
ring = "a ring that speaks for 0, a middle that speaks against it"
predict(
    "02-weights",
    "What will the weights of the neuron for 0 look like?",
    ["like noise", "like the mean of all zeros", ring],
)

# %% tags=["hide-output"] mystnb={"image": {"alt": "Ten pictures of weights, purple above zero and orange below. That of the 0 has a strong orange middle with purple places around it; that of the 1 a purple stroke in the middle between orange sides; at the edges all weights are zero"}}
weights, biases = network.get_weights()
figure, axes = plt.subplots(2, 5, figsize=(8, 3.8), layout="constrained")
for digit, ax in enumerate(axes.flat):
    picture = weights[:, digit].reshape(28, 28)
    shown = ax.imshow(picture, cmap="PuOr", vmin=-0.5, vmax=0.5)
    ax.set_title(digit)
    ax.axis("off")
figure.colorbar(shown, ax=axes, label="weight")
figure.suptitle("The weights of the ten neurons");

# %%
reveal("02-weights", ring)

# %% [markdown]
# Lay such a picture over a digit, multiply pixel by pixel, add everything up, and add the
# [bias](../docs/glossary.md#term-bias): that is the neuron's score. A bright pixel on purple speaks
# for the digit, one on orange against it. White does not matter. Nobody drew these pictures. How did
# the network find them?
#
# ## How wrong is an answer?
#
# Let $p$ be the probability that the network gives to the true digit. The
# [loss](../docs/glossary.md#term-loss) of this picture is $-\log p$.
#
# - It is 0 if the network is sure and right: $p = 1$.
# - It is 0.69 for $p = 0.5$, and grows by 2.3 each time that $p$ shrinks to a tenth.
# - A network that is sure and wrong pays a lot: there is no largest loss.
#
# The mean over all pictures is called
# [cross-entropy](../docs/glossary.md#term-cross-entropy). Keras computes the same.

# %%
probabilities = network.predict(x_val, verbose=0)
p_true = probabilities[np.arange(len(y_val)), y_val]
losses = -np.log(p_true)
print(f"NumPy: {losses.mean():.5f}")
print(f"Keras: {network.evaluate(x_val, y_val, verbose=0)[0]:.5f}")

# %% [markdown]
# Now with real digits. Sort the validation pictures by their loss and take six: one from the middle
# of the list, then one after another closer to its end. The last is the worst of all.

# %%
places = np.array([0.5, 0.9, 0.95, 0.98, 0.995, 1]) * (len(losses) - 1)
chosen = losses.argsort()[places.astype(int)]
letters = "ABCDEF"

# %% mystnb={"image": {"alt": "The curve of minus log p: it falls steeply near p = 0, where the loss is above 10, and ends at 0 for p = 1. Six digits lie on it, from A near p = 1 to D, E and F near p = 0, where the curve is almost upright"}}
p = np.geomspace(1e-7, 1, 1000)
ax = plt.subplots(figsize=(6, 3.4), layout="constrained")[1]
ax.plot(p, -np.log(p))
ax.plot(p_true[chosen], losses[chosen], "o")
for letter, index in zip(letters, chosen):
    where = p_true[index] + 0.02, losses[index] + 0.2
    ax.annotate(letter, where)
ax.set_title("The loss of six validation digits")
ax.set(xlabel="p of the true digit", ylabel="loss: -log p")
ax.margins(y=0.1)
ax.grid(alpha=0.3)

# %% mystnb={"image": {"alt": "The six digits with label and loss: A is plain and has almost no loss; the loss grows from B to F, whose shape is far from the usual one"}}
titles = [
    f"{letter}: a {y_val[i]}\nloss {losses[i]:.2f}"
    for letter, i in zip(letters, chosen)
]
plotting.plot_images(mnist.x_val[chosen], titles);

# %% [markdown]
# The network misreads few digits. How much do they weigh?

# %%
ranges = ["less than 20 %", "20 to 50 %", "more than 50 %"]
predict(
    "02-share",
    "What part of the whole loss comes from the digits that are misread?",
    ranges,
)

# %% tags=["hide-output"]
wrong = probabilities.argmax(axis=1) != y_val
share = losses[wrong].sum() / losses.sum()
print(f"{wrong.mean():.1%} of the digits have {share:.1%} of the loss")

# %%
reveal("02-share", ranges[np.digitize(share, [0.2, 0.5])])

# %% [markdown]
# The loss looks where it hurts. That is one reason to train by the loss, and not by the
# [accuracy](../docs/glossary.md#term-accuracy). The other: change a weight by a hair, and hardly any
# answer changes, so the accuracy does not say which way is better. The loss of every picture changes
# a little, and that little is what we need.
#
# ## Downhill
#
# Forget Keras for a while. Softmax regression is two lines of NumPy.


# %%
def softmax(scores):
    # Without the largest score in it, exp could become too large for a float.
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def mean_loss(x, y, weights, biases):
    p = softmax(x @ weights + biases)
    return -np.log(p[np.arange(len(y)), y]).mean()


# %% [markdown]
# **Predict:** all weights and biases are 0. How large is the loss?

# %% tags=["nbval-check-output"]
zero_weights = np.zeros((784, 10), "float32")
zero_biases = np.zeros(10, "float32")
print(f"{mean_loss(x, y, zero_weights, zero_biases):.4f}")
print(f"{-np.log(1 / 10):.4f}")

# %% [markdown]
# Each digit gets $p = 1/10$, so the loss is $-\log 0.1 = 2.30$: the price of pure guessing. Remember
# this number. A network whose loss is above it knows less than nothing.
#
# Which way should a weight go? Make it a little larger, and see what the loss does. That is its
# **slope**: the change of the loss, divided by the change of the weight. Is the slope negative? Then
# the weight should grow. One slope for each weight: together they are the
# [gradient](../docs/glossary.md#term-gradient).
#
# There are 7,850 weights and biases, so trying them one by one takes long. Mathematics gives all
# slopes at once. Let $s_k$ be the ten scores and $t$ the true digit. Then
# $-\log p_t = \log \sum_k e^{s_k} - s_t$, and its slope for the score $s_k$ is $p_k$, minus 1 if $k$
# is the true digit. In words: **what the network says, minus what it should say**. And a weight acts
# on its score through a pixel, so its slope is the pixel times this error.


# %%
def gradient(x, y, weights, biases):
    p = softmax(x @ weights + biases)  # what the network says
    wanted = np.eye(10, dtype="float32")[y]  # the labels, one-hot
    error = (p - wanted) / len(y)
    return x.T @ error, error.sum(axis=0)


# %% [markdown]
# Is that right? Check it twice: by making one weight a little larger, and with TensorFlow, which
# knows neither our formula nor our function. A `GradientTape` writes down each operation, then goes
# back over all of them and asks how much each contributed:
# [backpropagation](../docs/glossary.md#term-backpropagation). That works through any number of layers.

# %%
few = slice(0, 300)
ours, _ = gradient(x[few], y[few], weights, biases)

pixel, digit, bit = 14 * 28 + 14, 0, 0.001
nudged = weights.astype(float)
nudged[pixel, digit] += bit
before = mean_loss(x[few], y[few], weights.astype(float), biases)
change = mean_loss(x[few], y[few], nudged, biases) - before
print(f"nudged:  {change / bit:.6f}")
print(f"formula: {ours[pixel, digit]:.6f}")

# %% tags=["nbval-check-output"]
loss_of = keras.losses.SparseCategoricalCrossentropy()
with tf.GradientTape() as tape:
    loss = loss_of(y[few], network(x[few]))
theirs = tape.gradient(loss, network.trainable_variables)[0].numpy()
print("all 7,840 slopes agree:", np.allclose(ours, theirs, atol=1e-6))

# %% [markdown]
# A step of [gradient descent](../docs/glossary.md#term-gradient-descent) changes each weight by its
# slope times a small number, the [learning rate](../docs/glossary.md#term-learning-rate), downhill.
# Begin at 0 again and take twenty steps. Each looks at all 54,000 pictures.

# %%
weights, biases = zero_weights.copy(), zero_biases.copy()
for step in range(20):
    for_weights, for_biases = gradient(x, y, weights, biases)
    weights -= 0.2 * for_weights
    biases -= 0.2 * for_biases
    if step in (0, 4, 9, 19):
        loss = mean_loss(x, y, weights, biases)
        print(f"after step {step + 1:2}: loss {loss:.3f}")

# %% [markdown]
# It learns. That is all there is to it: no rule about digits, only steps downhill.
#
# ## Batches
#
# Twenty steps went over all pictures twenty times: twenty [epochs](../docs/glossary.md#term-epoch).
# Keras went over them five times above, and was further down after the first. It took a step after
# each **batch** of 128 pictures, 422 steps an epoch. The gradient of a
# [batch](../docs/glossary.md#term-batch) is not the true one, but an estimate of it. How good is it?

# %%
predict(
    "02-noise",
    "A batch of 512 costs 16 times as much work as one of 32. "
    "How much smaller is the error of its gradient?",
    ["hardly smaller", "about 4 times", "about 16 times"],
)

# %%
whole, _ = gradient(x, y, weights, biases)
random, sizes, errors = np.random.default_rng(0), [8, 32, 128, 512, 2048], {}
for size in sizes:
    draws = [random.choice(len(x), size) for _ in range(20)]
    slopes = [gradient(x[d], y[d], weights, biases)[0] for d in draws]
    length = np.linalg.norm(whole)
    errors[size] = [np.linalg.norm(s - whole) / length for s in slopes]

# %% tags=["hide-output"] mystnb={"image": {"alt": "Error of a batch's gradient against the size of the batch, both axes logarithmic: twenty dots for each of five sizes fall along a straight line, from six times the gradient itself for 8 pictures to less than half of it for 2,048"}}
ax = plt.subplots(figsize=(6, 3.4), layout="constrained")[1]
for size in sizes:
    ax.loglog([size] * 20, errors[size], "C0.", alpha=0.5)
guide = np.mean(errors[8]) * np.sqrt(8 / np.array(sizes))
ax.loglog(sizes, guide, "C1--", label="proportional to 1 / √size")
ax.set_xticks(sizes, sizes)
ax.set(xlabel="pictures in the batch", ylabel="error / gradient")
ax.set_title("How far a batch's gradient is from the true one")
ax.legend();

# %%
reveal("02-noise", "about 4 times")

# %% [markdown]
# The error shrinks with the **square root** of the size. Sixteen times the work makes the gradient
# only four times as good. At 128 pictures the error is still larger than the gradient itself! It works
# all the same: the error points another way each time and cancels over many steps, the gradient
# does not. Many rough steps beat few exact ones. This is called **stochastic** gradient descent,
# **SGD**. (Tiny batches do not pay either, as each step has a cost of its own, however few its
# pictures.)
#
# `fit` shuffles the pictures anew in each epoch, so that the batches, and their errors, are new too.
#
# ## The learning rate
#
# How long should a step be? Try three learning rates, each a hundred times the last, with lesson 1's
# network: this time with its hidden layer, and from three random starts
# ([seeds](../docs/glossary.md#term-seed)) each.


# %%
def dense_network(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


# %%
def fit(network, x, y, rate=0.1):
    network.compile(
        optimizer=keras.optimizers.SGD(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    epochs = settings.epochs(5)
    return network.fit(x, y, epochs=epochs, batch_size=64, verbose=0).history


# %%
predict(
    "02-rate",
    "With the rate 0.1 this network learns well. What happens with 10?",
    [
        "it learns faster",
        "it learns, but stays a little worse",
        "it does not learn at all",
    ],
)

# %%
small = mnist.subset(10000)
x_small, y_small = rows(small.x_train), small.y_train
seeds = range(settings.repeats(3))
curves = {
    rate: [fit(dense_network(seed), x_small, y_small, rate) for seed in seeds]
    for rate in [0.001, 0.1, 10.0]
}

# %% tags=["hide-output"] mystnb={"image": {"alt": "Training loss over five epochs, logarithmic, for three learning rates and three seeds each: with 0.001 it falls slowly and stays high, with 0.1 it falls quickly, with 10 it begins far above the others and then stays just above the dotted line of guessing"}}
ax = plt.subplots(figsize=(6, 3.6), layout="constrained")[1]
for colour, (rate, runs) in zip(["C0", "C2", "C3"], curves.items()):
    for run in runs:
        number = range(1, len(run["loss"]) + 1)
        ax.semilogy(number, run["loss"], colour, marker=".")
    ax.plot([], [], colour, label=f"rate {rate:g}")
ax.axhline(np.log(10), color="gray", ls=":", label="guessing")
ax.set(xlabel="epoch", ylabel="training loss", xticks=number)
ax.set_title("Three learning rates, three seeds each")
ax.legend();

# %%
reveal("02-rate", "it does not learn at all")

# %% [markdown]
# - **Too small** (0.001): the loss falls, but so slowly that five epochs are not nearly enough.
# - **Right** (0.1): it falls quickly, and keeps falling.
# - **Too large** (10): the first steps leap so far that the loss becomes many times that of guessing.
#   Later it stays just above guessing, and never recovers: the training has **diverged**.
#
# A curve that only creeps, or jumps up, tells you which way to change the rate. Try factors of 3 or 10.
#
# ## See the way down
#
# With two weights, you can look at it from above. One neuron is to tell 3 from 8. It does not get the
# pixels, only two numbers: how bright the left half of the picture is, and how bright the right half.
# (A 3 is open on the left.) The loss is $-\log p$ again, and the slope is again the input times
# what the neuron says minus what it should say.

# %%
pair = np.isin(mnist.y_train, [3, 8])
halves = mnist.x_train[pair].reshape(-1, 28, 2, 14).mean(axis=(1, 3))
halves = (halves - halves.mean(axis=0)) / halves.std(axis=0)
is_eight = mnist.y_train[pair] == 8
sign = np.where(is_eight, 1, -1)


def loss_at(w):
    p_true = 1 / (1 + np.exp(-sign * (halves @ w)))
    return -np.log(p_true).mean()


# %%
def descend(rate, momentum=0.0, steps=30):
    path, step = [np.array([-2.0, -1.0])], 0.0
    for _ in range(steps):
        p = 1 / (1 + np.exp(-halves @ path[-1]))  # that it is an 8
        slope = halves.T @ (p - is_eight) / len(halves)
        step = momentum * step - rate * slope
        path.append(path[-1] + step)
    return np.array(path)


# %% [markdown]
# **Predict:** below, the darker a place, the larger its loss. A step goes where it gets brighter
# fastest. Which of the four paths will end lowest, and which will overshoot?

# %% tags=["hide-output"] mystnb={"image": {"alt": "Four paths of thirty steps over a long, narrow valley of losses. Rate 0.1 creeps down the slope and stops far from the floor; rate 3 reaches the floor and follows it to the lowest loss of the four; rate 12 leaps from side to side and does not settle; rate 0.1 with momentum 0.9 runs down in a curve and comes close to the second"}}
paths = {
    "rate 0.1": descend(0.1),
    "rate 3": descend(3),
    "rate 12": descend(12),
    "0.1, momentum 0.9": descend(0.1, momentum=0.9),
}
plotting.plot_descent(loss_at, paths, limits=(-6, 6));

# %% [markdown]
# The ring is the start, the square the end. The valley is narrow and long. Where it is steep, a large
# rate leaps across it; along its floor, a small rate hardly moves. That is the trouble with every
# learning rate: the steepest direction says how large it may be, the flattest how long it takes. (A
# single neuron only leaps from side to side. With a hidden layer the leaps can grow, as you saw above.)
#
# [Momentum](../docs/glossary.md#term-momentum) helps: each step keeps a part of the last one, so
# steps in the same direction add up, and steps back and forth cancel. `SGD(0.1, momentum=0.9)` is all
# that Keras needs. Lesson 1's Adam goes further, with a step size of its own for each weight.
#
# ## Write the loop yourself
#
# You know all parts now. Here they are together.


# %%
def train_by_hand(network, x, y, rate, epochs, batch_size):
    loss_of = keras.losses.SparseCategoricalCrossentropy()
    for _ in range(epochs):
        for start in range(0, len(x), batch_size):
            batch = slice(start, start + batch_size)
            with tf.GradientTape() as tape:
                loss = loss_of(y[batch], network(x[batch]))
            slopes = tape.gradient(loss, network.trainable_variables)
            for weight, slope in zip(network.trainable_variables, slopes):
                weight.assign_sub(rate * slope)


# %%
close = "in all digits, or all but the last ones"
predict(
    "02-loop",
    "Two networks with the same random start see the same batches in the same "
    "order. One has `fit`, one our loop. How far do their weights agree?",
    [close, "in two or three digits", "not at all: training is random"],
)

# %% tags=["hide-output"]
theirs, ours = dense_network(seed=0), dense_network(seed=0)
theirs.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
x_few, y_few, epochs = x[:512], y[:512], settings.epochs(2)
theirs.fit(
    x_few, y_few, epochs=epochs, batch_size=64, shuffle=False, verbose=0
)
train_by_hand(ours, x_few, y_few, rate=0.1, epochs=epochs, batch_size=64)
for a, b in zip(theirs.get_weights(), ours.get_weights()):
    print(f"{str(a.shape):10} largest difference {abs(a - b).max():.1e}")

# %%
same = all(map(np.allclose, theirs.get_weights(), ours.get_weights()))
reveal("02-loop", close if same else "in two or three digits")

# %% [markdown]
# The random parts of training are the start, the order of the pictures, and later dropout and
# augmentation. With these fixed nothing is left to chance. (A graphics card, or another number of
# processors, may add up in another order: then the last digits differ.)
#
# `fit` adds what a long training needs: metrics, validation, callbacks, a bar, and speed. But it does
# nothing that you could not write.
#
# ## What a dense network cannot see
#
# Shuffle the 784 pixels of a picture. Shuffle those of every other picture in **the same** way.

# %% mystnb={"image": {"alt": "Above five digits, below the same five with their pixels shuffled: scattered bright dots in which no digit can be recognised"}}
order = np.random.default_rng(0).permutation(784)
five = mnist.x_train[:5, :, :, 0]
shuffled = five.reshape(5, 784)[:, order].reshape(5, 28, 28)
both = np.concatenate([five, shuffled])
plotting.plot_images(both, [*mnist.y_train[:5]] * 2, columns=5);

# %%
changes = ["it falls by more than 1 point", "it hardly changes", "it rises"]
predict(
    "02-shuffled",
    "The network learns from shuffled pictures, and reads shuffled ones. "
    "What happens to its accuracy?",
    changes,
)

# %% tags=["hide-output"]
gains = []
for seed in seeds:
    plain, mixed = dense_network(seed), dense_network(seed)
    fit(plain, x_small, y_small)
    fit(mixed, x_small[:, order], y_small)
    a = plain.evaluate(x_val, y_val, verbose=0)[1]
    b = mixed.evaluate(x_val[:, order], y_val, verbose=0)[1]
    gains.append(100 * (b - a))
    print(f"seed {seed}: plain {a:.2%}, shuffled {b:.2%}")
print("shuffled minus plain, mean:", f"{np.mean(gains):+.2f} points")

# %%
reveal("02-shuffled", changes[np.digitize(np.mean(gains), [-1, 1])])

# %% [markdown]
# To you the digits are gone. The dense network does not care. You can even prove it: shuffle the rows
# of its first layer's weights in the same way, and it gives the same answers to the shuffled pictures.

# %% tags=["nbval-check-output"]
first_layer, *others = plain.get_weights()
twin = dense_network(seed=0)
twin.set_weights([first_layer[order], *others])
answers = plain.predict(x_val, verbose=0)
answers_of_twin = twin.predict(x_val[:, order], verbose=0)
print("the same answers:", np.allclose(answers, answers_of_twin, atol=1e-5))

# %% [markdown]
# So the network does not know which pixels are neighbours. It has to learn about strokes, loops and
# edges without ever knowing that there is a left and a right. That is a waste: in pictures, neighbours
# belong together. Lesson 3 begins with neighbours.
#
# ## Recap
#
# - The loss of a picture is $-\log p$ of its true class: guessing among ten costs 2.30.
# - The gradient holds a slope for each weight. For softmax regression it is the input times what the
#   network says minus what it should say.
# - Learning is stepping downhill, batch by batch. A batch's gradient is rough, cheap and good enough.
# - Too small a learning rate creeps, too large a one diverges: look at the curve of the loss.
# - A training loop is ten lines. `fit` does the same.
# - A dense network does not know which pixels are neighbours.

# %%
quiz("02")

# %% [markdown]
# Practise: [the exercises of this lesson](exercises/02_how_networks_learn.ipynb)
#
# Words: [the glossary](../docs/glossary.md)
#
# Before: [Read digits with a dense network](01_dense_network.ipynb)
#
# Next: [Compute a convolution by hand](03_convolution_by_hand.ipynb)
