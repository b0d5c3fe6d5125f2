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
# - to begin with a network that has already learned from other pictures
# - to train a new head on frozen features that are computed only once
# - to fine-tune everything with a small learning rate, and to stop with the weights of the best epoch
# - to measure what such a start is worth when labels are few
#
# **You need** lessons 6 to 9.
#
# **Time** 35 minutes of reading; the code takes about 10 minutes full-size on two cores, half an hour
# more if the weights of VGG16 are there, and a minute or two in reduced mode.

# %%
import time

from cnncourse import data, models, plotting, results, settings, training
from cnncourse.augmentation import RandomAffine
from cnncourse.messages import notice, silent_progress

import keras
import numpy as np

settings.start()

# %%
cifar = data.load("cifar10", validation=2000)
shape = cifar.picture_shape
cifar

# %% [markdown]
# ## Start from what others have learned
#
# The first convolutions of a network find edges, colours and textures. They do so whatever the
# pictures show. Why learn that again for each new task, from few pictures? Take a network that was
# trained on many pictures, cut off its last layers, put new ones in their place, and train on. This
# is **transfer learning**.
#
# VGG16 was trained on ImageNet: more than a million pictures of a thousand kinds. Its weights are public.
# This lesson has two halves. The first one takes VGG16, and needs these weights: a download of 59 MB.
# (Its last cell tries two more networks, 180 MB together: skip it if your line is slow.) The second half
# makes its own pretrained network, and needs nothing.
#
# ## Its own pixels
#
# **Predict:** your networks took pixels from 0 to 255 and divided them by 255. Does VGG16 want the
# same?

# %% tags=["nbval-check-output"]
orange = np.array([[[[255, 128, 0]]]], np.float32)
for family in (keras.applications.vgg16, keras.applications.inception_v3):
    prepared = family.preprocess_input(orange.copy())
    print(f"{family.__name__.split('.')[-1]:13} {prepared.round(2).ravel()}")

# %% [markdown]
# VGG16 wants blue first, then green, then red, and the mean colour of ImageNet taken away. Inception
# wants numbers from -1 to 1. A pretrained network must get what it was trained on: with other numbers it
# still answers, only badly, and no error tells you. So use the network's own `preprocess_input`, on
# pixels from 0 to 255.
#
# Why `orange.copy()`? Look at what happens without it.

# %% tags=["nbval-check-output"]
keras.applications.vgg16.preprocess_input(orange)
print("the orange pixel afterwards:", orange.round(2).ravel())

# %% [markdown]
# The function has written over its input. (Red still comes first: the colours were swapped only in what
# it returned.) Run such a cell twice, and your pictures are prepared twice. `models.transfer_net`
# therefore makes `preprocess_input` the first layer of the model. Its models take raw pixels, like all
# models of this course, and leave them alone.
#
# ## A new head
#
# Which parts are kept, and which are new?

# %% tags=["nbval-check-output"]
body, head = models.split(models.transfer_net("VGG16", shape, weights=None))
print(f"body: {body.count_params():10,} weights, {body.output_shape[1]} features of a picture")
print(f"head: {head.count_params():10,} weights, {len(head.layers)} layers")
del body, head  # they hold 60 MB

# %% [markdown]
# The **body** holds VGG16's convolutions. It shrinks a picture of 32 x 32 to a single pixel with 512
# channels, and averages over this one pixel, which would matter for larger pictures. The **head** is new:
# its own input, dense 128, dense 64, each with dropout, and ten probabilities. Both share their weights
# with the whole model: whatever you train in a part is trained in the whole.
#
# Now the same with ImageNet's weights.


# %%
def from_imagenet(name):
    """Return a network with ImageNet's weights, or None and a notice if they cannot be had."""
    try:
        return models.transfer_net(name, shape)
    except models.WeightsUnavailable as reason:
        advice = "Cells that begin with `if vgg` do nothing. Go on: the second half needs no download."
        notice(f"{name}'s ImageNet weights are not here", str(reason), advice)


vgg = from_imagenet("VGG16")

# %% [markdown]
# If you see a box that the weights are not here, read the first half all the same; its cells run, and do
# nothing. Nothing in the text below depends on them.
#
# ## Frozen: compute the features once
#
# At first only the head learns; the body is **frozen**. Then the body makes the same 512 numbers of a
# picture in every epoch. So compute them once, and train the head on numbers instead of pictures.
# `training.features` keeps them in a file as well: run the cell a second time, and it reads them.
#
# How long should the head train? Until the validation loss no longer falls. **Early stopping** waits
# three epochs for a new best one. Then it stops, and brings back the weights of the best epoch.


