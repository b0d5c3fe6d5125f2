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
# # 5. Look inside a network
#
# **You will learn**
#
# - to classify clothes, which is harder than digits
# - to stop a training at a target, and to see what twenty epochs too many do
# - to open a trained network: its filters, its feature maps, what each unit answers to
# - to ask it what its answer rests on: occlusion and Grad-CAM, in plain Keras
# - a test that every such picture must pass: the same with random weights
#
# **You need** [lesson 3](03_convolution_by_hand.ipynb) and [lesson 4](04_first_conv_net.ipynb).
#
# **Time** 40 minutes of reading and doing; the code takes about 7 minutes full-size on two cores and
# a minute in reduced mode.

# %%
from cnncourse import data, explain, models, plotting, results
from cnncourse import settings, training
from cnncourse.widgets import predict, quiz, reveal

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

settings.start()

# %% tags=["remove-input"]
quiz("05", "opening")

# %% [markdown]
# ## Clothes instead of digits
#
# Fashion-MNIST has the format of MNIST: 70,000 grey pictures of 28 by 28 pixels in ten classes. But
# a shirt, a coat and a pullover look much more alike than a 3 and a 7.

# %% mystnb={"image": {"alt": "Sixteen pictures of clothes in grey, each with its class above it: T-shirts, pullovers, a dress, sandals, sneakers and ankle boots"}}
fashion = data.load("fashion_mnist")
names = fashion.class_names
plotting.plot_images(
    fashion.x_train[:16], fashion.y_train[:16], class_names=names, columns=8
)
plt.suptitle("Sixteen training pictures");

# %% [markdown]
# Begin with a [dense network](../docs/glossary.md#term-dense-layer), larger than that of lesson 1. It
# is the [baseline](../docs/glossary.md#term-baseline), the number to beat.
# [Dropout](../docs/glossary.md#term-dropout) switches off a random share of its neurons at each step,
# so that none of them can rely on another.

# %%
recipe = dict(optimizer="adamw", label_smoothing=0.1, seed=0)
dense = models.dense_net(fashion.picture_shape, [1024], dropout=0.4)
dense_run = training.train(
    dense, fashion, epochs=25,
    learning_rate=training.one_cycle(0.002), **recipe,
)

# %% [markdown]
# Now convolutions, for five epochs instead of 25.

# %% tags=["remove-input"]
fewer = ["more mistakes", "about as many", "up to a third fewer",
         "less than half as many"]
predict(
    "05-clothes",
    "How many validation mistakes do convolutions make, compared with the "
    "dense network's? (On digits: less than half as many.)",
    fewer,
)

# %% tags=["hide-output"]
layers = [32, "pool", 64, "pool", 128, "pool"]
options = dict(padding="same", batch_norm=True)
model = models.conv_net(fashion.picture_shape, layers, **options)
run = training.train(
    model, fashion, epochs=5,
    learning_rate=training.one_cycle(0.004), **recipe,
)
answers = model.predict(fashion.x_val, verbose=0)
wrong = np.flatnonzero(answers.argmax(axis=1) != fashion.y_val)
dense_answers = dense.predict(fashion.x_val, verbose=0).argmax(axis=1)
dense_wrong = int(np.sum(dense_answers != fashion.y_val))
print(f"wrong: dense {dense_wrong}, convolutional {len(wrong)}")

# %% tags=["hide-cell"]
share = len(wrong) / max(dense_wrong, 1)
reveal("05-clothes", fewer[3 - int(np.searchsorted([0.5, 0.95, 1.05], share))])

# %% [markdown]
# Which classes are the hard ones? Ask the
# [validation pictures](../docs/glossary.md#term-validation-set). The test pictures wait until the end.

# %% mystnb={"image": {"alt": "Confusion matrix of ten kinds of clothes on validation pictures: most mistakes lie among T-shirt, pullover, dress, coat and shirt; few are among shoes, bags and trousers"}}
score = training.Score(answers, fashion.y_val, "validation", fashion.source)
plotting.plot_confusion_matrix(score, class_names=names).set_title(
    "Which garment is taken for which, on validation pictures"
);

