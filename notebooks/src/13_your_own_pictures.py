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
# # 13. Your own pictures
#
# **You will learn**
#
# - to make three sets of a folder of pictures, and a network of your own from them
# - to save it, load it in a new process, and ask it about a new file
# - to tell whether a network is as often right as it says, and to mend it if not
# - to measure what blur, noise and bad light do to it
# - to find wrong labels
#
# **You need** lessons 8 and 12.
#
# **Time** 35 minutes of reading; the code takes about 10 minutes full-size on two cores, and a minute or
# two in reduced mode.

# %%
from cnncourse import corruptions, data, explain, models, plotting
from cnncourse import settings, training
from cnncourse.augmentation import RandomAffine
from cnncourse.widgets import drop_picture, predict, quiz, reveal

settings.start()

# %%
import subprocess
import sys

import keras
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import cross_val_predict

# %%
quiz("13", "opening")

# %% [markdown]
# ## A folder of pictures
#
# Have you pictures of your own, a folder for each class? Then name their folder in the second line of the
# next cell. If not, take the course's: 200 pictures each of five animals, cut from CIFAR-10.

# %%
cifar = data.load("cifar10", validation=4000)
animals = cifar.select(["bird", "cat", "dog", "frog", "horse"]).subset(1000)
home = settings.runs_folder() / f"lesson 13 {cifar.source}"
names, pictures = animals.class_names, animals.x_train
folder = data.write_folder(home / "pictures", pictures, animals.y_train, names)

# %%
# folder = "my_pictures"  # your own: take away the # in front
dataset = data.from_folder(folder, size=96)
names = dataset.class_names
dataset

# %% [markdown]
# `from_folder` has cut each picture square, made it 96 pixels high, and shared the files out: three fifths to
# the [training set](../docs/glossary.md#term-training-set), one fifth each to the
# [validation set](../docs/glossary.md#term-validation-set) and the
# [test set](../docs/glossary.md#term-test-set). Look before you train: is each class what its folder says?

# %% mystnb={"image": {"alt": "Two rows of small colour pictures of animals, blurred by enlarging, with the name of its class above each"}}
x, y = dataset.x_train[:16], dataset.y_train[:16]
plotting.plot_images(x, y, class_names=names, columns=8);

# %% [markdown]
# (The course's pictures were 32 pixels high, so they look blurred. Yours will not.)
#
# One thing no program can see: do two sets hold the same thing? Ten photographs of one cat, taken in a row,
# are nearly one picture. If five of them are trained on and five tested, the test is a
# [data leak](../docs/glossary.md#term-data-leak). Keep what belongs together in one set, in folders `train`, `val` and
# `test` of your own.
#
# ## A network from few pictures
#
# You have hundreds of pictures, not a million. Lesson 12 told what to do: take a body that learned from
# ImageNet, freeze it, compute its features once, and train a new head.

# %%
model = models.pretrained("EfficientNetLite0", size=96, classes=len(names))
body, head = models.split(model)
for_training = training.features(body, dataset.x_train)
for_validation = training.features(body, dataset.x_val)

# %%
head.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
stop = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
history = head.fit(
    for_training, dataset.y_train,
    validation_data=(for_validation, dataset.y_val),
    epochs=settings.epochs(40), callbacks=[stop], verbose=0,
).history
print(f"validation accuracy {max(history['val_accuracy']):.1%}")

# %% [markdown]
# That took seconds. Is it good enough? Only now look at the test pictures, once.

# %% mystnb={"image": {"alt": "Confusion matrix of the animals' test pictures: most lie on the diagonal, and cats and dogs are taken for each other most often"}}
score = training.evaluate(model, dataset)
print(score)
plotting.plot_confusion_matrix(score, class_names=names);

# %% [markdown]
# With so few test pictures the interval is wide. Two networks a point or two apart cannot be told apart
# here.
#
# ## Save, restart, load
#
# A network that lives in a notebook dies with its kernel. Save it, and load it again. Then write a small
# program that knows nothing of this notebook.