# %%
def train_head(model, dataset, *, epochs, callbacks=()):
    """Train the dense layers of a network on the features that its frozen body computes."""
    started, (body, head) = time.monotonic(), models.split(model)
    x_train, x_val = (training.features(body, x) for x in (dataset.x_train, dataset.x_val))
    head.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    options = dict(epochs=settings.epochs(epochs), callbacks=[make() for make in callbacks], verbose=0)
    fit = head.fit(x_train, dataset.y_train, validation_data=(x_val, dataset.y_val), **options)
    return training.TrainingRun(model, fit.history, time.monotonic() - started, settings.seed())


# %%
def stop_early():
    return keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)


if vgg:
    small = cifar.subset(settings.pictures(10_000))
    frozen = train_head(vgg, small, epochs=40, callbacks=[stop_early])
    with_head = vgg.get_weights()
    print(f"best validation accuracy: {max(frozen.history['val_accuracy']):.2%}")

# %% [markdown]
# `stop_early` is a function that makes a callback, and not a callback. In some versions of Keras one that
# has been used remembers its best loss, and would stop the next training by it. (Lesson 15 asks yours.) A
# fresh one is safe in all of them.
#
# 10,000 pictures are a fifth of CIFAR-10. They keep this half short: VGG16 is slow on a laptop.
#
# ## Fine-tune everything
#
# Now the body may learn too. Its weights are good already, so take small steps: a learning rate that
# peaks at 0.0001, where lesson 4 went up to 0.003. Large steps would wipe out what ImageNet has taught.
#
# Why not at once, without the frozen part? A new head is random. Its first gradients are large and
# mean nothing, and would run through the whole body.

# %%
small_steps = dict(batch_size=64, learning_rate=training.one_cycle(1e-4))
if vgg:
    vgg.get_layer("base").trainable = True
    tuned = training.train(vgg, small, epochs=5, callbacks=[stop_early], **small_steps)
    seconds = frozen.seconds + tuned.seconds
    tuned_score = training.evaluate(vgg, cifar)
    results.record("E27", "VGG16, 10,000 pictures, fine-tuned", tuned_score, tuned, seconds=seconds)

# %% [markdown]
# Published pages report 78.65 % for a VGG16 that began with ImageNet's weights and saw all training
# pictures. Is it fair to set such a number beside those of lessons 8 and 10? Their networks have never seen
# the million pictures of ImageNet. It is fair to use them, and unfair to hide it.
#
# **Predict:** does augmentation (lesson 7) help here too? Shift and mirror the pictures, and start again
# from the same head. Features cannot be computed once any more, because every epoch shows new pictures.

# %%
augment = RandomAffine(shift=0.1, flip=True, fill_mode="reflect")
if vgg:
    vgg.set_weights(with_head)
    augmented = training.train(
        vgg, small, epochs=8, augment=augment, callbacks=[stop_early], **small_steps
    )
    seconds, augmented_score = frozen.seconds + augmented.seconds, training.evaluate(vgg, cifar)
    what = "E27 with shifts and flips"
    results.record("E28", what, augmented_score, augmented, seconds=seconds)

# %% mystnb={"image": {"alt": "Learning curves of VGG16: the frozen body with a new head, fine-tuned, and fine-tuned on augmented pictures"}}
if vgg:
    runs = {"frozen": frozen, "fine-tuned": tuned, "and augmented": augmented}
    plotting.plot_history(runs)

# %% [markdown]
# Published pages report 85.75 % with augmentation, on all pictures. If you have an hour or two, take
# `cifar` in place of `small`.
#
# ## Other bodies
#
# ResNet adds the input of a few layers to their output, so that very deep networks can be trained.
# Inception looks with filters of several sizes side by side. Each has its own `preprocess_input`, and
# Inception wants pictures of at least 75 x 75 pixels. `transfer_net` prepares and enlarges the pictures
# itself, so each takes the same lines as VGG16.

# %%
for name in ("ResNet50", "InceptionV3"):
    if vgg and (other := from_imagenet(name)):
        run = train_head(other, small, epochs=40, callbacks=[stop_early])
        print(f"{name}: best validation accuracy, frozen: {max(run.history['val_accuracy']):.2%}")

