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
# # 12. Transfer learning
#
# **You will learn**
#
# - to use a network that has learned from a million photographs of ImageNet
# - to put a new head on it, and to stop the training at its best epoch
# - to fine-tune everything, and to avoid the two classic traps
# - to measure what such a start is worth when labels are few
#
# **You need** lessons 6 to 9.
#
# **Time** 45 minutes of reading and doing. The code takes about an hour full-size on two cores, and more
# on a busy machine; most of it goes into two cells that you can let run. It takes a minute or two in
# reduced mode. Nothing is downloaded: the weights came with the course.

# %%
from cnncourse import data, models, plotting, results, settings, training
from cnncourse.augmentation import RandomAffine
from cnncourse.messages import silent_progress
from cnncourse.widgets import predict, quiz, reveal

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_images
from sklearn.linear_model import LogisticRegression

settings.start()

# %% [markdown]
# First, two questions about earlier lessons.

# %%
quiz("12", "opening")

# %% [markdown]
# ## A network that has seen a million photographs
#
# The first convolutions of a network find edges, colours and textures, whatever the pictures show. Why
# learn that again for each new task, from few pictures? Take a network that has learned from many,
# cut off its last layer, put a new one in its place, and train on. This is **transfer learning**, and
# it is how most people use convolutional networks today.
#
# **EfficientNet-Lite0** was trained on **ImageNet**: 1.3 million photographs of 1,000 kinds. It is
# small, made for phones. Show it two photographs as they are; the model resizes them itself.

# %% mystnb={"image": {"alt": "Two photographs, a Chinese palace and an orange flower, each above a bar chart of the five most probable of ImageNet's classes"}}
imagenet = models.pretrained("EfficientNetLite0", size=224, classes=None)
names = models.imagenet_names()
photos = [photo[:, 106:533] for photo in load_sample_images().images]


def plot_top_five(photo, pixels, row):
    """Draw a photograph, and the five best answers to its pixels."""
    answer = imagenet.predict(pixels[None], verbose=0)[0]
    best = np.argsort(answer)[-5:]
    row[0].imshow(photo), row[0].axis("off")
    row[1].barh([names[number] for number in best], answer[best])
    row[1].set(xlim=(0, 1), xlabel="probability")


figure, rows = plt.subplots(2, 2, figsize=(8, 6), layout="constrained")
for photo, row in zip(photos, rows):
    plot_top_five(photo, photo, row)
figure.suptitle("ImageNet's five best guesses");

# %% [markdown]
# Would you have said more? The network has 1,000 words, and must spread its 100 % over them. Many of
# them fit a picture a little: five answers tell more than one, which is why ImageNet's scores are
# often given as **top-5 accuracy**.
#
# ## What it sees
#
# Lesson 5 looked into networks that had seen garments. Here are all 32 filters of the first
# convolution, 3 x 3 pixels in colour.

# %% mystnb={"image": {"alt": "32 tiles of 3 by 3 pixels in colour: some change from light to dark in one direction, some are stripes, some change from one colour to another"}}
base = imagenet.get_layer("base")
filters = np.moveaxis(base.get_layer("stem_conv").get_weights()[0], 3, 0)
low = filters.min((1, 2, 3), keepdims=True)
high = filters.max((1, 2, 3), keepdims=True)
tiles = (255 * (filters - low) / (high - low)).astype(np.uint8)
plotting.plot_images(tiles, columns=16)
plt.suptitle("The first layer's filters, each scaled to its own range");

# %% [markdown]
# Edges in several directions, stripes, and changes of colour. Nobody drew them; a million photographs
# did. Now the maps that come out, early, in the middle and late. A part of a Keras model is a
# model again: name its inputs and outputs.

# %% mystnb={"image": {"alt": "Feature maps of the palace in three rows: early ones show edges at high resolution, middle ones parts of the building, late ones a few bright squares"}}
layers = ["stem_relu", "block4_expand_relu", "top_relu"]
outputs = [base.get_layer(name).output for name in layers]
inside = keras.Model(base.input, outputs)
prepared = imagenet.get_layer("preprocess")(photos[0][None])
maps = inside(imagenet.get_layer("resizing")(prepared))
figure, grid = plt.subplots(3, 6, figsize=(9, 5), layout="constrained")
for name, found, row in zip(layers, maps, grid):
    strongest = np.argsort(np.max(found[0], axis=(0, 1)))[-6:]
    for number, ax in zip(strongest, row):
        ax.imshow(found[0, :, :, number], cmap="gray")
        ax.set(xticks=[], yticks=[], title=f"map {number}")
    row[0].set_ylabel(f"{name}\n{found.shape[1]} x {found.shape[2]}")