# %%
model.save(home / "network.keras")
loaded = keras.saving.load_model(home / "network.keras")

# %%
program = """
import sys
from cnncourse import data
import keras, numpy
network = keras.saving.load_model("network.keras")
pictures = data.read_pictures(sys.argv[1:], size=96)
numpy.save("answers.npy", network.predict(pictures, verbose=0))
"""
(home / "ask.py").write_text(program);

# %%
choices = ["to the last bit", "to five digits or so", "no: it must train again"]
predict(
    "13-bits",
    "The program runs in a new process, as after a restart. Are its "
    "probabilities those of the network that you have just loaded?",
    choices,
)

# %% [markdown]
# Three new files, which were in none of the sets:

# %%
wanted = [cifar.class_names.index(name) for name in ("cat", "frog", "ship")]
new = [np.flatnonzero(cifar.y_val == label)[0] for label in wanted]
unknown = np.zeros(3, int)  # one class, as nobody knows them yet
place = data.write_folder(home / "new", cifar.x_val[new], unknown, ["new"])
files = sorted(place.glob("new/*.png"))

# %% tags=["hide-output"]
command = [sys.executable, "ask.py", *files]
subprocess.run(command, cwd=home, check=True)
there = np.load(home / "answers.npy")
pictures = data.read_pictures(files, size=96)
here = loaded.predict(pictures, verbose=0)
print("every bit the same:", np.array_equal(here, there))

# %%
reveal("13-bits", choices[0 if np.array_equal(here, there) else 1])

# %% [markdown]
# The file holds the layers and the weights, and nothing else is needed. [Saving a model](../docs/saving.md) says
# how to hand it in or put it into an app.

# %%
trained = model.predict(pictures, verbose=0)
print(f"from the network before it was saved: {abs(trained - here).max():.0e}")

# %% [markdown]
# Only rounding parts the file from the network that you trained: in the file,
# [batch normalisation](../docs/glossary.md#term-batch-normalisation) is Keras' own layer, which adds up in another order
# than this course's faster one. Another machine, or another number of processor cores, may round differently, too.
#
# ## Ask about a new picture

# %% mystnb={"image": {"alt": "A small picture of a cat, enlarged, and three bars beside it with the most probable classes"}}
plotting.plot_answer(pictures[0], here[0], class_names=names);

# %% [markdown]
# Where did it look? [Grad-CAM](../docs/glossary.md#term-Grad-CAM) (lesson 5) shows what spoke for its answer.

# %% mystnb={"image": {"alt": "Two pictures, a cat and a frog, beside the maps of where the network found what speaks for its answer"}}
answers = here[:2].argmax(axis=1)
heat = explain.grad_cam(model, pictures[:2], answers)
titles = [names[label] for label in answers]
plotting.plot_heatmaps(pictures[:2], {"Grad-CAM": heat}, titles=titles);

# %% [markdown]
# The map is coarse: the last convolution has only 3 x 3 places, and each looks at most of the picture.
#
# Your turn: drop any picture on the field, from your telephone or your disk. What is the surest wrong
# answer that you can get?

# %% mystnb={"image": {"alt": "A picture of a frog, and three bars beside it with the network's most probable classes"}}
drop_picture(model, names, files[1])

# %% [markdown]
# ## A picture of no class

# %%
choices = [
    "that it does not know",
    "the name of an animal, always unsure",
    "the name of an animal, and is sometimes sure",
]
question = "The network knows five animals. What does it say to ships?"
predict("13-ship", question, choices)