# %% [markdown]
# ## Transfer without a download
#
# Now the second half. Pretend that CIFAR-10's six animals are a large public data set, and that its four
# vehicles are your own pictures, of which only a few have labels. `select` makes two data sets that
# share no class.

# %% mystnb={"image": {"alt": "Two rows of small colour pictures: one of each of the six animals above, one of each of the four vehicles below"}}
animals = cifar.select(["bird", "cat", "deer", "dog", "frog", "horse"])
vehicles = cifar.select(["airplane", "automobile", "ship", "truck"])
first = [np.unique(part.y_train, return_index=True)[1] for part in (animals, vehicles)]
pictures = np.concatenate([animals.x_train[first[0]], vehicles.x_train[first[1]]])
plotting.plot_images(pictures, [*animals.class_names, *vehicles.class_names], columns=6);

# %% [markdown]
# ## Pretrain on animals


# %%
def small_net(classes):
    layers = [32, "pool", 64, 64, "pool", 128, "pool"]
    return models.conv_net(shape, layers, padding="same", batch_norm=True, classes=classes)


recipe = dict(optimizer="adamw", augment=RandomAffine(shift=0.1, flip=True, fill_mode="reflect"))
rate = training.one_cycle(0.003)
pretrained = small_net(classes=6)
pretraining = training.train(
    pretrained, animals, epochs=8, learning_rate=rate,
    name="lesson 12 animals", **recipe
)
learned = models.split(pretrained)[0].get_weights()

# %% [markdown]
# `learned` is all that we keep: the weights of the convolutions. The head, which tells cats from dogs,
# is thrown away.
#
# ## The experiment
#
# You have a few labelled vehicles. Three ways to use them:
#
# - **from scratch**: the same network with random weights
# - **frozen**: the convolutions stay as the animals have shaped them; only a new head learns
# - **transfer**: first the new head, then everything learns on
#
# The comparison must be fair. "From scratch" and "transfer" get the same pictures, the same augmentation,
# as many steps, and the same learning rates. Transfer's head has learned for some seconds before; that is
# part of its better start. (The rates are large enough for a network that starts from nothing. For
# transfer, try smaller ones as well.) And everything is repeated three times, each time with other
# labelled pictures: with so few, it matters which ones you have.
#
# **Predict:** you have 20 labelled pictures of each vehicle. What do fur and legs teach about wings and
# wheels? How many points of accuracy are the animals worth? And if you have 500 of each?


# %%
def with_weights(weights):
    """Return a network for vehicles with the given weights."""
    model = small_net(classes=4)
    model.set_weights(weights)
    return model


# %%
def try_all(few, epochs, seed):
    """Train in all three ways on a few labelled pictures; return a run for each."""
    model = small_net(classes=4)
    models.split(model)[0].set_weights(learned)
    frozen, start = train_head(model, few, epochs=epochs), model.get_weights()
    builders = {"from scratch": lambda: small_net(4), "transfer": lambda: with_weights(start)}
    options = dict(epochs=epochs, batch_size=16, label_smoothing=0.1, learning_rate=rate, **recipe)
    name = f"lesson 12 {len(few.x_train)} labels {seed}"
    runs = training.train_many(builders, few, seed=seed, name=name, **options)
    return {"from scratch": runs["from scratch"][0], "frozen": frozen, "transfer": runs["transfer"][0]}


# %% [markdown]
# The more pictures there are, the longer is an epoch, and the fewer epochs are needed. The next cell trains 27
# networks, the frozen ones in a second or two.

# %%
plan = {20: 40, 100: 30, 500: 10}  # labelled pictures of each class: epochs
trials = {count: [] for count in plan}
for count, epochs in plan.items():
    for seed in range(settings.repeats(3)):
        few = vehicles.subset(count * len(vehicles.class_names), seed=seed)
        with silent_progress():
            runs = try_all(few, epochs, seed)
        trials[count].append(runs)
        reached = [f"{way} {run.history['val_accuracy'][-1]:.1%}" for way, run in runs.items()]
        print(f"{count:3} labels of each class, repeat {seed + 1}: {', '.join(reached)}")

# %% [markdown]
# Each line shows validation accuracies in percent. Validation pictures are for choosing, so choose by them:
# may the convolutions learn on, or should they stay frozen? Look at 20 labels first.

