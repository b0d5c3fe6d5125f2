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
# - how to build, train and measure a network in plain Keras
# - how to read its answers: softmax, argmax and the confusion matrix
#
# **You need** Python and a little NumPy. No mathematics beyond sums and averages.
#
# **Time** 25 minutes of reading; the code takes about 1 minute full-size and a few seconds in
# reduced mode.
#
# Run a cell with <kbd>Shift</kbd>+<kbd>Enter</kbd>. Start with this one: it loads the course's
# helpers and makes the random numbers repeatable.

# %%
from cnncourse import data, models, plotting, results, settings, training

settings.start()

# %% [markdown]
# ## Look at the data first
#
# MNIST holds 70,000 handwritten digits. `load` fetches them once and keeps them on your disk. If
# you have no network, it draws stand-ins and says so.

# %%
mnist = data.load("mnist")
mnist

# %% mystnb={"image": {"alt": "Twenty handwritten digits, white on black, each with its label above"}}
plotting.plot_images(mnist.x_train[:20], mnist.y_train[:20]);

# %% [markdown]
# Above each picture stands its label: the digit that the writer meant. Some are easy to read, some
# are not. A good program should agree with the labels on pictures that it has never seen.
#
# What is such a picture? An array of numbers. Here is the middle of the first one.

# %%
first = mnist.x_train[0]
print(first.shape, first.dtype)
first[10:18, 8:20, 0]

# %% [markdown]
# - The **shape** is (28, 28, 1): 28 rows, 28 columns and 1 channel. A colour picture has 3.
# - The **type** `uint8` is a whole number from 0 (black) to 255 (white). It takes one byte.
#
# **Predict:** dividing by 255 brings the pixels to the range 0 to 1, which networks like. How much
# memory do the pictures take before and after?

# %%
sample = mnist.x_train[:1000]
for name, pixels in {
    "uint8": sample,
    "uint8 / 255": sample / 255,
    "float32": sample.astype("float32"),
}.items():
    print(f"{name:12} {str(pixels.dtype):8} {pixels.nbytes / len(sample):6.0f} bytes a picture")

# %% [markdown]
# Dividing makes `float64`: eight times as large. For the 60,000 pictures outside the test set that is
# 376 MB instead of 47.
# So in this course pixels stay `uint8`, and the network itself divides by 255 as its first step.
#
# ## Are all digits equally frequent?
#
# If nine in ten pictures were ones, a program that always says "one" would be right nine times in
# ten. Look before you trust an accuracy.

# %% mystnb={"image": {"alt": "Bar chart of the number of training pictures of each digit: all ten bars are of similar height"}}
plotting.plot_label_counts(mnist.y_train);

# %% [markdown]
# The bars are similar: guessing gives about 10 %, and always saying "one" about 11 %.
#
# ## Three sets, three purposes
#
# `mnist` holds three sets which share no picture.
#
# | set | used for |
# |---|---|
# | training | the network learns from these |
# | validation | you choose between networks by these |
# | test | you measure the chosen network by these, **once**, at the end |
#
# Why not choose by the test set? Try twenty networks, and one of them will fit the test pictures by
# luck. Its accuracy then flatters it. The test set only tells the truth as long as nothing was
# decided by it.
#
# ## A network in plain Keras
#
# A **dense** layer connects every input with every neuron. A neuron multiplies each of its inputs
# by a weight, adds everything up and passes the sum through an activation. Training finds the
# weights. The activation **relu** passes positive sums on and makes 0 of negative ones. Without it, two
# layers in a row could do no more than one.

# %%
import keras

network = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Rescaling(1 / 255),  # 0..255 becomes 0..1
        keras.layers.Flatten(),  # 28 x 28 becomes a row of 784
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)

# %% [markdown]
# **Predict:** how many weights does it have? Each of the 128 neurons has one weight for each of its
# 784 inputs, and one more, the bias. Then come 10 neurons with 128 inputs each.

# %% tags=["nbval-check-output"]
hidden = 128 * (784 + 1)
output = 10 * (128 + 1)
print(hidden, "+", output, "=", hidden + output)
print(network.count_params())

# %% [markdown]
# ## Practise on a small set
#
# While you try things out, do not wait for 54,000 pictures. 5,000 are enough to see whether
# something works. `subset` draws them so that each class stays as frequent as before.

# %%
small = mnist.subset(5000)
small

# %% [markdown]
# Three calls make a trained network: `compile`, `fit` and `predict`.
#
# - The **loss** is a number for how wrong the answers are. Cross-entropy is large when the true class got
#   a small probability.
# - The **optimizer** (here one called Adam) changes the weights so that the loss becomes smaller. The
#   **learning rate** is the size of its steps.
# - `fit` goes through the pictures 32 at a time: a **batch**. After each batch the optimizer takes a
#   step. One pass over all pictures is an **epoch**.
#
# The labels are integers (`7`), so the loss is called *sparse* categorical cross-entropy. Without
# "sparse", Keras expects each label as a row of ten numbers with a single 1: **one-hot**.
#
# (`settings.epochs(5)` is 5. Only in reduced mode, a short trial run on small samples, it is less.)