# %% tags=["hide-output"] mystnb={"image": {"alt": "Histograms of confidence: the classes that the network knows have their highest bar above 90 percent, ships are spread from 30 to 100 percent"}}
ships = cifar.x_val[cifar.y_val == cifar.class_names.index("ship")][:200]
sure = {"its own test pictures": score.probabilities.max(axis=1)}
sure["ships"] = model.predict(ships, verbose=0).max(axis=1)
figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
ax.hist(sure.values(), np.linspace(0.2, 1, 9), density=True, label=[*sure])
ax.set(title="How sure it is", xlabel="confidence", ylabel="density")
ax.legend()
for kind, confidence in sure.items():
    print(f"{kind}: {np.mean(confidence > 0.8):.0%} with more than 80 %")

# %%
reveal("13-ship", choices[2 if np.mean(sure["ships"] > 0.8) > 0.02 else 1])

# %% [markdown]
# [Softmax](../docs/glossary.md#term-softmax) shares 100 % among the classes it has. "None of these" is not among them. Its
# [confidence](../docs/glossary.md#term-confidence), the largest probability, is lower for ships on the whole, but no threshold parts the two.
# What helps in practice is a class of its own, "other", filled with whatever people will really drop on your
# network.
#
# ## How sure may it be?
#
# A network that says 90 % should be right nine times out of ten. Then it is
# [calibrated](../docs/glossary.md#term-calibration), and you know when to
# trust it. To measure that, you need many pictures. So take all ten classes of CIFAR-10, and three kinds of
# network: a **plain** one, the same one with
# [augmentation](../docs/glossary.md#term-augmentation), and a new head on the **pretrained** body. Each learns from
# the same 10,000 pictures, three times from other seeds.

# %%
small = cifar.subset(10_000)


def conv_net():
    return models.conv_net(
        small.picture_shape, [32, "pool", 64, "pool", 128, "pool"],
        padding="same", batch_norm=True,
    )


# %%
move = RandomAffine(shift=0.125, flip=True, fill_mode="reflect")
runs = training.train_many(
    {"plain": conv_net, "augmented": conv_net}, small,
    augment={"plain": None, "augmented": move}, repeats=3,
    epochs=12, batch_size=64, optimizer="adamw",
    learning_rate=training.one_cycle(0.004), name="lesson 13",
)

# %%
seen = training.features(body, small.x_train)


def train_head(seed):
    keras.utils.set_random_seed(seed)
    dense = keras.layers.Dense(10, activation="softmax")
    head = keras.Sequential([keras.Input(seen.shape[1:]), dense])
    head.compile("adam", "sparse_categorical_crossentropy")
    head.fit(seen, small.y_train, epochs=settings.epochs(10), verbose=0)
    return head


# %%
heads = [train_head(seed) for seed in range(settings.repeats(3))]


def ask(kind, x):
    """Return the answers of three networks, (3, pictures, classes)."""
    if kind in runs:
        networks = [run.model for run in runs[kind]]
        return np.array([net.predict(x, verbose=0) for net in networks])
    features = body.predict(x, batch_size=50, verbose=0)
    return np.array([head.predict(features, verbose=0) for head in heads])


# %%
kinds = [*runs, "pretrained"]
validation = {kind: ask(kind, cifar.x_val) for kind in kinds}

# %% mystnb={"image": {"alt": "Learning curves of plain and augmented networks, three each: the plain ones reach nearly 100 percent on their training pictures and about 70 on the validation pictures"}}
plotting.plot_history(runs);

# %% [markdown]
# Nothing held the plain networks back. They know their training pictures by heart: this is
# [overfitting](../docs/glossary.md#term-overfitting), as in lesson 8. On these, being sure was right. And on new
# pictures? Predict it for a plain network.

# %%
choices = ["about as often as it says", "less often", "more often"]
question = "Take the surer half of its answers. How often are they right?"
predict("13-sure", question, choices)

# %% tags=["hide-output"]
for seed, p in enumerate(validation["plain"]):
    confidence, correct = p.max(axis=1), p.argmax(axis=1) == cifar.y_val
    is_sure = confidence > np.median(confidence)
    says, right = confidence[is_sure].mean(), correct[is_sure].mean()
    print(f"seed {seed}: says {says:.1%}, and is right in {right:.1%}")