figure.suptitle("The six strongest maps of three layers");

# %% [markdown]
# From top to bottom the maps get coarser and rarer: the early ones follow every edge, a late one
# answers to something in a few places only. Those late maps, 1,280 of them, are what we will keep.
#
# ## Pixels of the wrong range
#
# This network was trained on pixels (x - 127) / 128. `models.pretrained` has that as its first layer, so
# it takes raw pixels from 0 to 255. Suppose that you divide them by 255 before, as many do by habit.

# %%
predict(
    "12-range",
    "The pixels are divided by 255 before. What will the network do?",
    ["raise an error", "answer as before",
     "answer confidently, but wrongly", "answer anything, unsure"],
)

# %% tags=["hide-output"] mystnb={"image": {"alt": "The same two photographs with the answers to their pixels divided by 255: five classes that have nothing to do with them"}}
figure, rows = plt.subplots(2, 2, figsize=(8, 6), layout="constrained")
for photo, row in zip(photos, rows):
    plot_top_five(photo, photo / 255, row)
figure.suptitle("The same, after a division by 255");

# %%
reveal("12-range", "answer anything, unsure")

# %% [markdown]
# No error, only a wrong answer: all pixels between 0 and 1 are nearly black, whatever the photograph
# shows. Each pretrained network wants the numbers that it was trained on. In `keras.applications` a
# function `preprocess_input` beside each network brings them there; for VGG16 it even swaps red and
# blue. `models.pretrained` makes it a part of the model, so that it cannot be forgotten, also by those
# who load your file.
#
# ## A new head on a frozen body
#
# CIFAR-10 has ten classes, so the **head**, ImageNet's last layer, goes. The **body** stays, and is
# **frozen** at first: its weights do not learn.

# %% tags=["nbval-check-output"]
cifar = data.load("cifar10", validation=2000)
size = 128 if settings.long() else 96


def new_net(classes=10):
    """Return a frozen body with ImageNet's weights and a new, random head."""
    return models.pretrained("EfficientNetLite0", size=size, classes=classes)


net = new_net()
body, head = models.split(net)
features = body.output_shape[1]
print(f"body: {body.count_params():9,} weights, {features} features")
print(f"head: {head.count_params():9,} weights")

# %% [markdown]
# A picture of 32 x 32 pixels is enlarged to 96 x 96, the body makes maps of it, and averages each to one
# number: 1,280 **features**. While the body is frozen they are the same in every epoch. So compute them
# once, and train on numbers instead of pictures. `training.features` also keeps them in a file.

# %%
x_train = training.features(body, cifar.x_train)
x_val = training.features(body, cifar.x_val)
y_train, y_val = cifar.y_train, cifar.y_val
x_train.shape

# %% [markdown]
# A head of one dense layer with softmax is nothing but **logistic regression**. scikit-learn finds its
# best weights without epochs or a learning rate, and they fit into the Keras layer.

# %%
predict(
    "12-frozen",
    "Validation accuracy of one linear layer on these features?",
    ["about 45 %", "about 65 %", "about 85 %", "about 95 %"],
)


# %%
def fit_head(net, features, labels, C=1.0):
    """Fit the last layer of a network by logistic regression."""
    regression = LogisticRegression(C=C, max_iter=500, tol=1e-3)
    found = regression.fit(features, labels)
    net.layers[-1].set_weights([found.coef_.T, found.intercept_])
    return found


# %% [markdown]
# `C` says how freely the weights may grow: a small one holds them back, as lesson 8's L2 did. Which one
# is best is for the validation pictures to say.

# %% tags=["hide-output"]
best = 0
for C in (0.001, 0.003, 0.01):
    found = fit_head(net, x_train, y_train, C)
    score = found.score(x_val, y_val)
    print(f"C={C}: validation accuracy {score:.1%}")
    if score > best:
        best, linear, with_head = score, found, net.get_weights()
net.set_weights(with_head)
answers = head.predict(x_val, verbose=0).argmax(axis=1)
print(f"the best one's weights in Keras: {np.mean(answers == y_val):.1%}")

# %%
reveal("12-frozen", "about 85 %")

# %% [markdown]
# Before you train anything else: what would the division by 255 have cost?