# %% [markdown]
# Shirts are taken for everything that covers a chest. Sandals, sneakers and boots are confused with each
# other now and then, and with hardly anything else.
#
# ## Stop when it is good enough
#
# Sometimes you need 85 % and no more. A [callback](../docs/glossary.md#term-callback) is an object whose
# methods Keras calls while it trains. This one stops as soon as the validation accuracy reaches a target.


# %%
class StopAtTarget(keras.callbacks.Callback):
    def __init__(self, target):
        super().__init__()
        self.target = target

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_accuracy"] >= self.target:
            print(f"reached {self.target:.0%} after epoch {epoch + 1}")
            self.model.stop_training = True


# %% [markdown]
# It goes into a plain `fit`. Three thousand pictures are enough here.

# %%
few = fashion.subset(3000)
held_out = few.x_val[:2000], few.y_val[:2000]


def small_net():
    """Return a small network without anything against overfitting."""
    layers = [32, "pool", 64, "pool"]
    net = models.conv_net(few.picture_shape, layers, dense=[128])
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return net


history = small_net().fit(
    few.x_train, few.y_train, epochs=settings.epochs(20), verbose=0,
    validation_data=held_out, callbacks=[StopAtTarget(0.83)],
)
print(f"{len(history.history['loss'])} epochs")

# %% [markdown]
# Keras' own `EarlyStopping` does not know a target. It stops when nothing has improved for some epochs;
# you will meet it in lesson 12.
#
# ## Twenty epochs too many
#
# Now leave the callback out, and let a fresh copy of the same network go on.

# %% tags=["remove-input"]
turns = ["it falls to the end", "it falls and then stays level",
         "it falls and then rises"]
predict("05-too-many", "Thirty epochs: what will validation loss do?", turns)

# %% tags=["hide-output"] mystnb={"image": {"alt": "Accuracy and loss by epoch: on training pictures accuracy rises towards 100 percent and loss falls towards 0; on validation pictures accuracy levels off early, and the loss falls, turns and rises"}}
history = small_net().fit(
    few.x_train, few.y_train, epochs=settings.epochs(30), verbose=0,
    validation_data=held_out,
).history
best = int(np.argmin(history["val_loss"])) + 1
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
for ax, metric in zip(axes, ["accuracy", "loss"]):
    epochs = np.arange(1, len(history[metric]) + 1)
    ax.plot(epochs, history[metric], "--", label="training")
    ax.plot(epochs, history[f"val_{metric}"], label="validation")
    ax.axvline(best, color="gray", ls=":", label="smallest validation loss")
    ax.set(xlabel="epoch", ylabel=metric)
axes[0].legend()
figure.suptitle("3,000 training pictures, and no end");

# %% tags=["hide-cell"]
rise = history["val_loss"][-1] / min(history["val_loss"])
reveal("05-too-many", turns[int(np.searchsorted([1.001, 1.1], rise))])

# %% [markdown]
# This is [overfitting](../docs/glossary.md#term-overfitting), to be seen: on the training pictures all is
# going well. On pictures that it does not learn from, the network gets surer of its mistakes, and the loss
# counts how sure a wrong answer is. The accuracy hardly notices. Watch only the dashed lines, and you
# would train for ever. Lesson 8 is about what helps.
#
# ## The filters
#
# Now open the network with the three convolutions. Its first layer has 32
# [filters](../docs/glossary.md#term-filter) of 3 by 3 weights. In lesson 3 you wrote some by hand; these
# were found by training. Purple is positive, orange negative.

# %% mystnb={"image": {"alt": "The 32 trained filters of the first layer as squares of nine weights: mostly pale, without an order that strikes the eye; one has a dark spot in its middle"}}
first, *_ = [
    layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)
]
plotting.plot_filters(first.get_weights()[0])
plt.suptitle("First layer, trained");

# %% mystnb={"image": {"alt": "32 filters with random weights: stronger orange and purple, some of which could be taken for edges, too"}}
randoms = [explain.with_random_weights(model, seed=seed) for seed in range(5)]
plotting.plot_filters(randoms[0].get_layer(first.name).get_weights()[0])
plt.suptitle("First layer, random");