# %%
reveal("13-sure", choices[1 if right < says - 0.02 else 0])

# %% [markdown]
# Do the same for every level of confidence, and you have a
# [reliability diagram](../docs/glossary.md#term-reliability-diagram). Sort the answers into
# bins by their confidence. Draw a dot for each bin: to the right what the network says, upwards how often it is
# right. The larger a dot, the more answers are in its bin.


# %%
def measure(p, y):
    score = training.Score(p, y, "cifar10", cifar.source)
    return training.reliability(score)


first = {kind: measure(validation[kind][0], cifar.y_val) for kind in kinds}

# %% mystnb={"image": {"alt": "Reliability diagram of three networks on validation pictures: the plain one lies far below the diagonal, the augmented and the pretrained one lie closer to it"}}
plotting.plot_reliability(first);

# %% [markdown]
# On the dashed line a network would be exactly as often right as it says. Below it, it says more than it can
# keep. The **expected calibration error** in the legend is the mean distance of the dots from the dashed
# line, each weighted by its answers.
#
# ## Turn down the temperature
#
# The plain network need not learn anew. Its order of the classes is fine, only its numbers are too extreme.
# [Temperature scaling](../docs/glossary.md#term-temperature-scaling) divides the [logits](../docs/glossary.md#term-logits) by one number, the temperature, before
# the softmax.

# %% tags=["nbval-check-output"]
for temperature in (0.5, 1, 2, 4):
    p = softmax(np.log([0.90, 0.08, 0.02]) / temperature)
    print(f"temperature {temperature:3}: {p.round(2)}")

# %% [markdown]
# Above 1 it makes an answer milder, below 1 sharper, and the largest stays the largest. (Why log $p$? It is the
# logits, up to a number that softmax takes no notice of.) Which temperature is right? The one with the smallest
# [cross-entropy](../docs/glossary.md#term-cross-entropy) on the validation pictures: eight lines find it.


# %%
def logits(p):
    return np.log(np.maximum(p, 1e-30))


def fit_temperature(p, y):
    def loss(temperature):
        log_p = log_softmax(logits(p) / temperature, axis=1)
        return -log_p[np.arange(len(y)), y].mean()

    return minimize_scalar(loss, bounds=(0.1, 20)).x


# %%
temperatures = {
    kind: [fit_temperature(p, cifar.y_val) for p in validation[kind]]
    for kind in kinds
}
for kind, found in temperatures.items():
    print(f"{kind:10} temperatures", np.round(found, 2))

# %% [markdown]
# The temperatures were chosen on validation pictures. Whether they are worth anything, only other pictures
# can say.

# %%
choices = ["accuracy and calibration", "calibration alone", "neither"]
question = "What will be better on the test pictures, of a plain network?"
predict("13-temperature", question, choices)

# %%
def at_temperatures(kind, answers):
    pairs = zip(answers, temperatures[kind])
    return [softmax(logits(p) / t, axis=1) for p, t in pairs]


# %% tags=["hide-output"]
test = {kind: ask(kind, cifar.x_test) for kind in kinds}
scaled = {kind: at_temperatures(kind, test[kind]) for kind in kinds}
for kind in kinds:
    for pair in zip(test[kind], scaled[kind]):
        error = [f"{measure(p, cifar.y_test).error:.1%}" for p in pair]
        right = [f"{np.mean(p.argmax(1) == cifar.y_test):.1%}" for p in pair]
        print(kind, "error", *error, "accuracy", *right)

# %%
reveal("13-temperature", choices[1])

# %% mystnb={"image": {"alt": "Reliability diagram of a plain network on test pictures: as trained far below the diagonal, with its temperature close to it"}}
as_trained, mended = test["plain"][0], scaled["plain"][0]
pair = {"as trained": as_trained, "with its temperature": mended}
plotting.plot_reliability(
    {name: measure(p, cifar.y_test) for name, p in pair.items()}
);