# %%
few, labels = cifar.x_val[:500], cifar.y_val[:500]
for what, pixels in {"raw": few, "divided by 255": few / 255}.items():
    answers = net.predict(pixels, verbose=0).argmax(axis=1)
    print(f"pixels {what:15} {np.mean(answers == labels):.1%} of 500 pictures")

# %% [markdown]
# ## Early stopping, seen
#
# More layers may do better, but they also learn the training pictures by heart. Here is a head with 256
# hidden neurons, in plain Keras. Let it train too long on purpose. **Early stopping** waits for
# `patience` epochs without a better validation loss, and then brings back the best epoch's weights.

# %%
def deep_head():
    """Return a head with a hidden layer."""
    model = keras.Sequential()
    model.add(keras.Input((1280,)))
    model.add(keras.layers.Dense(256, "relu"))
    model.add(keras.layers.Dense(10, "softmax"))
    loss = "sparse_categorical_crossentropy"
    adam = keras.optimizers.Adam(3e-4)
    model.compile(adam, loss, metrics=["accuracy"])
    return model


stop = keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True)
hidden = deep_head()
history = hidden.fit(
    x_train, y_train, batch_size=128, epochs=settings.epochs(40), verbose=0,
    validation_data=(x_val, y_val), callbacks=[stop],
).history

# %% mystnb={"image": {"alt": "Loss against epoch: the training loss falls throughout, the validation loss falls, reaches its lowest point, marked by a line, and rises again"}}
epochs = np.arange(1, len(history["loss"]) + 1)
best = np.argmin(history["val_loss"]) + 1
plt.plot(epochs, history["loss"], label="training")
plt.plot(epochs, history["val_loss"], label="validation")
plt.axvline(best, color="gray", linestyle=":", label=f"best epoch, {best}")
plt.xlabel("epoch"), plt.ylabel("loss"), plt.legend()
plt.title("A head that trains too long");

# %% [markdown]
# This is the U that people speak of: the training loss goes on falling, and the validation loss turns. The
# network was better some epochs ago. Is it again?

# %%
loss, accuracy = hidden.evaluate(x_val, y_val, verbose=0)
print(f"last epoch: validation loss {history['val_loss'][-1]:.3f}")
print(f"best epoch: validation loss {min(history['val_loss']):.3f}")
print(f"now:        validation loss {loss:.3f}, accuracy {accuracy:.1%}")

# %% [markdown]
# Yes, the best epoch's weights are back. `restore_best_weights=True` does that; without it the callback
# only stops.
#
# ## Fine-tuning, and its two traps
#
# Now the body may learn, too: **fine-tuning**. In Keras, `base.trainable = True` unfreezes it. Two things
# go wrong so often that you should see them once. We take 800 pictures, to be quick.

# %%
small = cifar.subset(settings.pictures(800))
adam, crossentropy = keras.optimizers.Adam, "sparse_categorical_crossentropy"


def accuracy_of(model):
    """Return the accuracy on the first 500 validation pictures."""
    return np.mean(model.predict(few, verbose=0).argmax(axis=1) == labels)


def largest_change(model, fit):
    """Return how far any weight of the body moves while fit() runs."""
    before = model.get_layer("base").get_weights()
    fit()
    after = model.get_layer("base").get_weights()
    return max(np.abs(a - b).max() for a, b in zip(after, before))


# %% [markdown]
# **Trap 1.** Train the head a little, unfreeze the body, train on.

# %%
model = new_net()
model.set_weights(with_head)
model.compile(adam(1e-4), crossentropy)


def fit():
    """Train for two steps."""
    model.fit(small.x_train[:64], small.y_train[:64], verbose=0)


fit()
models.unfreeze(model)
print(f"unfrozen:          weights move by {largest_change(model, fit):.6f}")
model.compile(adam(1e-4), crossentropy)
print(f"compiled again:    weights move by {largest_change(model, fit):.6f}")

# %% [markdown]
# Unfrozen, and yet nothing moved, without an error. Keras decides which weights learn when it builds the
# training step, and that was before. So **compile again after each change of `trainable`**.
#
# **Trap 2.** Batch normalisation holds a mean and a variance of each channel, taken from ImageNet. An
# unfrozen one measures them anew on your batches. To see only this, fine-tune with a learning rate of
# zero: nothing is learned.

# %%
predict(
    "12-statistics",
    "All unfrozen, a learning rate of 0, one epoch. What happens?",
    ["nothing at all", "accuracy rises a little", "accuracy falls by far"],
)

