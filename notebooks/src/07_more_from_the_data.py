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
# # 7. Get more from the data
#
# **You will learn**
#
# - to make new training pictures from old ones: rotate, shift, zoom
# - to see when augmentation helps, and when it harms
# - why only training pictures are augmented
# - that cleaning the pictures (grey removal) must be tested like everything else
#
# **You need** lessons 1 to 4 and 6.
#
# **Time** 25 minutes of reading; the code takes about 10 minutes full-size on two cores and a
# minute in reduced mode.

# %%
import numpy as np

from cnncourse import data, models, plotting, results, settings, training
from cnncourse.augmentation import RandomAffine, remove_gray

settings.start()

# %%
mnist = data.load("mnist")
mnist

# %% [markdown]
# ## New pictures for nothing
#
# A seven that is turned by five degrees is still a seven. You know that; the network does not. Show
# it turned, shifted and zoomed sevens, and it will learn that these things do not matter. This is
# **augmentation**.

# %% mystnb={"image": {"alt": "Three digits, each with nine random variants: slightly turned, shifted and zoomed, all still readable"}}
augment = RandomAffine(rotation=10, shift=0.1, zoom=0.1)
plotting.plot_augmentations(augment, mnist.x_train[:3], variants=9);

# %% [markdown]
# On the left the originals, then nine variants of each. Every epoch draws new ones, so the network
# hardly ever sees the same picture twice. All changes are composed into one, so that each picture is
# resampled (and blurred) only once.
#
# How far may you go? As far as the label stays true.
#
# **Predict:** which of these would harm: turning as far as upside down, mirroring, shifting by a third of
# the picture?

# %% mystnb={"image": {"alt": "The same digits with too much augmentation: mirrored, upside down or half outside; several cannot be told apart any more"}}
too_much = RandomAffine(rotation=180, shift=0.3, flip=True)
plotting.plot_augmentations(too_much, mnist.x_train[:3], variants=9);

# %% [markdown]
# A 6 upside down is a 9, and a mirrored 5 is nearly a 2. Shifted by a third, a part of the digit leaves
# the picture. Labels that are no longer true teach nonsense.
#
# ## Few pictures: the effect is large
#
# Take 1,000 training pictures only. Augmentation should matter most when pictures are scarce. The same
# network, the same recipe; three seeds each, judged by 2,000 validation pictures. The kinds differ in
# `augment` alone, so `train_many` gets a dictionary there.

# %%
shape = mnist.picture_shape
layers = [32, "pool", 64, "pool", 64]
few = data.load("mnist", validation=2000).subset(1000)
recipe = dict(learning_rate=training.one_cycle(0.003), optimizer="adamw", label_smoothing=0.1)


def base_net():
    return models.conv_net(shape, layers, dense=[64], batch_norm=True)


# %%
kinds = {"none": None, "modest": augment, "too much": too_much}
trials = training.train_many(
    dict.fromkeys(kinds, base_net), few, epochs=20, repeats=3, batch_size=64, augment=kinds, **recipe
)

# %% mystnb={"image": {"alt": "Validation accuracy with 1,000 training pictures, three runs each: modest augmentation is clearly best, none is lower, too much is lowest"}}
plotting.plot_comparison(trials);

# %% [markdown]
# Too much is far worse than none, and stretches the scale. Here are the other two alone.

# %% mystnb={"image": {"alt": "The same accuracies without the third kind: the three runs with modest augmentation lie about two points above those with none, and the intervals are far apart"}}
plotting.plot_comparison({name: trials[name] for name in ["none", "modest"]});

# %% [markdown]
# Modest augmentation removes almost half of the mistakes. It costs computing time, but no new label.

# %% mystnb={"image": {"alt": "Learning curves with 1,000 pictures: without augmentation training accuracy reaches 100 percent and validation stays behind; with modest augmentation training rises more slowly and validation ends higher; too much stays below 50 percent"}}
plotting.plot_history({name: runs[0] for name, runs in trials.items()});

# %% [markdown]
# Compare the faint training curves with the strong validation curves. Without augmentation the network
# soon knows its 1,000 pictures by heart: training 100 %, validation below. With modest augmentation the
# training pictures are *harder* than the validation pictures: training rises more slowly, at times it
# lies below validation, and validation ends higher. That is no mistake: validation and test pictures are
# never augmented. They must stay what you will meet later. (Averaging fixed views of a test picture, as
# in lesson 9, is another thing: the answer is still about the real picture.)
#
# ## All pictures: is there anything left to gain?
#
# First the network of lesson 4, five epochs, now with augmentation.

