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
# - to stop the training when it is good enough, with a callback of your own
# - what filters and feature maps look like in a trained network
# - to ask a network what it looked at: occlusion and Grad-CAM
# - a test that every such explanation must pass: the same with random weights
#
# **You need** lessons 1 to 4.
#
# **Time** 35 minutes of reading; the code takes about 15 minutes full-size on two cores and a
# minute in reduced mode.

# %%
from cnncourse import augmentation, data, explain, models, plotting, results, settings, training

import keras
import numpy as np

settings.start()

# %% [markdown]
# ## Clothes instead of digits
#
# Fashion-MNIST has the format of MNIST: 70,000 grey pictures of 28 by 28 pixels in ten classes. But
# a shirt, a coat and a pullover look much more alike than a 3 and a 7.

# %%
fashion = data.load("fashion_mnist")
fashion

# %% mystnb={"image": {"alt": "Sixteen pictures of clothes in grey, with their classes: T-shirts, pullovers, a dress, sandals, sneakers, boots"}}
names = fashion.class_names
plotting.plot_images(fashion.x_train[:16], fashion.y_train[:16], class_names=names, columns=8);

# %% [markdown]
# Start with a dense network, larger than that of lesson 1. It gives a baseline, the number to beat.
# **Dropout** switches off 40 % of its neurons at each step, chosen at random, so that none of them can rely
# on another.

# %%
recipe = dict(optimizer="adamw", label_smoothing=0.1, seed=0)
dense = models.dense_net(fashion.picture_shape, [1024], dropout=0.4)
run = training.train(dense, fashion, epochs=25, learning_rate=training.one_cycle(0.002), **recipe)
baseline = training.evaluate(dense, fashion)
results.record("E20", "dense 1024, dropout, one-cycle", baseline, run)

# %% [markdown]
# **Predict:** on MNIST, convolutions left about a quarter of the mistakes. Will they do as well here?

# %%
layers = [32, "pool", 64, "pool", 128, "pool"]
quick = models.conv_net(fashion.picture_shape, layers, padding="same", batch_norm=True)
run = training.train(quick, fashion, epochs=5, learning_rate=training.one_cycle(0.004), **recipe)
quick_score = training.evaluate(quick, fashion)
results.record("E21", "three convolutions with batch norm, one-cycle", quick_score, run)
print(f"dense: {baseline.errors} wrong, convolutional: {quick_score.errors} wrong")

# %% [markdown]
# Fewer mistakes, but three quarters of them are left. Clothes are harder, and this time the dense network
# was far larger and trained for five times as many epochs. Published pages report 90.47 % for a network
# of two convolutions after five epochs.
#
# Here are some answers. A wrong one is written after the true class, with a question mark.

# %% mystnb={"image": {"alt": "Sixteen test pictures of clothes with the network's answers; wrong answers are in another colour and end with a question mark"}}
plotting.plot_images(
    fashion.x_test[:16],
    fashion.y_test[:16],
    predictions=quick_score.predictions[:16],
    class_names=names,
    columns=8,
);

# %% [markdown]
# Which classes are the hard ones?

# %% mystnb={"image": {"alt": "Confusion matrix of ten kinds of clothes: shirts are often taken for T-shirts, pullovers and coats; trousers, bags and shoes are nearly always right"}}
plotting.plot_confusion_matrix(quick_score, class_names=names);

# %% [markdown]
# Five of six mistakes are among five classes: T-shirt, pullover, dress, coat, and shirt above all.
# Sandals, sneakers and boots are confused with each other now and then, and with hardly anything else.
#
# ## Train longer, on varied pictures
#
# A mirrored shoe is still a shoe. So each epoch, mirror half of the pictures and shift all of them
# a little: the network never sees exactly the same picture twice. Lesson 7 is all about this.

# %% mystnb={"image": {"alt": "A boot and a T-shirt, each with nine variants: shifted by a few pixels, some mirrored"}}
varied = augmentation.RandomAffine(shift=0.07, flip=True, fill_mode="nearest")
plotting.plot_augmentations(varied, fashion.x_train[:2], variants=9);

# %% [markdown]
# A harder task deserves a larger network and more time: five convolutions, twelve epochs. Under its
# `name` the training is kept on disk after every epoch. If the kernel dies, run the cells up to here
# once more: this training goes on where it was.

# %%
layers = [32, "pool", 64, 64, "pool", 128, 128, "pool"]
model = models.conv_net(fashion.picture_shape, layers, padding="same", batch_norm=True)
rate = training.one_cycle(0.004)
run = training.train(
    model, fashion, epochs=12, augment=varied, learning_rate=rate,
    name="lesson 05 longer", **recipe
)