# %% tags=["hide-output"]
model.set_weights(with_head)
print(f"{'before':29} {accuracy_of(model):.1%}")
for what in ("all unfrozen", "batch normalisation frozen"):
    model.set_weights(with_head)
    models.unfreeze(model)
    if what == "all unfrozen":
        for layer in model.get_layer("base").layers:
            layer.trainable = True
    model.compile(adam(0.0), crossentropy)
    model.fit(small.x_train, small.y_train, batch_size=8, verbose=0)
    print(f"{what:29} {accuracy_of(model):.1%}")

# %%
reveal("12-statistics", "accuracy falls by far")

# %% [markdown]
# Not one weight was trained, and still the network forgot much of what it knew. Its convolutions expect
# channels as ImageNet's statistics scale them, and batches of eight small pictures have others.
# `models.unfreeze` therefore leaves batch normalisation frozen. Read how: it is a loop over the
# layers.

# %%
# models.unfreeze??

# %% [markdown]
# ## Fine-tune everything
#
# The head has learned already (a random one would send large, senseless gradients through the body), so
# take small steps: a rate that peaks at 0.0003, where lesson 4 went up to 0.003. First without
# augmentation.

# %%
recipe = dict(
    optimizer="adamw", batch_size=64, label_smoothing=0.1,
    learning_rate=training.one_cycle(3e-4),
)


def unfrozen_net():
    """Return the network with its fitted head, ready for fine-tuning."""
    model = new_net()
    model.set_weights(with_head)
    models.unfreeze(model)
    return model


tuned = training.train(
    unfrozen_net(), cifar, epochs=2, name="lesson 12 fine-tuned", **recipe
)

# %% [markdown]
# Does augmentation (lesson 7) help here, too? Shift and mirror the pictures, and begin again from the same
# head. There is always another picture, so train for twice as long.

# %%
augment = RandomAffine(shift=0.1, flip=True, fill_mode="reflect")
augmented = training.train(
    unfrozen_net(), cifar, epochs=6 if settings.long() else 4,
    augment=augment, name="lesson 12 augmented", **recipe
)

# %% mystnb={"image": {"alt": "Accuracy and loss on training and validation pictures by epoch, fine-tuned without and with augmentation"}}
plotting.plot_history({"fine-tuned": tuned, "and augmented": augmented});

# %% [markdown]
# Both runs also differ in length, so this figure does not say how much of the difference is due to the
# augmentation. An exercise makes the fair comparison.
#
# Lesson 9's average over views costs nothing but a second look: the picture and its mirror image. Written in
# Keras it takes three lines. Is it worth it? Ask the validation pictures.

# %%
pictures = keras.Input(cifar.picture_shape)
answers = [augmented.model(pictures), augmented.model(pictures[:, :, ::-1])]
two_views = keras.Model(pictures, keras.layers.Average()(answers))

for what, each in {"one view": augmented.model, "two views": two_views}.items():
    found = each.predict(cifar.x_val, verbose=0).argmax(axis=1)
    print(f"{what:9} {np.mean(found == y_val):.2%} of the validation pictures")

# %% [markdown]
# ## How many labels do you need?
#
# 50,000 labels are a luxury. What if you had five of each class? Let three ways compete for the same few
# labels. The task: tell four vehicles apart. The ways:
#
# - **from scratch**: a small network with random weights
# - **animals**: the same small network, but its convolutions have learned on CIFAR-10's six animals
#   (your own pretraining, which needs no ImageNet)
# - **ImageNet**: the frozen body with a logistic regression

# %% mystnb={"image": {"alt": "Two rows of small colour pictures: one of each of the six animals above, one of each of the four vehicles below"}}
animals = cifar.select(["bird", "cat", "deer", "dog", "frog", "horse"])
vehicles = cifar.select(["airplane", "automobile", "ship", "truck"])
shown = []
for part in (animals, vehicles):
    _, first = np.unique(part.y_train, return_index=True)
    shown.append(part.x_train[first])
titles = [*animals.class_names, *vehicles.class_names]
plotting.plot_images(np.concatenate(shown), titles, columns=6);

# %%
def small_net(classes):
    """Return a small network of the kind that lesson 8 has used."""
    layers = [32, "pool", 64, 64, "pool", 128, "pool"]
    options = dict(padding="same", batch_norm=True, classes=classes)
    return models.conv_net(cifar.picture_shape, layers, **options)