# %% [markdown]
# Some of the trained filters have one side unlike the other, as an edge finder has. But so have some of the
# random ones: with nine weights chance draws an edge now and then. (Each figure has a scale of its own: a few
# strong weights make all others pale.) So do not judge by eye. If training had drawn edges and areas,
# neighbouring weights should have the same sign more often than by chance. Count.


# %%
def agreement(net):
    """Return how often neighbours have one sign, in the first layer."""
    signs = np.sign(net.get_layer(first.name).get_weights()[0])
    across, down = signs[:, 1:] * signs[:, :-1], signs[1:] * signs[:-1]
    return np.mean([np.mean(across > 0), np.mean(down > 0)])


by_chance = [f"{agreement(net):.0%}" for net in randoms]
print(f"trained {agreement(model):.0%}, random {', '.join(by_chance)}")

# %% [markdown]
# The trained share lies within what five random networks reach. So this count shows no order, whatever the eye
# may find. Nine weights tell little. Look at what the filters **do** instead.
#
# ## Feature maps
#
# What a filter makes of a picture is its [feature map](../docs/glossary.md#term-feature-map). To get at it,
# build a second model from the same layers: a Keras model goes from any input to any output inside it.
# After each convolution of this network stand
# [batch normalisation](../docs/glossary.md#term-batch-normalisation) and
# [ReLU](../docs/glossary.md#term-relu), so take what the ReLU lets through.

# %% tags=["nbval-check-output"]
relus = [
    layer for layer in model.layers
    if isinstance(layer, keras.layers.Activation)
]
inside = keras.Model(model.inputs, [layer.output for layer in relus])

x, y = fashion.x_val[:1000], fashion.y_val[:1000]
boots = x[y == names.index("Ankle boot")][:3]
shirt = x[y == names.index("Shirt")][:1]
shown = np.concatenate([boots, shirt])
maps = inside.predict(shown, verbose=0)
for values in maps:
    print(values.shape)

# %% [markdown]
# Four pictures (three boots and a shirt), and three layers. Here are **all** maps of the first layer for
# the first boot.

# %% mystnb={"image": {"alt": "All 32 feature maps of the first layer for a boot: some show its edges on one side, some the pattern on it, some everything but the boot"}}
plotting.plot_images(maps[0][0].transpose(2, 0, 1), range(32), columns=8)
plt.suptitle("32 maps of one boot");

# %% [markdown]
# Some filters answer to an edge on one side, some to what is on the leather, some to everything but the boot.
# How far does each layer see? Its
# [receptive field](../docs/glossary.md#term-receptive-field) grows as in lesson 3.

# %% tags=["nbval-check-output"]
sees, apart = 1, 1
for number in (1, 2, 3):
    sees += 2 * apart
    print(f"convolution {number}: sees {sees:2} x {sees} pixels, every {apart}")
    sees, apart = sees + apart, apart * 2

# %% [markdown]
# The first layer sees 3 x 3 pixels: edges. The second one sees 8 x 8: a heel, a strap, a seam. The third one
# sees 18 x 18: a part of a garment. On large photographs this goes on, from edges and textures to parts and
# objects.
#
# Three boots beside one another: which maps of the last layer do they **share**? Take the six that answer
# to boots more than to other pictures, on the average of many validation pictures.

# %%
many = inside.predict(x, verbose=0)
is_boot = y == names.index("Ankle boot")
strength = many[2].mean(axis=(1, 2))
boot, other = strength[is_boot].mean(axis=0), strength[~is_boot].mean(axis=0)
chosen = np.argsort(other - boot)[:6]
print("maps", *chosen)

# %% mystnb={"image": {"alt": "Six feature maps of the last layer for three boots and a shirt, on one scale: some maps are bright along the soles of all three boots and less under the shirt; some are bright at the right border for all four"}}
largest = many[2][..., chosen].max(axis=(0, 1, 2))
values = maps[2][..., chosen] / largest
figure, grid = plt.subplots(4, 7, figsize=(8, 5), layout="constrained")
for row, picture, its_maps in zip(grid, shown, values):
    row[0].imshow(picture, cmap="gray")
    for number, ax in enumerate(row[1:]):
        drawn = ax.imshow(its_maps[..., number], vmin=0, vmax=1)