# %% [markdown]
# When the network answers, it may look at several views as well: the picture and its mirror image, each
# in place and moved by a pixel in four directions. Averaging these ten answers is called test-time
# averaging.

# %%
averaged = models.test_time_average(model, shift=1, flip=True)
score = training.evaluate(averaged, fashion)
what = "five convolutions, flips and shifts, ten views averaged"
results.record("L05-longer", what, score, run)

# %% mystnb={"image": {"alt": "Test accuracies on Fashion-MNIST with intervals: dense about 89.8 percent, three convolutions in five epochs about 92.5, a larger network on varied pictures with ten views about 93.7; the intervals do not overlap"}}
plotting.plot_comparison(
    {"dense": baseline, "convolutional, 5 epochs": quick_score, "longer, varied, ten views": score}
);

# %% [markdown]
# The intervals of the two lower rows do not overlap: a gain. Compare the training accuracies, too.
# Without variation the small network reached 96 % on its training pictures, but 93 % on the validation
# pictures. With variation the larger one reached 95 % and 94 %. The 95 % was measured on varied pictures,
# which are harder, so the two gaps cannot be compared directly. What counts is that validation rose by a
# point. Behind it are three changes: the network, the epochs and the pictures. Behind the test accuracy
# there is a fourth, the views. One figure cannot say which of them helped most. Lesson 7 looks at the
# pictures alone.

# %% [markdown]
# ## Stop when it is good enough
#
# Sometimes you need 85 % and no more. A **callback** is an object whose methods Keras calls while it
# trains. This one stops as soon as the training accuracy reaches a target.


# %%
class StopAtTarget(keras.callbacks.Callback):
    def __init__(self, target):
        super().__init__()
        self.target = target

    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= self.target:
            print(f"reached {self.target:.0%} after epoch {epoch + 1}")
            self.model.stop_training = True


# %%
small = fashion.subset(5000)
stopped = training.train(
    models.dense_net(fashion.picture_shape, [128]),
    small,
    epochs=20,
    callbacks=[lambda: StopAtTarget(0.85)],
)

# %% [markdown]
# `lambda: X` is a function without a name that makes an X. `train` wants a function that makes the
# callback, not the callback itself: one that was used before may remember its last run, and spoil the
# next one.
#
# In earnest, watch `val_accuracy`: the training accuracy includes what was learned by heart.
#
# ## The filters
#
# Now open the trained network. Its first layer has 32 filters of 3 by 3 weights. In lesson 3 we
# wrote one by hand; these were found by training. Purple is positive, orange negative.

# %% mystnb={"image": {"alt": "The 32 trained filters of the first layer: pale squares, in many of which neighbouring weights have like colours; some have a dark spot in the middle, some two differing sides"}}
convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
first = convolutions[0]
plotting.plot_filters(first.get_weights()[0]);

# %% [markdown]
# **Predict:** these are the filters after training. What did they look like before?

# %% mystnb={"image": {"alt": "The same 32 filters with random weights: orange and purple squares without any order, many of which could be taken for edges too"}}
untrained = explain.with_random_weights(model)
plotting.plot_filters(untrained.get_layer(first.name).get_weights()[0]);

# %% [markdown]
# Compare the two figures as a whole: these are fresh random weights, not the very ones that the training
# began with. Before training, the squares are strewn at random. After training, neighbouring weights tend
# to agree. (They look paler because a few strong weights, as in 17 and 27, set the scale of the whole
# figure.) Some filters have one side unlike the other, as an edge finder has (16, 19). Others have a spot
# in the middle (17, 27). Nobody asked for that. But with nine weights chance draws something like an edge
# now and then, so do not read too much into a single filter.
#
# ## Feature maps
#
# What a filter makes of a picture is its **feature map**. Follow one filter of each layer for three
# pictures: an ankle boot (test picture 0) and two shirts (7 and 26).

# %% tags=["nbval-check-output"]
shown = fashion.x_test[[0, 7, 26]]
maps = explain.feature_maps(model, shown)
for name, values in maps.items():
    print(f"{name:18} {values.shape[1]:2} x {values.shape[2]:2}, {values.shape[3]:3} maps")

# %% mystnb={"image": {"alt": "Feature maps of one filter through all layers for three pictures: at first the garment with its edges, after each pooling coarser, at the end a few bright squares"}}
plotting.plot_feature_maps(maps, shown, filter_index=5);

# %% [markdown]
# It is filter number 5 of each layer: different filters that merely share a number. From left to right
# the maps grow coarser. The first ones still show the garment. The last ones no longer show it: the last
# 7 x 7 map is bright mostly along the border, where the padding begins. (Each map has a scale of its own:
# compare places, not brightness.)
#
# **Predict:** what do the feature maps of an untrained network look like, whose weights are random?