own = dict(
    optimizer="adamw", augment=augment, label_smoothing=0.1,
    learning_rate=training.one_cycle(0.003),
)
pretraining = training.train(
    small_net(6), animals, epochs=6, name="lesson 12 animals", **own
)
learned = models.split(pretraining.model)[0].get_weights()

# %% [markdown]
# `learned` holds the convolutions alone. The head, which tells cats from dogs, is thrown away.
#
# The comparison is paired: in each repeat all three ways get the same labelled pictures. The two small
# networks get the same epochs, rates and augmentation.


# %%
def start_from_animals():
    """Return a small network for vehicles with the animals' convolutions."""
    model = small_net(4)
    models.split(model)[0].set_weights(learned)
    return model


def imagenet_head(dataset):
    """Return a frozen ImageNet network with a head for a data set."""
    net = new_net(len(dataset.class_names))
    body, _ = models.split(net)
    features = training.features(body, dataset.x_train)
    fit_head(net, features, dataset.y_train)
    return net


# %%
def compete(few, epochs, seed):
    """Train in all three ways on the same labelled pictures."""
    builders = {
        "from scratch": lambda: small_net(4),
        "animals": start_from_animals,
    }
    batch_size = 16 if len(few.x_train) < 5000 else 64
    runs = training.train_many(
        builders, few, epochs=epochs, batch_size=batch_size, seed=seed,
        name=f"lesson 12 {len(few.x_train)} labels {seed}", **own,
    )
    found = {way: runs[way][0].model for way in builders}
    return {**found, "ImageNet": imagenet_head(few)}, runs


# %%
leads = ["it is behind", "0 to 10 points", "10 to 25 points", "above 25"]
predict(
    "12-labels",
    "Five labels of each vehicle: how far is ImageNet ahead of scratch?",
    leads,
)

# %% [markdown]
# The next cell trains 30 small networks. (With all labels there is only one choice of pictures, but
# the networks still start from other random weights.)

# %%
most = len(vehicles.x_train) // len(vehicles.class_names)
# labels of each class: epochs
plan = {5: 60, 20: 40, 100: 30, 500: 10, most: 4}
plan = dict(list(plan.items())[: settings.repeats(5)])
trials = {count: [] for count in plan}
for count, epochs in plan.items():
    for seed in range(settings.repeats(3)):
        few_labels = vehicles.subset(count * 4, seed=seed)
        with silent_progress():
            trials[count].append(compete(few_labels, epochs, seed))

# %%
def validation_accuracy(model, dataset):
    """Return the share of validation pictures that a model names rightly."""
    found = model.predict(dataset.x_val, verbose=0).argmax(axis=1)
    return np.mean(found == dataset.y_val)


ways = ["from scratch", "animals", "ImageNet"]
reached = {
    way: {
        count: [validation_accuracy(nets[way], vehicles) for nets, _ in repeats]
        for count, repeats in trials.items()
    }
    for way in ways
}
for count in plan:
    listed = [f"{way} {np.mean(reached[way][count]):.1%}" for way in ways]
    print(f"{count:5} labels of each class: {', '.join(listed)}")

# %% [markdown]
# These are means over the repeats, on validation pictures. Was your guess right?
#
# ## The test pictures, once
#
# Nothing is chosen any more, so now the test pictures may speak. First the ten classes.

# %%
net.set_weights(with_head)
frozen_score = training.evaluate(net, cifar)
tuned_score = training.evaluate(tuned.model, cifar)
augmented_score = training.evaluate(two_views, cifar)
print("frozen body, linear head:", frozen_score)
what = "EfficientNet-Lite0 (not VGG16), fine-tuned"
results.record("E27", what, tuned_score, tuned)
what += ", augmented, two views"
results.record("E28", what, augmented_score, augmented)

# %% tags=["hide-output"] mystnb={"image": {"alt": "Test accuracy on four kinds of vehicles against the number of labelled pictures of each class, for three ways to start: all rise; ImageNet lies highest where labels are few"}}
scores = {
    way: {
        count: [training.evaluate(nets[way], vehicles) for nets, _ in repeats]
        for count, repeats in trials.items()
    }
    for way in ways
}
plotting.plot_accuracy_by_count(scores)
plt.title("What a start is worth: four vehicles");

# %% tags=["hide-output"]
for count in plan:
    for way in ("animals", "ImageNet"):
        pairs = zip(scores[way][count], scores["from scratch"][count])
        gains = [100 * (a.accuracy - b.accuracy) for a, b in pairs]
        listed = ", ".join(f"{gain:+.1f}" for gain in gains)
        print(f"{count:5} labels, {way:8}: {listed} points over from scratch")