for ax in grid.flat:
    ax.set(xticks=[], yticks=[])
for ax, number in zip(grid[0, 1:], chosen):
    ax.set_title(f"map {number}")
figure.colorbar(drawn, ax=grid, label="share of the map's largest value")
figure.suptitle("Six maps that boots share");

# %% [markdown]
# Look down a column. Some maps light up along all three soles, and less below the shirt, which is the
# counter-example. Others are bright at the same border for all four pictures: there the zeros of the
# [padding](../docs/glossary.md#term-padding) begin, and they say nothing about boots. The first layer's maps
# still look like the picture. From these nobody could draw the boot.

# %% tags=["remove-input"]
alike = ["black or noise", "clothes can still be made out",
         "the same maps as before"]
predict(
    "05-random-maps",
    "Random weights in the same network: what do its first maps show?",
    alike,
)

# %% tags=["hide-output"] mystnb={"image": {"alt": "All 32 feature maps of the first layer with random weights for the same boot: the boot can be made out in most of them"}}
untrained = randoms[0]
relu = untrained.get_layer(relus[0].name)
control = keras.Model(untrained.inputs, relu.output)
of_boot = control.predict(boots[:1], verbose=0)
plotting.plot_images(of_boot[0].transpose(2, 0, 1), range(32), columns=8)
plt.suptitle("32 maps of the same boot, random weights");

# %% tags=["hide-cell"]
reveal("05-random-maps", alike[1])

# %% [markdown]
# Any kernel leaves something of the picture. So beautiful feature maps prove nothing about what was learned.
# Always look at this [control](../docs/glossary.md#term-control) before you conclude.
#
# ## The nine strongest patches
#
# A map tells what one picture does to a filter. Turn the question round: of all validation pictures, which
# nine pieces excite a filter most? A number of the second layer sees 8 x 8 pixels, from 3 pixels above and to
# the left of twice its place, so cut out those. These are the six filters that can be excited most.

# %% mystnb={"image": {"alt": "Six rows of nine small patches of 8 by 8 pixels, cut from validation pictures: within most rows the patches are alike: slanting straps, the gap between two stripes or legs, a lower right edge"}}
padded = np.pad(x[..., 0], ((0, 0), (3, 3), (3, 3)))
patches, titles = [], []
for number in np.argsort(-many[1].max(axis=(0, 1, 2)))[:6]:
    values = many[1][..., number]
    for which in np.argsort(-values.max(axis=(1, 2)))[:9]:
        row, column = 2 * np.array(divmod(np.argmax(values[which]), 14))
        patches.append(padded[which, row : row + 8, column : column + 8])
    titles += [f"filter {number}", *[""] * 8]
plotting.plot_images(np.array(patches), titles, columns=9)
plt.suptitle("Nine strongest patches of six filters, second layer");

# %% [markdown]
# Look along a row: what do its nine patches have in common? That is the best short description of the
# filter, and unlike a map it cannot be had from one picture alone.
#
# ## What a unit wants
#
# Patches are limited to pictures that exist. You can also **make** a picture: begin with grey noise, and
# change its pixels, not the weights, along the [gradient](../docs/glossary.md#term-gradient), so that one
# class's score grows. It is training turned inside out.

# %% tags=["remove-input"]
wishes = ["a clear sandal, bag and boot", "blurred but recognisable garments",
          "mostly noise and patterns, no garments"]
predict(
    "05-wanted",
    "What will the pictures look like that sandal, bag and boot want most?",
    wishes,
)


# %%
def scores_of(net):
    """Return what the last layer computes before its softmax."""
    last = net.layers[-1]
    return keras.ops.matmul(last.input, last.kernel) + last.bias


