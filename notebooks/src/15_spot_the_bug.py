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
# # 15. Spot the bug
#
# **You will learn**
#
# - to find twelve mistakes that nearly everybody makes once
# - what each of them does to the numbers, measured
# - how to mend them, and by which sign to notice them in your own work
#
# **You need** lessons 1 to 7.
#
# **Time** 45 minutes of reading and guessing; the code takes about 5 minutes full-size on two cores and
# less than a minute in reduced mode.
#
# None of these programs stops with an error. Each of them prints a number, and somebody believes it.
# Read the story and the code, look at the output, and find out what is wrong **before** you open the
# answer.

# %%
import dataclasses
import tempfile

import numpy as np

from cnncourse import data, models, plotting, settings, training
from cnncourse.augmentation import RandomAffine

import keras

settings.start()

# %% [markdown]
# Small networks and few pictures are enough to show all of it. `conv_net` and `quick` below are used
# again and again, and there is nothing wrong with them.

# %%
mnist = data.load("mnist")
small, few = mnist.subset(5000), mnist.subset(500)
shape = mnist.picture_shape
quick = dict(epochs=5, batch_size=64, learning_rate=training.one_cycle(0.01))


def conv_net():
    return models.conv_net(shape, [16, "pool", 32, "pool"])


def accuracy(model, x, y):
    return (model.predict(x, batch_size=500, verbose=0).argmax(axis=1) == y).mean()


# %% [markdown]
# ## 1. The best of twelve
#
# Ana has 500 pictures to train on, and 100 others to test on. She trains the same small network
# with twelve seeds. She keeps the one that reads most of the test pictures, and reports how many it read.
# Then the network goes to work, on new pictures.
#
# With only 100 pictures much is luck. So let a thousand Anas do the same, each with 100 test pictures of
# her own, drawn from the many that we have. What do they report on average, and what is true?
#
# **Predict:** do the networks do better at work than reported, worse, or about the same?

# %%
runs = training.train_many(
    {"dense": lambda: models.dense_net(shape, [32])}, few, repeats=12, **quick
)["dense"]
right = np.array([training.evaluate(run.model, mnist).correct for run in runs])  # (12, pictures)


# %%
def thousand_reports(choose_by):
    rng, rows = np.random.default_rng(0), []
    for _ in range(1000):
        order = rng.permutation(right.shape[1])
        part = {"test": order[:100], "validation": order[100:200], "new": order[200:]}
        best = right[:, part[choose_by]].mean(axis=1).argmax()
        rows.append([right[best, part["test"]].mean(), right[best, part["new"]].mean()])
    reported, at_work = np.mean(rows, axis=0)
    print(f"reported {reported:.1%}, at work {at_work:.1%} on average")


thousand_reports(choose_by="test")

# %% [markdown]
# **What is wrong?** Is it only bad luck?
#
# <details><summary>Answer</summary>
#
# **She chose by the test pictures.** Some of the twelve suit just these hundred a little better, by luck.
# She picks the luckiest, and its luck is in her number. New pictures know nothing of it.
#
# The mend: choose by 100 validation pictures, then measure the chosen one on the test pictures, once.
#
# </details>

# %%
thousand_reports(choose_by="validation")

# %% [markdown]
# Bad luck would not hit a thousand Anas: chosen by the test pictures, the report is too good on average.
# Chosen by validation pictures, it is about right. **Notice it:** count how often you have looked at
# the test set. More than once is too often.
#
# ## 2. A flying start
#
# Ben wants to know whether dropout helps. He builds two networks which differ in one layer, trains the
# first and then the second.

# %%
body = [
    keras.layers.Rescaling(1 / 255),
    keras.layers.Conv2D(16, 3, activation="relu"),
    keras.layers.MaxPooling2D(4),
    keras.layers.Flatten(),
]
answer = keras.layers.Dense(10, activation="softmax")
plain = keras.Sequential([keras.Input(shape), *body, answer])
dropped = keras.Sequential([keras.Input(shape), *body, keras.layers.Dropout(0.3), answer])