# %% mystnb={"image": {"alt": "Validation accuracies with 20 labelled vehicles of each class, three repeats of each way: from scratch, frozen and transfer"}}
fewest = {way: [runs[way] for runs in trials[20]] for way in trials[20][0]}
plotting.plot_comparison(fewest);

# %% [markdown]
# A dot is a run, the line the 95 % interval of the mean of three runs. These lines are long, because three is
# not many. But within a repeat all ways saw the same pictures, so compare the dots pair by pair, in the lines
# of text above: in eight of nine repeats transfer beats frozen, and in the ninth, with 20 labels, they are
# level. So let everything learn on. (Transfer also saw augmented pictures, and trained for longer. How much
# is due to the convolutions alone, this does not tell.)
#
# ## The test pictures, once

# %%
scores = {
    way: {
        count: [training.evaluate(runs[way].model, vehicles) for runs in repeats]
        for count, repeats in trials.items()
    }
    for way in ("from scratch", "transfer")
}
for way, short in {"from scratch": "scratch", "transfer": "transfer"}.items():
    for count, repeats in scores[way].items():
        what = f"four vehicles, {count} labels each, {way}, mean of {len(repeats)}"
        results.record(f"L12-{short}-{count}", what, repeats, trials[count][0][way])

# %% mystnb={"image": {"alt": "Test accuracy on four kinds of vehicles against the number of labelled pictures of each class, 20, 100 and 500: both lines rise, transfer lies above training from scratch everywhere, and furthest where labels are few"}}
plotting.plot_accuracy_by_count(scores);

# %% [markdown]
# The line of transfer lies higher everywhere, and furthest on the left. Read the figure from side to side,
# too: with 100 labels of each class transfer gets nearly as far as training from scratch with 500. What does
# one labelled picture cost you? Then you know what the animals saved.

# %%
for count in plan:
    pairs = zip(scores["transfer"][count], scores["from scratch"][count])
    gains = [100 * (transfer.accuracy - scratch.accuracy) for transfer, scratch in pairs]
    listed = ", ".join(f"{gain:+.1f}" for gain in gains)
    print(f"{count:3} labels of each class: {listed} points, on average {np.mean(gains):+.1f}")

# %% [markdown]
# These are the gains, each between two networks that learned from the same labelled pictures. They shrink as the
# labels get more, but even at 500 they are far from zero. The network from
# scratch has to find edges, corners and textures in 80 pictures. The other one knows them already, from
# animals, and only has to learn what makes a truck.
#
# Is it a surprise that animals help with vehicles? Look at what was transferred: three blocks of
# convolutions. The first one sees 3 pixels, the last one 22 of 32. The first ones carry over best: fur
# and legs are far from wings and wheels, but edges are edges. The more the old task resembles the new
# one, the more of the network is worth keeping.
#
# ## Which mistakes are left?

# %% mystnb={"image": {"alt": "Confusion matrix of the four kinds of vehicles after transfer with 20 labelled pictures of each: the diagonal holds most pictures, and every other field some"}}
plotting.plot_confusion_matrix(scores["transfer"][20][0], class_names=vehicles.class_names);

# %% [markdown]
# Airplanes and ships are taken for each other, and so are automobiles and trucks: what is wide and in
# front of blue, and what has wheels. Would 20 pictures of each have been enough for you?
#
# ## When to transfer
#
# - **Few labels, a similar task**: freeze the body, train a head. Nothing else is as cheap. Then
#   fine-tune, and let validation pictures say whether it helped: here it did, mostly even with 20 labels.
# - **Some labels**: train the head first, then fine-tune everything with a smaller rate.
# - **Many labels, or pictures of another kind**, such as X-rays: compare with training from scratch. You know how.
#
# ## Recap
#
# - A pretrained network needs its own `preprocess_input`, on pixels from 0 to 255.
# - While the body is frozen, its features need computing only once.
# - Fine-tune after the head has learned. A body that has seen far more pictures than you have wants small
#   steps.
# - Early stopping keeps the weights of the best epoch only with `restore_best_weights=True`; make the
#   callback afresh for each training.
# - The fewer labels you have, the more a good start is worth. Measure it: same pictures, several
#   repeats.
#
# Practise: [the exercises of this lesson](exercises/12_transfer_learning.ipynb)
#
# Next: [Fast and accurate](14_fast_and_accurate.ipynb)