classes = [names.index(name) for name in ("Sandal", "Bag", "Ankle boot")]
scorer = keras.Model(model.inputs, scores_of(model))
noise = np.random.default_rng(0).uniform(100, 156, (3, 28, 28, 1))
wanted = tf.Variable(noise, dtype="float32")
for _ in range(100):
    with tf.GradientTape() as tape:
        scores = scorer(wanted)
        score = sum(scores[row, c] for row, c in enumerate(classes))
    slope = tape.gradient(score, wanted)
    size = tf.reduce_max(tf.abs(slope), axis=(1, 2, 3), keepdims=True)
    wanted.assign(tf.clip_by_value(wanted + 8 * slope / (size + 1e-9), 0, 255))

# %% tags=["hide-output"] mystnb={"image": {"alt": "Three made pictures for sandal, bag and boot: grey noise with spots and strokes and no garment to be seen; the network gives each nearly 100 percent"}}
sure = model.predict(wanted.numpy(), verbose=0)
figure, axes = plt.subplots(1, 3, figsize=(7, 3), layout="constrained")
for ax, picture, label, p in zip(axes, wanted.numpy(), classes, sure):
    ax.imshow(picture, cmap="gray", vmin=0, vmax=255)
    ax.set(xticks=[], yticks=[], title=f"{names[label]}: {p[label]:.0%}")
figure.suptitle("Wanted pictures, and how sure the network is of them");

# %% tags=["hide-cell"]
reveal("05-wanted", wishes[2])

# %% [markdown]
# The network is sure, and you see no garment. A picture with a high score need not look like one of its
# class: the network has learned to tell clothes apart, not what clothes are. Keep that in mind when a
# network is shown something that is none of its ten classes. Lesson 13 comes back to it.
#
# ## The last layer as a map
#
# Before the last layer each picture is a row of numbers. Two directions of them, those in which the pictures
# differ most (their [principal components](../docs/glossary.md#term-principal-component)), can be drawn.

# %% mystnb={"image": {"alt": "Thumbnails of clothes on a plane, by the two principal components of the last layer's numbers: shoes lie together at one side, trousers and bags in places of their own, tops mixed with each other"}}
from sklearn.decomposition import PCA

before_last = keras.Model(model.inputs, model.layers[-1].input)
numbers = before_last.predict(x, verbose=0)
points = PCA(2, random_state=0).fit_transform(numbers)
ax = plotting.plot_thumbnails(points, x, y, class_names=names)
ax.set_title("Validation pictures as the last layer gets them")
ax.set(xlabel="first component", ylabel="second component");

# %% [markdown]
# Nobody told the network that sandals, sneakers and boots have something in common, or that a shirt is
# nearer to a coat than to a bag. How much of that order was in the pixels already? Look at each picture's
# nearest neighbour: is it of the same class?

# %%
from scipy.spatial.distance import cdist


def same_class(rows):
    """Return how often the nearest other row is of the same class."""
    distances = cdist(rows, rows)
    np.fill_diagonal(distances, np.inf)
    return np.mean(y[distances.argmin(axis=1)] == y)


print(f"pixels:     {same_class(x.reshape(len(x), -1)):.1%}")
print(f"last layer: {same_class(numbers):.1%}")

# %% [markdown]
# Much of the order is in the pixels. The network adds to it, and so its last layer, which can only draw straight
# borders, gets an easier task.
#
# ## Occlusion: cover a part and watch
#
# Which part of a picture matters? Cover a square, and see how far the probability of the class falls. Do
# this everywhere: [occlusion](../docs/glossary.md#term-occlusion).


# %%
def occlusion(net, picture, label, fill=0):
    """Return how far the probability falls when 6 x 6 pixels are covered."""
    corners = [(r, c) for r in range(0, 23, 2) for c in range(0, 23, 2)]
    covered = np.repeat(picture[None], len(corners), axis=0)
    for one, (r, c) in zip(covered, corners):
        one[r : r + 6, c : c + 6] = fill
    before = net.predict(picture[None], verbose=0)[0, label]
    falls = before - net.predict(covered, verbose=0)[:, label]
    # Each fall is drawn in the middle of its square.
    return np.pad(np.kron(falls.reshape(12, 12), np.ones((2, 2))), 2)


# %% [markdown]
# What should cover the square? Grey (128) is common. But these pictures stand on black (0).