# %% [markdown]
# One number, and the network says what it can keep. It has not learned anything: each answer is the same as
# before.
#
# ## Answer only when sure
#
# Now confidence can be put to use: let the network answer when it is sure, and hand the rest to a person.
# How accurate is it on the surest half?

# %% mystnb={"image": {"alt": "Accuracy against the share of pictures answered, surest first: all three lines fall to the right, the pretrained network lies highest, then the augmented, then the plain one"}}
about = cifar.y_test, "cifar10", cifar.source
scores = {kind: training.Score(scaled[kind][0], *about) for kind in kinds}
plotting.plot_answered(scores);

# %% [markdown]
# Read it from left to right: the more pictures must be answered, the more mistakes. At the right end stands
# the accuracy that you know. Where to stop is not a question for a network: what does a mistake cost you, and
# what a minute of a person?
#
# ## Worse pictures than it has seen
#
# Your network learned from clean pictures. Then it meets a smeared lens, a dark room, a cheap camera. The classes are
# the same, the pictures are not: this is a
# [distribution shift](../docs/glossary.md#term-distribution-shift). `corrupt` makes it, in five strengths.

# %% mystnb={"image": {"alt": "Four rows of one picture, blurred, noisy, dark and pale, from strength 0 on the left to 5 on the right; even at 5 it can be recognised"}}
steps = range(corruptions.STRONGEST + 1)
cases = [(kind, step) for kind in corruptions.KINDS for step in steps]
frog = cifar.x_val[new[1:2]]
worse = [corruptions.corrupt(frog, *case)[0] for case in cases]
titles = [f"{kind} {step}" for kind, step in cases]
plotting.plot_images(np.array(worse), titles, columns=len(steps));

# %%
choices = ["as far as accuracy", "half as far", "hardly, or it even rises"]
question = "Noise lets accuracy fall far. How far does confidence fall?"
predict("13-shift", question, choices)

# %% [markdown]
# One thousand test pictures, four kinds of corruption, five strengths. Each number is measured with three
# networks of each kind, all at the temperature that was right for clean pictures.

# %%
x, y = cifar.x_test[:1000], cifar.y_test[:1000]


def look(kind, pictures):
    """Return accuracy and confidence of three networks, (3, 2)."""
    answers = at_temperatures(kind, ask(kind, pictures))
    return [(np.mean(p.argmax(1) == y), p.max(1).mean()) for p in answers]


# %% tags=["hide-output"] mystnb={"image": {"alt": "Four panels, blur, noise, darkness and contrast: accuracy and confidence of three kinds of network against strength; accuracy falls in all of them, and under noise confidence hardly falls"}}
shape = (len(corruptions.KINDS), len(steps), settings.repeats(3), 2)
shifted = {kind: np.zeros(shape) for kind in kinds}
for row, corruption in enumerate(corruptions.KINDS):
    for step in steps:
        pictures = corruptions.corrupt(x, corruption, step)
        for kind in kinds:
            shifted[kind][row, step] = look(kind, pictures)
tables = {kind: np.moveaxis(shifted[kind], 2, 0) for kind in kinds}
plotting.plot_corruptions(tables, corruptions.KINDS, classes=10);

# %%
noise = corruptions.KINDS.index("noise")
for kind in kinds:
    before, after = shifted[kind][noise, [0, -1]].mean(axis=1)
    right, sure = 100 * (before - after)
    print(f"{kind}: accuracy falls by {right:.0f}, confidence by {sure:.0f}")

# %%
falls = [shifted[kind][noise, 0] - shifted[kind][noise, -1] for kind in kinds]
right, sure = np.mean(falls, axis=(0, 1))
falls_less = (sure < 0.75 * right) + (sure < 0.25 * right)
reveal("13-shift", choices[int(falls_less)])