# %%
model = base_net()
run = training.train(model, mnist, epochs=5, batch_size=64, augment=augment, **recipe)
augmented = training.evaluate(model, mnist)
results.record("E08", "E02's layers, batch norm, augmentation, one-cycle", augmented, run)

# %% [markdown]
# Compare with lesson 4: the same layers without augmentation. The number of mistakes is a little lower,
# and the intervals overlap: no clear gain. Were five epochs too short for pictures that are harder? So
# now nine epochs, with a network that is a little deeper, larger batches and a higher rate: several
# changes at once, and because of the larger batches not even more steps. It has five convolutions and
# fewer weights than the one that published pages augment (128,924).

# %% tags=["nbval-check-output"]
deeper = [(24, 5), "pool", 32, 32, "pool", 64, 64, "pool"]
model = models.conv_net((28, 28, 1), deeper, padding="same", batch_norm=True)
print(f"{model.count_params():,} weights")

# %%
recipe["learning_rate"] = training.one_cycle(0.004)
run = training.train(
    model, mnist, epochs=9, augment=augment, name="lesson 07 deeper", **recipe
)
deep_score = training.evaluate(model, mnist)
results.record("E14", "five convolutions, augmentation, one-cycle", deep_score, run)
deep_score

# %% mystnb={"image": {"alt": "Learning curves of the deeper network over nine epochs: validation accuracy climbs above 99.5 percent; training accuracy stays below it at first and meets it at the end"}}
plotting.plot_history({"five convolutions": run});

# %% [markdown]
# Published pages report 99.37 % for a single augmented network after 40 epochs.
#
# Ours misreads about as many digits after nine epochs as the one before did after five. With all 54,000
# pictures little is left to gain; with 1,000 the effect was large.
#
# ## Every mistake in one figure

# %% mystnb={"image": {"alt": "All test digits that the network misreads, forty-five, each with its label and the wrong answer; most are hard to read"}}
plotting.plot_mistakes(deep_score, mnist.x_test, most=50);

# %% [markdown]
# That is all of them, out of 10,000. Many are hard for people too.
#
# ## Does cleaning help?
#
# The scans were black and white; the grey at the edges of a stroke came in when they were made smaller.
# One published page sets every pixel darker than 200 to 0, in the training and in the test pictures, so
# that only the bright core of a stroke is left. Unlike augmentation, such cleaning must be applied to all
# three sets: the network has to meet what it knows.

# %% mystnb={"image": {"alt": "Ten digits above and the same digits without grey below: the lower strokes are thinner and have hard edges"}}
pair = np.concatenate([mnist.x_train[:10], remove_gray(mnist.x_train[:10])])
plotting.plot_images(pair, columns=10);

# %% [markdown]
# **Predict:** does this make the digits easier to classify, harder, or neither?

# %%
clean = mnist.transform(remove_gray)
cleaned = training.train(base_net(), clean, epochs=3, batch_size=64, **recipe)
original = training.train(base_net(), mnist, epochs=3, batch_size=64, **recipe)

# %%
clean_score = training.evaluate(cleaned.model, clean)
original_score = training.evaluate(original.model, mnist)
results.record("E09", "E02's layers, batch norm, grey removed", clean_score, cleaned)
print("original:", original_score)
print("cleaned: ", clean_score)

# %%
result = training.compare(original_score, clean_score)
print(f"only original right: {result.only_first}, only cleaned right: {result.only_second}")
print(f"chance of such a split if both were equally good: {result.p_value:.3f}")

# %% [markdown]
# The validation accuracies of the two trainings had said so already; the test pictures only confirm it.
# Far more digits are read only without cleaning than only with it. (0.000 means less than one in two
# thousand.) Cleaning throws information away: how dark a pixel is tells where the stroke's edge runs. So
# cleaning harmed this network, however sensible it sounded. Whether it harms with every seed, several
# runs of each would show. Test such ideas; do not trust them.
#
# ## Recap
#
# - Augmentation makes new pictures whose labels are still true.
# - It helps most when pictures are few. With all 54,000 digits the gain is too small to be sure of.
# - Training accuracy below validation accuracy is normal then.
# - Never augment validation or test pictures.
# - What sounds sensible still has to be measured.
#
# Practise: [the exercises of this lesson](exercises/07_more_from_the_data.ipynb)
#
# Next: [Fight overfitting](08_fighting_overfitting.ipynb)