# %% tags=["nbval-check-output"]
keras.utils.to_categorical([7], 10)

# %%
network.compile(
    optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
history = network.fit(
    small.x_train,
    small.y_train,
    validation_data=(small.x_val, small.y_val),
    epochs=settings.epochs(5),
    batch_size=32,
    verbose=2,
)

# %% [markdown]
# Each line is an epoch. `accuracy` is measured on the training pictures, `val_accuracy` on the
# validation pictures. The first rises faster: the network begins to know its training pictures by
# heart, and that does not help with new ones.
#
# ## From pictures to answers
#
# The last layer's **softmax** turns ten numbers into ten probabilities: none is negative, and they
# add up to 1.

# %%
probabilities = network.predict(mnist.x_val[:8], verbose=0)
print("sum:", probabilities[0].sum())
probabilities[0].round(3)

# %% mystnb={"image": {"alt": "Bar chart of the ten probabilities for one picture: one bar, that of the true digit, towers over the others"}}
plotting.plot_probabilities(probabilities[0], label=mnist.y_val[0]);

# %% [markdown]
# The bar with the black outline is the true digit. The answer is the class with the largest probability: **argmax**.

# %%
answers = probabilities.argmax(axis=1)
print("answers:", answers)
print("truth:  ", mnist.y_val[:8])

# %% [markdown]
# ## Now with all pictures
#
# Compiling, fitting and bookkeeping look the same in every lesson, so the course has one function
# for them: `train`. It compiles the model afresh, shows one line of progress and returns the model
# with its history. You may press the stop button (■) at any time: what was learned is kept.
#
# `models.dense_net` builds the same network as above.
#
# **Predict:** with 11 times as many pictures and the same 5 epochs, will the validation accuracy
# rise by less than 2 points, or by more than 4?

# %%
model = models.dense_net(mnist.picture_shape, [128])
run = training.train(
    model,
    mnist,
    epochs=5,
    batch_size=32,
    learning_rate=training.one_cycle(0.003),
    label_smoothing=0.1,
)

# %% [markdown]
# Data and recipe changed together, so this run cannot say how much each of them brought. (With a constant
# rate, published pages report 97.37 %: so the data probably brought most.) Two details of that recipe
# come from later lessons. The learning rate first rises and then falls to almost nothing (`one_cycle`,
# lesson 9). And the network is asked to be 91 % sure rather than 100 % (`label_smoothing`), which keeps
# it from overdoing things. Do not compare its loss with the one above: label smoothing keeps it above
# 0.5, however good the answers.

# %% mystnb={"image": {"alt": "Learning curves over five epochs: accuracy rises and loss falls, on training and on validation pictures; by the last epoch training is slightly ahead"}}
plotting.plot_history(run);

# %% [markdown]
# The curves show both sets, epoch by epoch. At first validation is ahead, because the training
# accuracy is an average over an epoch in which the network still improves. At the end training is a
# point ahead.
#
# ## Measure once
#
# All choices are made. Now, and only now, the test set.

# %%
score = training.evaluate(model, mnist)
score

# %%
results.record("E01", "dense 128, one-cycle", score, run)

# %% [markdown]
# Published course pages report 97.37 % for the same network trained with a constant learning rate.
#
# The **interval** says how far to trust the number. With endless test pictures the accuracy would most
# likely lie within it. Two networks whose accuracies differ by 0.1 points on 10,000
# pictures may well be equally good.
#
# ## Where is it wrong?

# %% mystnb={"image": {"alt": "Confusion matrix: nearly all test pictures lie on the diagonal; the largest numbers beside it are between digits of like shape such as 4 and 9"}}
plotting.plot_confusion_matrix(score);

# %% [markdown]
# A row is the true digit, a column the answer. The diagonal holds what was right. Beside it you find the
# digits that look alike: 4 and 9, 3 and 5, 7 and 2. The colours are stretched, so that even single
# mistakes can be seen: trust the numbers.
#
# **Predict:** will you be able to read the pictures that the network misread most confidently? Above each
# of them "9, not 4" means that it is a 9, and the network read a 4.

# %% mystnb={"image": {"alt": "Thirty misread digits with their true label and the wrong answer; some are hard to read for people, many are not"}}
plotting.plot_mistakes(score, mnist.x_test, most=30);

# %% [markdown]
# Some would fool a person. Many would not. The network sees 784 separate numbers and does not know
# which pixels are neighbours. Lessons 3 and 4 give it that knowledge.
#
# ## Recap
#
# - A picture is an array: height, width, channels. Keep it `uint8`.
# - Train on the training set, choose on the validation set, measure on the test set once.
# - `compile`, `fit`, `predict`; softmax makes probabilities, argmax the answer.
# - A confusion matrix and a look at the mistakes tell more than one number.
#
# Practise: [the exercises of this lesson](exercises/01_dense_network.ipynb)
#
# Next: [Convolution by hand](03_convolution_by_hand.ipynb)