# %%
ben = {"plain": training.train(plain, small, **quick)}
ben["with dropout"] = training.train(dropped, small, **quick)

# %% mystnb={"image": {"alt": "Learning curves of two networks: the one with dropout begins in its first epoch not far below where the plain one ended"}}
plotting.plot_history(ben);

# %% [markdown]
# "With dropout it learns far faster", Ben says.
#
# **What is wrong?** Look at the first epoch of the second network.
#
# <details><summary>Answer</summary>
#
# **The two networks share their layers.** A layer object holds its weights. Both lists contain the very
# same objects, so the second network begins with everything the first one has learned. And training it
# changes the first one, too.
#
# The mend: a function that builds everything afresh.
#
# </details>

# %% tags=["nbval-check-output"]
print("the same convolution:", plain.layers[1] is dropped.layers[1])
print("the same weights at the end:", np.array_equal(plain.get_weights()[0], dropped.get_weights()[0]))


# %%
def build(*extra):
    return keras.Sequential(
        [
            keras.Input(shape),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(16, 3, activation="relu"),
            keras.layers.MaxPooling2D(4),
            keras.layers.Flatten(),
            *extra,
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


# %%
mended = build(keras.layers.Dropout(0.3))
print(f"before any training: {accuracy(mended, mnist.x_val, mnist.y_val):.1%} right")
ben["with dropout, built afresh"] = training.train(mended, small, **quick)

# %% mystnb={"image": {"alt": "The same learning curves with a third one: built afresh, the network with dropout starts as low as the plain one"}}
plotting.plot_history(ben, metrics=["accuracy"]);

# %% [markdown]
# Built afresh, the network with dropout starts as low as the plain one. **Notice it:** a network of ten
# classes that was never trained is right about one time in ten. Measure that before you train.
#
# ## 3. Five hundred are enough
#
# Clara wants to know how many pictures she needs. She trains with 5,000 and then with 500, keeps the best
# epoch of each training in a file, and loads it.


# %%
def best_epoch(count, keep_best):
    part, network = mnist.subset(count), conv_net()
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(
        part.x_train,
        part.y_train,
        validation_data=(part.x_val, part.y_val),
        epochs=settings.epochs(5),
        callbacks=[keep_best],
        verbose=0,
    )
    best = keras.models.load_model(keep_best.filepath)
    print(f"{count:5,} pictures: {accuracy(best, mnist.x_val, mnist.y_val):.2%}")


# %%
folder = tempfile.TemporaryDirectory()  # it vanishes with the kernel
keep_best = keras.callbacks.ModelCheckpoint(
    folder.name + "/best.keras", monitor="val_accuracy", save_best_only=True
)
for count in [5000, 500]:
    best_epoch(count, keep_best)

# %% [markdown]
# "500 pictures do just as well", Clara reports.
#
# **What is wrong?** Compare the two numbers digit by digit.
#
# <details><summary>Answer</summary>
#
# **She used one callback object for two trainings.** It remembers the best accuracy of the first training.
# No epoch of the second one is better, so nothing is saved. The file still holds the first network.
#
# The mend: make the callback afresh for each training, and give each a file of its own.
#
# </details>

# %%
for count in [5000, 500]:
    fresh = keras.callbacks.ModelCheckpoint(
        folder.name + f"/best-{count}.keras", monitor="val_accuracy", save_best_only=True
    )
    best_epoch(count, fresh)

# %% [markdown]
# Now the 500 pictures show what they are worth. Which other callbacks remember? It depends on the version
# of Keras, so ask the one that you have. `on_train_begin` is what `fit` calls first.

# %% tags=["nbval-check-output"]
watch = dict(monitor="val_accuracy")
callbacks = [
    keras.callbacks.EarlyStopping(**watch),
    keras.callbacks.ReduceLROnPlateau(**watch),
    keras.callbacks.ModelCheckpoint(folder.name + "/any.keras", save_best_only=True, **watch),
]
network = conv_net()
network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
held = few.x_val[:100], few.y_val[:100]
network.fit(*held, validation_data=held, epochs=settings.epochs(1), callbacks=callbacks, verbose=0)
for callback in callbacks:
    callback.on_train_begin()
    print(type(callback).__name__, "forgets" if callback.best is None else "remembers")

# %% [markdown]
# In this version one of the three remembers. Other versions differ. That is why `training.train` takes
# functions that make callbacks, and refuses the callbacks themselves. **Notice it:** two results that agree
# to the last digit are, most likely, one result.
#
# ## 4. Deep, and no better than shallow
#
# David stacks three convolutions. For comparison he trains a network without any hidden layer: every
# pixel is connected to the ten answers, and that is all.
#
# **Predict:** how many points will the convolutions win by?

# %%
deep = keras.Sequential(
    [
        keras.Input(shape),
        keras.layers.Rescaling(1 / 255),
        *[keras.layers.Conv2D(8, 3) for _ in range(3)],
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    ]
)

# %%
rivals = {"three convolutions": deep, "no hidden layer": models.dense_net(shape, [])}
for name, network in rivals.items():
    print(f"{name}, {network.count_params():,} weights")
    training.train(network, small, **quick)

# %% [markdown]
# **What is wrong?** Why do three layers bring nothing?
#
# <details><summary>Answer</summary>
#
# **The convolutions have no activation.** `Conv2D` has none unless you ask for one. Each layer then only
# multiplies and adds. Three such steps in a row are still one multiplication and addition, and the dense
# layer alone can do that. (Max pooling in between would hide it a little, as it is not linear.)
#
# The mend: `keras.layers.Conv2D(8, 3, activation="relu")`. The course's `conv_net` does that by itself.
#
# </details>

# %%
for layer in deep.layers:
    if hasattr(layer, "activation"):
        print(f"{layer.name:12} activation: {layer.activation.__name__}")
mended = models.conv_net(shape, [8, 8, 8])
print(f"mended, {mended.count_params():,} weights")
training.train(mended, small, **quick);

# %% [markdown]
# A `linear` activation is none. With ReLU, the same layers and the same number of weights leave the network
# without hidden layers far behind. **Notice it:** print the activations as above. `model.summary()` does not
# show them.
#
# ## 5. A loss that gets stuck
#
# Eva writes a network, compiles it and trains. The loss falls for a moment and then stands still.


# %%
def dense(*last):
    keras.utils.set_random_seed(0)
    first = [keras.Input(shape), keras.layers.Rescaling(1 / 255), keras.layers.Flatten()]
    hidden = keras.layers.Dense(64, activation="relu")
    return keras.Sequential([*first, hidden, keras.layers.Dense(10), *last])


def fit(network, loss):
    network.compile("adam", loss, metrics=["accuracy"])
    held = small.x_val, small.y_val
    epochs = settings.epochs(4)
    network.fit(small.x_train, small.y_train, validation_data=held, epochs=epochs, verbose=2)


# %%
fit(dense(), "sparse_categorical_crossentropy")

# %% [markdown]
# **What is wrong?** Which numbers does the last layer put out, and which does the loss expect?
#
# <details><summary>Answer</summary>
#
# **The loss wants probabilities and gets raw sums.** The last layer has no softmax. Its sums, called
# **logits**, may be negative or far above 1. The loss takes them for probabilities, cuts off what is not
# between 0 and 1, and there the slope is 0: soon hardly anything is learned any more.
#
# The mend: add a softmax, **or** tell the loss that logits are coming. Doing both is a mistake as well;
# this version of Keras notices it and warns.
#
# </details>

# %%
print("softmax in the network")
fit(dense(keras.layers.Softmax()), "sparse_categorical_crossentropy")
print("softmax in the loss")
fit(dense(), keras.losses.SparseCategoricalCrossentropy(from_logits=True))

# %% [markdown]
# Mended in either way, the loss keeps falling, and both ways give the same numbers. **Notice it:** whoever
# gives each of ten classes the same chance has a loss of ln 10, about 2.3. A loss that stands still near
# there is a network that guesses.
#
# ## 6. It worked with the other optimizer
#
# Finn exchanges the optimizer: plain gradient descent, `"sgd"`, as in the textbook.

# %%
keras.utils.set_random_seed(0)
network = keras.Sequential(
    [
        keras.Input(shape),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
run = training.train(network, small, epochs=5, batch_size=64, optimizer="sgd")
print("loss of each epoch:", np.round(run.history["loss"], 2))

# %% [markdown]
# "Gradient descent does not work", Finn reports.
#
# **What is wrong?** The loss of the first epoch is a hint.
#
# <details><summary>Answer</summary>
#
# **The pixels are not scaled.** They go from 0 to 255, and a layer `Rescaling(1 / 255)` is missing. The
# first sums are in the hundreds, so are the slopes, and the first steps throw the weights far away. Many
# neurons then probably never answer again. Adam adapts the size of its steps, and so hides the mistake in
# part.
#
# The mend: one line.
#
# </details>


# %%
def scaled(factor):
    keras.utils.set_random_seed(0)
    hidden = keras.layers.Dense(64, activation="relu")
    last = keras.layers.Dense(10, activation="softmax")
    first = [keras.Input(shape), keras.layers.Rescaling(factor), keras.layers.Flatten()]
    return keras.Sequential([*first, hidden, last])


for optimizer, factor in [("sgd", 1 / 255), ("adam", 1 / 255), ("adam", 1)]:
    print(f"{optimizer}, pixels times {factor:.4f}")
    training.train(scaled(factor), small, epochs=5, batch_size=64, optimizer=optimizer)

# %% [markdown]
# Scaled pixels are better with either optimizer, and with gradient descent they decide everything.
# **Notice it:** the loss of a network that knows nothing should be near 2.3. If it starts in the hundreds,
# print `x.min()` and `x.max()` of what the first dense or convolutional layer is fed.
#
# ## 7. Nothing to learn
#
# Grace shuffles the training pictures herself, to be on the safe side.

# %%
rng = np.random.default_rng(0)
x, y = rng.permutation(small.x_train), rng.permutation(small.y_train)
shuffled = dataclasses.replace(small, x_train=x, y_train=y)
training.train(conv_net(), shuffled, **quick);

# %% [markdown]
# **What is wrong?** The network is hardly better than guessing, even on its training pictures. Think of a
# figure that would show why.
#
# <details><summary>Answer</summary>
#
# **The labels were shuffled apart from the pictures.** Two calls make two different orders, so a picture
# stands beside the label of another one. There is nothing to learn, except by heart.
#
# The mend: draw one order and use it for both.
#
# </details>

# %% mystnb={"image": {"alt": "Ten digits of the shuffled training set with their labels: most labels are wrong"}}
plotting.plot_images(shuffled.x_train[:10], shuffled.y_train[:10], columns=10);

# %%
order = rng.permutation(len(small.x_train))
together = dataclasses.replace(small, x_train=small.x_train[order], y_train=small.y_train[order])
training.train(conv_net(), together, **quick);

# %% mystnb={"image": {"alt": "Ten digits of the training set shuffled as one: each label names its digit"}}
plotting.plot_images(together.x_train[:10], together.y_train[:10], columns=10);

# %% [markdown]
# In the upper figure hardly a label fits, in the lower one all do, and the same network learns to read.
# **Notice it:** look at ten pictures with their labels right before `fit`, after everything that you did
# to them.
#
# ## 8. The better of two
#
# Hugo wants to read digits like those of MNIST. He compares a network trained on plain pictures with one
# trained on strongly augmented ones, like these. He chooses by validation pictures, as he should.

# %% mystnb={"image": {"alt": "Three digits, each with nine strongly turned and shifted variants; some touch or cross the edge"}}
strong = RandomAffine(rotation=60, shift=0.25, seed=0)
plotting.plot_augmentations(strong, mnist.x_train[:3], variants=9);

# %%
varied = np.asarray(strong(mnist.x_val, training=True)).astype("uint8")
hugos = dataclasses.replace(small, x_val=varied)
trained = {}
for name, augment in {"plain": None, "augmented": strong}.items():
    print(f"{name} training pictures")
    trained[name] = training.train(conv_net(), hugos, augment=augment, **quick)

# %% [markdown]
# "Augmentation wins by far", says Hugo, and hands in the second network.
#
# **What is wrong?** Which pictures will the network meet when it is used?
#
# <details><summary>Answer</summary>
#
# **He augmented the validation pictures, too.** His numbers say how well each network reads turned and
# shifted digits. Nobody will send him such ones.
#
# The mend: `small` in place of `hugos`. `train` augments the training pictures by itself, and only these.
# Nothing was learned from the validation pictures, so it is enough to measure both networks again.
#
# </details>

# %%
for name, run in trained.items():
    right = accuracy(run.model, small.x_val, small.y_val)
    print(f"{name} training pictures: {right:.2%} of the real validation pictures")

# %% [markdown]
# On the real pictures the order is the other way round: Hugo would have handed in the worse network.
# **Notice it:** draw validation pictures as well, not only training pictures. They must look like those
# that you will meet.
#
# ## 9. A recipe for animals
#
# Ines augments too, and only the training pictures. The settings are from a program for photographs of
# animals.

# %%
longer = {**quick, "epochs": 8}
ines = RandomAffine(rotation=10, shift=0.1, zoom=0.1, flip=True)
run = training.train(conv_net(), small, augment=ines, **longer)

# %%
def by_digit(model):
    answers = model.predict(mnist.x_val, batch_size=500, verbose=0).argmax(axis=1)
    return [(answers == mnist.y_val)[mnist.y_val == digit].mean() for digit in range(10)]


for digit, share in enumerate(by_digit(run.model)):
    print(f"{digit}: {share:.1%} right")

# %% [markdown]
# **What is wrong?** Which digits does she lose, and what do these have in common?
#
# <details><summary>Answer</summary>
#
# **The digits are mirrored.** `flip=True` mirrors half of the pictures, chosen at random. A mirrored cat
# is a cat, but a mirrored 2 looks much like a 5, and keeps the label 2. Digits that look much the same in
# the mirror, like 0 and 1, lose a point at most.
#
# The mend: `flip=False`, which is the default.
#
# </details>

# %% mystnb={"image": {"alt": "A 2 and a 5 with nine random variants each: some of them are mirrored, and a mirrored 2 looks like a 5"}}
shown = [np.flatnonzero(mnist.y_train == digit)[7] for digit in [2, 5]]
plotting.plot_augmentations(ines, mnist.x_train[shown], variants=9);

# %%
unflipped = RandomAffine(rotation=10, shift=0.1, zoom=0.1)
mended = training.train(conv_net(), small, augment=unflipped, **longer)
for digit, (flipped, plain) in enumerate(zip(by_digit(run.model), by_digit(mended.model))):
    print(f"{digit}: {flipped:.1%} mirrored, {plain:.1%} not mirrored")

# %% [markdown]
# Without mirroring, the lost digits come back. **Notice it:** draw the augmented pictures and cover the
# labels. What you cannot read yourself, the network should not be asked to learn.
#
# ## 10. A famous network disappoints
#
# Jonas takes a network that others have trained, VGG16 say. He divides the pixels by 255, as he always
# does. The real VGG16 is a large download, so a small stand-in plays its part here. Like VGG16 it was
# trained on pixels that went through `preprocess_input`.

# %%
from keras.applications.vgg16 import preprocess_input

colour, colour_val = (np.repeat(x, 3, axis=-1) for x in [small.x_train, mnist.x_val])
stand_in = keras.Sequential(
    [
        keras.Input((28, 28, 3)),
        keras.layers.Conv2D(16, 3, activation="relu"),
        keras.layers.MaxPooling2D(4),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
stand_in.compile("adam", "sparse_categorical_crossentropy")
stand_in.fit(preprocess_input(colour), small.y_train, epochs=settings.epochs(5), verbose=0);

# %%
print(f"Jonas: {accuracy(stand_in, colour_val / 255, mnist.y_val):.1%} right")

# %% [markdown]
# **What is wrong?** Which range of numbers does the network know?
#
# <details><summary>Answer</summary>
#
# **A network trained by others wants their pixels.** `preprocess_input` of VGG16 takes 0 to 255, subtracts
# the mean colour of ImageNet and swaps red and blue. To such a network black is below -100 and white above
# 130. Pixels from 0 to 1 are grey to it, with hardly any contrast. Doing both, dividing **and**
# preprocessing, makes everything black.
#
# The mend: hand `preprocess_input` the raw pixels, and nothing else.
#
# </details>

# %%
for name, pixels in {
    "divided": colour_val / 255,
    "divided and preprocessed": preprocess_input(colour_val / 255),
    "preprocessed": preprocess_input(colour_val),
}.items():
    right = accuracy(stand_in, pixels, mnist.y_val)
    print(f"{name:25} from {pixels.min():7.2f} to {pixels.max():6.2f}: {right:.1%} right")

# %% [markdown]
# Only the last line is what the network was trained on. Jonas mends his program, converts the pixels to
# `float32`, and runs the cell twice, as one does in a notebook.
#
# **Predict:** what does the second run change?

# %% tags=["nbval-check-output"]
pixels = np.array([0, 255], "float32").repeat(3).reshape(1, 1, 2, 3)  # a black and a white pixel
for run in [1, 2]:
    preprocess_input(pixels)
    print(f"after run {run}: from {pixels.min():.1f} to {pixels.max():.1f}")

# %% [markdown]
# Nobody kept what the function returned, and yet the array has changed, and changed again. In this version
# `preprocess_input` works **in place** on a `float32` array. The mend: hand it a copy, or the raw `uint8`
# pixels, which it must copy by itself.

# %% tags=["nbval-check-output"]
for dtype in ["float32", "uint8"]:
    pixels = np.array([0, 255], dtype).repeat(3).reshape(1, 1, 2, 3)
    for run in [1, 2]:
        ready = preprocess_input(pixels.copy() if dtype == "float32" else pixels)
        print(f"{dtype}, run {run}: from {ready.min():.1f} to {ready.max():.1f}")

# %% [markdown]
# Now the second run gives what the first one gave. **Notice it:** print the range of what goes into the
# network, and compare it with the range that it was trained on.
#
# ## 11. A perfect score
#
# Kim gathers 2,500 digits from five web sites. She shuffles them, keeps a fifth for validation and trains.
# Then she tries her network on new pictures.

# %%
rng = np.random.default_rng(0)
sites = rng.permutation(np.tile(np.arange(len(few.x_train)), 5))
x, y = few.x_train[sites], few.y_train[sites]


def split(x, y):
    cut = len(x) // 5
    return dataclasses.replace(few, x_train=x[cut:], y_train=y[cut:], x_val=x[:cut], y_val=y[:cut])


kims = split(x, y)
run = training.train(models.dense_net(shape, [128]), kims, **{**quick, "epochs": 10})
print(f"new pictures: {accuracy(run.model, mnist.x_val, mnist.y_val):.1%} right")

# %% [markdown]
# **What is wrong?** Training and validation pictures were split with care. Or were they?
#
# <details><summary>Answer</summary>
#
# **The same pictures are on both sides.** The five sites show the same 500 pictures. Nearly every
# validation picture has a copy among the training pictures, and the network knows it by heart. The
# validation accuracy says how well it remembers, not how well it reads.
#
# The mend: drop the duplicates first, then split. Frames of one film, or several pictures of one person,
# are nearly duplicates: keep them together on one side.
#
# </details>


# %%
def shared(parts):
    known = {picture.tobytes() for picture in parts.x_train}
    return sum(picture.tobytes() in known for picture in parts.x_val)


_, first = np.unique(x.reshape(len(x), -1), axis=0, return_index=True)
first = rng.permutation(first)
honest = split(x[first], y[first])
for name, parts in {"Kim": kims, "mended": honest, "MNIST": mnist}.items():
    print(f"{name}: {shared(parts)} of {len(parts.x_val):,} validation pictures were trained on")

# %%
run = training.train(models.dense_net(shape, [128]), honest, **{**quick, "epochs": 10})
print(f"new pictures: {accuracy(run.model, mnist.x_val, mnist.y_val):.1%} right")

# %% [markdown]
# Now the validation accuracy comes close to the accuracy on new pictures. It is coarse, as few pictures are
# left for it. MNIST itself passes the check. **Notice it:** count the pictures that two sets have in common.
# It takes three lines.
#
# ## 12. One more ReLU
#
# Lea has an idea: if one ReLU is good, two in a row must be better. She trains each network once.


# %%
def one_relu():
    return models.dense_net(shape, [32])


def two_relus():
    relus = [keras.layers.ReLU(), keras.layers.ReLU()]
    first = [keras.Input(shape), keras.layers.Rescaling(1 / 255), keras.layers.Flatten()]
    dense = keras.layers.Dense(32)
    return keras.Sequential([*first, dense, *relus, keras.layers.Dense(10, activation="softmax")])


# %%
one = training.train_many({"one ReLU": one_relu}, few, seed=2, **quick)
two = training.train_many({"two ReLUs": two_relus}, few, seed=0, **quick)
for name, (run,) in {**one, **two}.items():
    print(f"{name}: {run.history['val_accuracy'][-1]:.2%}")

# %% [markdown]
# **What is wrong?** What does the second ReLU do to the output of the first?
#
# <details><summary>Answer</summary>
#
# **She compared single runs.** The second ReLU does nothing: what comes out of the first one is not
# negative any more. The two networks are the same, and the difference is luck of the seed. (We chose two
# seeds that make the idea look good. Whoever tries long enough will find such seeds, even without wanting
# to.)
#
# The mend: several seeds for each, the same seeds for both, and intervals.
#
# </details>

# %%
trial = training.train_many({"one ReLU": one_relu, "two ReLUs": two_relus}, few, repeats=5, **quick)
for name, runs in trial.items():
    print(name, [f"{run.history['val_accuracy'][-1]:.2%}" for run in runs])

# %% mystnb={"image": {"alt": "Validation accuracies of one and two ReLUs, five seeds each: the two rows of dots are the same, and within a row they are spread out"}}
plotting.plot_comparison(trial);

# %% [markdown]
# Seed by seed, both networks give the same accuracy. Within a row nothing but the seed differs, and still
# the dots lie apart: so much is luck. **Notice it:** a difference between two single runs is no finding.
# Ask first how far the seed alone moves the number.
#
# ## Recap
#
# A number that surprises you, for better or worse, is a reason to look for a mistake. Go through this list
# before you believe it.
#
# 1. Was anything chosen by the test pictures?
# 2. Does the untrained network guess, or does it know something already?
# 3. Are model, optimizer and callbacks made afresh for each training? (`train` copies the optimizer that
#   you give it; Keras' own `compile` does not.)
# 4. Does each convolution and each hidden layer have an activation?
# 5. Does the loss get what it expects: probabilities or logits?
# 6. Which range do the pixels have when they enter the first layer?
# 7. Do labels and pictures still belong together right before `fit`?
# 8. Are validation and test pictures free of augmentation?
# 9. Is each label still true after augmentation?
# 10. Does a network trained by others get pixels prepared as theirs were, and prepared once?
# 11. Do two of the sets have pictures in common?
# 12. How far does the seed alone move the number?