# %% tags=["remove-input"]
fills = ["nearly the same", "grey hurts more, also beside the garment",
         "black hurts more"]
predict("05-fill", "Cover with grey or with black: which hurts more?", fills)

# %% tags=["hide-output"] mystnb={"image": {"alt": "Occlusion maps of five validation pictures, covered with black and with grey, on one scale: grey squares also hurt beside the garments, where black ones change little"}}
places = [np.argmax(y == label) for label in (0, 1, 5, 8, 9)]
pictures, truth = x[places], y[places]
falls = {
    what: np.array(
        [occlusion(model, p, t, fill) for p, t in zip(pictures, truth)]
    )
    for what, fill in {"black": 0, "grey": 128}.items()
}
titles = [names[label] for label in truth]
plotting.plot_heatmaps(
    pictures, falls, titles=titles, measure="fall of the probability"
)
plt.suptitle("Occlusion, black and grey");

# %%
ground = np.abs(falls["black"]) < 1e-5
for what, values in falls.items():
    print(f"{what:5}: mean fall {values.mean():.3f}, "
          f"where only ground is covered {values[ground].mean():.3f}")

# %% tags=["hide-cell"]
ratio = falls["grey"].mean() / max(falls["black"].mean(), 1e-9)
reveal("05-fill", fills[[2, 0, 1][int(np.searchsorted([0.8, 1.2], ratio))]])

# %% [markdown]
# A black square on black ground changes nothing, so nothing falls there. A grey one does harm there, too: it
# **adds** something, a heel perhaps, or a sleeve. And the two maps of a picture have their brightest places
# elsewhere. Whatever covers a part puts a part of its own in its place. So choose what the ground is made of,
# and say what you chose.
#
# Now the control, and a fair one. A network with random weights gives some 10 % to each class, so its
# probabilities have little room to fall: it would look innocent whatever it looked at. Therefore three of
# them, on the same scale; and then, without any scale, how alike the **places** are.

# %% mystnb={"image": {"alt": "Occlusion with black for five validation pictures on one scale: bright places for the trained network, nearly black for three networks with random weights"}}
rows = {"trained": falls["black"]}
for number, net in enumerate(randoms[:3], 1):
    maps_of = [occlusion(net, p, t) for p, t in zip(pictures, truth)]
    rows[f"random {number}"] = np.array(maps_of)
plotting.plot_heatmaps(
    pictures, rows, titles=titles, measure="fall of the probability"
)
plt.suptitle("Occlusion with black, and its control");


# %%
def alike_places(first, second):
    """Return the mean correlation of two rows of maps, picture by picture."""
    spread = 1e-9 * np.random.default_rng(0).normal(size=first.shape)
    pairs = zip(first + spread, second + spread[::-1])
    return np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs])


for name, values in rows.items():
    print(f"trained and {name}: {alike_places(rows['trained'], values):+.2f}")

# %% [markdown]
# A [correlation](../docs/glossary.md#term-correlation) of 1 means the same places, 0 no connection. Had the
# random rows come near 1, the trained map would be a picture of the picture, and no evidence of learning.
#
# ## Grad-CAM: ask the last convolution
#
# Occlusion needs more than a hundred answers for one picture.
# [Grad-CAM](../docs/glossary.md#term-Grad-CAM) needs one answer and one gradient. It asks of each map of the
# last convolution: if this map were brighter, would the score of the class grow? It adds up the maps, each
# weighted by the answer, and drops what is below 0.


# %%
def grad_cam(net, pictures, labels):
    """Return what speaks for a class, (N, 28, 28), in points of its score."""
    last = net.get_layer(relus[-1].name).output
    probe = keras.Model(net.inputs, [last, scores_of(net)])
    with tf.GradientTape() as tape:
        maps, scores = probe(tf.cast(pictures, "float32"))
        score = tf.gather(scores, labels, batch_dims=1, axis=1)
    slopes = tape.gradient(score, maps)
    weights = tf.reduce_mean(slopes, axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=3, keepdims=True))
    return tf.image.resize(heat, (28, 28))[..., 0].numpy()