# %% tags=["remove-cell"]
for way, short in {"from scratch": "scratch", "animals": "transfer"}.items():
    for count in plan.keys() & {20, 100, 500}:
        repeats = scores[way][count]
        run = trials[count][0][1][way][0]
        what = f"four vehicles, {count} labels each, {way}"
        what += f", mean of {len(repeats)}"
        before = pretraining.seconds if way == "animals" else 0
        results.record(
            f"L12-{short}-{count}", what, repeats, run,
            seconds=run.seconds + before,
        )

# %%
best_few = np.mean([score.accuracy for score in scores["ImageNet"][5]])
scratch_few = np.mean([score.accuracy for score in scores["from scratch"][5]])
ahead = 100 * (best_few - scratch_few)
reveal("12-labels", leads[int(np.searchsorted([0, 10, 25], ahead))])

# %% [markdown]
# Read the figure from side to side, too: how many labels does training from scratch need to get where
# ImageNet stands with five? That is what the start has saved. And read its right end: with thousands
# of labels, the frozen body no longer leads, as it cannot adapt. With all ten classes, fine-tuning has
# brought ten points more than a new head alone.
#
# Now all ten classes, with 20 labels of each: the same two ways, three pairs.

# %% tags=["hide-output"]
for seed in range(settings.repeats(3)):
    few_labels = cifar.subset(200, seed=seed)
    with silent_progress():
        scratch = training.train(
            small_net(10), few_labels, epochs=40, batch_size=16,
            seed=seed, **own,
        )
        pretrained = imagenet_head(few_labels)
    first = training.evaluate(pretrained, cifar).accuracy
    second = training.evaluate(scratch.model, cifar).accuracy
    print(f"ImageNet {first:.1%}, from scratch {second:.1%}")

# %% [markdown]
# ## Is that fair?
#
# Your network has seen no truck before. ImageNet's has:

# %%
words = ["airliner", "warplane", "convertible", "sports car", "liner",
         "container ship", "trailer truck", "fire engine", "tabby", "sorrel"]
print(", ".join(name for name in names if name in words))
dogs = names.index("Mexican hairless") - names.index("Chihuahua") + 1
print(f"and {dogs} kinds of dogs")

# %% [markdown]
# ImageNet contains such classes, with hundreds of labelled photographs of each. So these numbers say: a
# network that has seen similar things needs few labels of yours. They do not say how well it would do on
# things that it has never seen, such as X-rays or letters. The animals' convolutions are the stricter
# test: they had not seen one vehicle. The published results for this experiment began with ImageNet's
# weights, too, in VGG16. It is fair to use them, and unfair to hide it.
#
# ## Other bodies
#
# VGG16, ResNet50 and InceptionV3, which you will meet in many tutorials, take the same three lines, if their
# weights are in your data folder or on the network.

# %%
small = cifar.subset(settings.pictures(1000))
for name in ("VGG16", "ResNet50", "InceptionV3")[: settings.repeats(3)]:
    try:
        other = models.pretrained(name, size=96)
    except models.WeightsUnavailable:
        print(f"{name}: its weights are not here, and could not be downloaded")
        continue
    other_body, _ = models.split(other)
    x_small = training.features(other_body, small.x_train)
    found = fit_head(other, x_small, small.y_train)
    x_few = training.features(other_body, few)
    score = found.score(x_few, labels)
    print(f"{name}: {score:.1%} of 500 validation pictures")

# %% [markdown]
# ## When to do what
#
# - **Few labels, pictures like ImageNet's**: freeze the body, fit a head. It takes minutes.
# - **More labels**: fit the head first, then fine-tune everything with a small rate.
# - **Many labels, or pictures of another kind**: compare with training from scratch. You know how.
#
# ## Recap
#
# - A pretrained network needs the pixels that it was trained on; a wrong range raises no error.
# - While the body is frozen, its features need computing only once.
# - Early stopping keeps the best epoch's weights only with `restore_best_weights=True`.
# - After a change of `trainable`, compile again. Batch normalisation stays frozen.
# - The fewer labels you have, the more a good start is worth. Measure it: same pictures, several repeats.

# %%
quiz("12")

# %% [markdown]
# Practise: [the exercises of this lesson](exercises/12_transfer_learning.ipynb)
#
# Next: [Your own pictures](13_your_own_pictures.ipynb)