# %% [markdown]
# That is the mean of the three kinds, and they differ: under noise the two small networks stay as sure as
# they were, or get surer, while the pretrained one does grow less sure, though less than it should.
#
# A band reaches from the lowest to the highest of three networks. Solid lines are what a network can do,
# dashed ones what it says. Where they part, it is wrong and does not know: look at noise. The temperature was
# right for clean pictures only: **calibrated here does not mean calibrated there.** So test your network on pictures
# from where it will be used.
#
# ## Hunt for wrong labels
#
# Labels are made by people, and people err: this is
# [label noise](../docs/glossary.md#term-label-noise). Can a network find their mistakes? Change 5 % of 4,000 labels at
# random, and see how many of them turn up among the 200 that look most suspicious: those with the largest loss.
#
# Who may judge? Not a network that was trained on the wrong labels: the plain one knows them all by heart.
# In [cross-validation](../docs/glossary.md#term-cross-validation) each fifth of the pictures is judged by a model
# that was trained on the other four. With the features at hand a linear model will do, which is found in a second.

# %%
count = min(4000, len(seen))
wrong = count // 20


def suspicion(labels):
    """Return each label's loss, judged by a model that has not seen it."""
    judge = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
    p = cross_val_predict(judge, seen[:count], labels, method="predict_proba")
    return -logits(p)[np.arange(count), labels]


# %%
choices = ["about 10, as by chance", "about 70", "more than 100"]
question = "Of the 200 most suspicious labels, how many were really changed?"
predict("13-labels", question, choices)

# %% tags=["hide-output"]
found = []
for seed in range(settings.repeats(3)):
    rng, labels = np.random.default_rng(seed), small.y_train[:count].copy()
    changed = rng.choice(count, wrong, replace=False)
    labels[changed] = (labels[changed] + rng.integers(1, 10, wrong)) % 10
    suspects = np.argsort(-suspicion(labels))[:wrong]
    found.append(np.isin(suspects, changed).mean())
    print(f"seed {seed}: {found[-1]:.0%} of {wrong} suspects had been changed")

# %%
share = np.mean(found)
reveal("13-labels", choices[0 if share < 0.2 else 1 if share < 0.5 else 2])

# %% [markdown]
# Chance would find one in twenty. Now the same with the labels as they are. What is most suspicious in CIFAR-10
# itself?

# %% mystnb={"image": {"alt": "Sixteen small pictures whose labels are the most suspicious, each with its label; several are hard to recognise"}}
suspects = np.argsort(-suspicion(small.y_train[:count]))[:16]
shown, labels = small.x_train[suspects], small.y_train[suspects]
plotting.plot_images(shown, labels, class_names=cifar.class_names, columns=8);

# %% [markdown]
# These are suspects, not culprits: some are odd pictures with the right label. Look at each yourself before you
# change anything, and never change labels of the test set because a network disagrees.
#
# ## Recap
#
# - A folder for each class, `from_folder`, a pretrained body and a new head: a network of your own in a minute.
# - Save it; a new process loads it and gives the same answers.
# - A network names one of its classes, whatever the picture shows.
# - Confidence means something only after you have measured it. A reliability diagram shows it, and a temperature,
#   fitted on validation pictures, often mends it.
# - On worse pictures accuracy may fall and confidence stay. Test where the network will be used.
# - A large loss on a label that the judge has not seen points at wrong labels.
#
# Lesson 12 let the body learn too. Would that help with your pictures? Try it, and choose on the validation set.

# %%
quiz("13")

# %% [markdown]
# Practise: [the exercises of this lesson](exercises/13_your_own_pictures.ipynb)
#
# Look up: [glossary](../docs/glossary.md), [own pictures](../docs/own_pictures.md)
#
# Next: [Fast and accurate](14_fast_and_accurate.ipynb)