# %% mystnb={"image": {"alt": "Grad-CAM for five validation pictures on one scale: the trained network's maps are bright on parts of the garments and also beside them, those of three networks with random weights are nearly black"}}
nets = {"trained": model, "random 1": randoms[0],
        "random 2": randoms[1], "random 3": randoms[2]}
cams = {name: grad_cam(net, pictures, truth) for name, net in nets.items()}
plotting.plot_heatmaps(
    pictures, cams, titles=titles, measure="points of the score"
)
plt.suptitle("Grad-CAM, and its control")
for name, values in cams.items():
    print(f"trained and {name}: {alike_places(cams['trained'], values):+.2f}")

# %% [markdown]
# The map is coarse: 7 by 7 squares, stretched. Much of it lies beside the garments, as each square has seen 18 by
# 18 pixels. With random weights the scores themselves are small, so the rows are dark; the correlations tell
# more. `explain.grad_cam(model, pictures, truth)` is the same function
# for any network of this course, with each map stretched to its own maximum. Then places can be compared,
# but a weak map looks as strong as any.
#
# Do occlusion and Grad-CAM agree? They ask different questions: what happens when a part is gone, and what
# speaks for the class.

# %%
between = alike_places(falls["black"], cams["trained"])
print(f"occlusion and Grad-CAM: {between:+.2f}")

# %% [markdown]
# For these pictures the two have little in common. Neither is *the* explanation. Each answers its own question, so
# say which one you asked.
#
# ## What it saw in its mistakes
#
# An explanation is worth most where the network is wrong. Here are the four mistakes of which it was surest:
# what spoke for the true class, and what for its answer?

# %% mystnb={"image": {"alt": "Four misclassified validation pictures with Grad-CAM for the true class and for the given answer, on one scale: the maps for the answer are brighter"}}
surest = wrong[np.argsort(-answers[wrong].max(axis=1))][:4]
told, meant = answers[surest].argmax(axis=1), fashion.y_val[surest]
titles = [f"{names[m]},\nnot {names[t]}" for m, t in zip(meant, told)]
missed = fashion.x_val[surest]
rows = {"for the truth": grad_cam(model, missed, meant),
        "for its answer": grad_cam(model, missed, told)}
plotting.plot_heatmaps(
    missed, rows, titles=titles, measure="points of the score"
)
plt.suptitle("Grad-CAM of four mistakes");

# %% [markdown]
# Look at a column from top to bottom. Would you have named the garment rightly from these 28 by 28 pixels?
# And beware: you will find a reason for any map. A story that fits is a guess, until you test it, for
# instance by covering the part that is said to matter.
#
# ## The test pictures, once
#
# Nothing is chosen any more. Two networks, one look each.

# %%
dense_score = training.evaluate(dense, fashion)
what = "dense 1024, dropout, one-cycle"
results.record("E20", what, dense_score, dense_run)
conv_score = training.evaluate(model, fashion)
what = "three convolutions with batch norm, one-cycle"
results.record("E21", what, conv_score, run)

# %% mystnb={"image": {"alt": "Test accuracies on Fashion-MNIST of the dense and of the convolutional network with their 95 percent intervals: the convolutional one lies higher, and the intervals do not overlap"}}
scores = {"dense, 25 epochs": dense_score,
          "convolutional, 5 epochs": conv_score}
plotting.plot_comparison(scores).set_title("Fashion-MNIST, test pictures");

# %% [markdown]
# ## Recap
#
# - A callback can stop a training at a target. Training on and on makes a network surer of its mistakes.
# - A second model from the same layers gives every feature map. The deeper the layer, the larger the
#   receptive field.
# - A filter is best known by the patches that excite it most.
# - Feature maps of random weights look convincing, too: always run the control, several times, on one scale.
# - Occlusion covers a part, and whatever covers it adds something. Grad-CAM weighs the last feature maps.
# - An explanation that fits is a guess until it is tested.

# %% tags=["remove-input"]
quiz("05")

# %% [markdown]
# Practise: [the exercises of this lesson](exercises/05_looking_inside.ipynb). Look a word up:
# [the glossary](../docs/glossary.md).
#
# Next: [Choose an architecture](06_choosing_an_architecture.ipynb)