# %% mystnb={"image": {"alt": "The same feature maps with random weights: in the first layers the garments can be made out as well"}}
random_maps = explain.feature_maps(untrained, shown)
plotting.plot_feature_maps(random_maps, shown, filter_index=5);

# %% [markdown]
# In the first layers you see clothes here, too! Any kernel leaves something of the picture. So beautiful feature maps
# prove nothing about what was learned. Always look at this **control** before you draw conclusions.
#
# ## Occlusion: cover a part and watch
#
# Which part of the picture matters? Cover a square with grey, and see how far the probability of the
# class falls. Do this everywhere. Bright is where covering hurts most.

# %%
# The first test picture of five classes.
chosen = [int(np.flatnonzero(fashion.y_test == label)[0]) for label in [0, 1, 5, 8, 9]]
pictures, truth = fashion.x_test[chosen], fashion.y_test[chosen]
trained_falls = [explain.occlusion(model, p, t) for p, t in zip(pictures, truth)]
random_falls = [explain.occlusion(untrained, p, t) for p, t in zip(pictures, truth)]
print(f"largest fall: trained {np.max(trained_falls):.2f}, random weights {np.max(random_falls):.2f}")

# %% mystnb={"image": {"alt": "Occlusion maps for five pictures: for the trained network the brightest places lie beside the garment, in front of the boot and below the sandal; for random weights they mostly lie elsewhere"}}
plotting.plot_heatmaps(
    pictures,
    {"trained": np.maximum(trained_falls, 0), "random weights": np.maximum(random_falls, 0)},
    titles=[names[label] for label in truth],
);

# %% [markdown]
# The row in the middle belongs to the trained network, the lowest one is the control. Each row has a
# scale of its own: the line above says how large the largest fall was. With random weights next to
# nothing falls, and what little there is lies mostly elsewhere. (For the sandal both rows point below the
# sole.) If the rows looked alike, we could not trust it.
#
# Now look where it is bright: mostly **beside** the garment, in front of the boot and below the sandal.
# Nothing was hidden there. But a grey square on black looks like a piece of a garment, a heel perhaps, or
# the shaft of a boot. Perhaps the network goes by the outline, so that it matters also where there is
# nothing. And you learn something about the method: whatever covers a part adds a part of its own.
#
# ## Grad-CAM: ask the last convolution
#
# Occlusion needs more than a hundred predictions for a picture. **Grad-CAM** needs one prediction and one
# **gradient**: for each number, how much the score would change if that number grew a little. It asks for
# each map of the last convolution: if this map were brighter, would the score of the class grow? Then it
# adds up the maps, each weighted by the answer, and drops what is below 0.

# %% mystnb={"image": {"alt": "Grad-CAM for the same five pictures: for the trained network most warm areas lie on the garments, for the boot also in front of it; on the T-shirt beside the sleeve; for random weights they mostly lie elsewhere, but not for the sandal, and the bag has none"}}
plotting.plot_heatmaps(
    pictures,
    {
        "trained": explain.grad_cam(model, pictures, truth),
        "random weights": explain.grad_cam(untrained, pictures, truth),
    },
    titles=[names[label] for label in truth],
);

# %% [markdown]
# The last convolution sees 7 by 7 squares, so the map is coarse. Each map is stretched to its own
# maximum: compare places, not strengths. For the trousers and the bag the warm areas lie on the garment,
# and the control differs. (The bag's control is empty: with these random weights all of its sum lay below
# 0.) The T-shirt's brightest place lies beside the sleeve, not on it. The boot's brightest place lies in
# front of its shaft, where occlusion pointed, too. For the sandal the two rows look much alike: what you
# see there may be the picture itself rather than what was learned. Without the control you would have
# believed it.
#
# Occlusion and Grad-CAM disagree in places. They ask different questions: one asks what happens when
# something is put over a part, the other what speaks for the class.
#
# ## Recap
#
# - A callback can stop the training; give `train` a function that makes it.
# - Training puts order into the filters of the first layer; compare with random ones before you see more.
# - A larger network, more epochs, varied pictures and ten views helped together. Which of them helped
#   most, one run cannot say.
# - Feature maps of random weights look convincing too: always run the control.
# - Occlusion covers parts and watches the probability; Grad-CAM weighs the last feature maps.
#
# Practise: [the exercises of this lesson](exercises/05_looking_inside.ipynb)
#
# Next: [Choose an architecture](06_choosing_an_architecture.ipynb)
