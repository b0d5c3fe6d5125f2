"""Spoil arguments of every kind, call a function with them, and look at how it refuses them."""

import contextlib
import dataclasses
import linecache
import math
import signal
import traceback
from fractions import Fraction
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from hypothesis import strategies as st
from matplotlib.artist import Artist

import cnncourse
from cnncourse.backend import keras

PACKAGE = str(Path(cnncourse.__file__).parent)
SECONDS = 120  # for one case, however busy the machine is
LONGEST = 1000  # characters of a message

# What no function, or hardly one, expects.

NUMBERS = [-1, 0, 1, 2, 3, 7, 100, 2**31, 10**12, True, False]
NUMBERS += [0.5, 1.0, -0.5, 3.0, 1e-12, 1e12, math.nan, math.inf, -math.inf, 1j, Fraction(1, 3)]
NUMBERS += [np.int64(3), np.uint8(255), np.float32(0.5), np.float64(math.nan), np.bool_(True)]
TEXTS = ["", " ", "pool", "mnist", "Mnist ", "adam", "relu", "E02", "naïve ☃", "日本語", "a\nb"]
TEXTS += ["../../x", "$x", "{seen}", "%s", "x" * 1000]
OTHERS = [None, ..., object(), b"\xff", len, range(3), Path("nowhere"), keras, slice(2)]
OTHERS += [lambda: None, lambda *arguments, **options: arguments]
SHAPES = [(), (0,), (1,), (3,), (4, 4), (3, 0), (2, 8, 8), (2, 8, 8, 1), (2, 8, 8, 3), (0, 8, 8, 1)]
SHAPES += [(8, 8, 1), (1, 1, 1, 1, 1)]
DTYPES = ["u1", "i8", "f4", "f8", "f2", "c8", "?", "O", "U3", "S2", "M8[s]"]
FILLS = [0, 1, 200]


def _array(shape, dtype, fill):
    return np.full(shape, fill).astype(dtype)


single = st.one_of(*map(st.sampled_from, (NUMBERS, TEXTS, OTHERS)))
arrays = st.one_of(
    st.builds(_array, *map(st.sampled_from, (SHAPES, DTYPES, FILLS))),
    st.sampled_from(SHAPES).map(lambda shape: np.full(shape, np.nan)),
)
anything = st.one_of(
    single,
    single,
    arrays,
    st.lists(single, max_size=3),
    st.lists(single, max_size=3).map(tuple),
    st.dictionaries(st.sampled_from(TEXTS), single, max_size=2),
    st.just(frozenset({1, 2})),
    st.just([[1, 2], [3]]),
)

# Values that are almost right.

ARRAY_CHANGES = [
    lambda x: x[0],
    lambda x: x[None],
    lambda x: x[..., None],
    lambda x: x[:0],
    lambda x: x[..., :0],
    lambda x: x[1:],
    lambda x: x.T,
    lambda x: x.tolist(),
    lambda x: -x.astype(float),
    lambda x: x.astype(float),
    lambda x: x.astype(np.int64) + 10**6,
    lambda x: x.astype(np.int64) - 1,
    lambda x: x.astype(complex),
    lambda x: x.astype(object),
    lambda x: x.astype(str),
    lambda x: x > x.mean(),
    lambda x: np.full(x.shape, np.nan),
    lambda x: np.full(x.shape, np.inf),
    lambda x: np.ma.masked_array(x),
    lambda x: np.concatenate([x, x]),
]


def _models():
    inputs = [keras.Input((8, 8, 1)), keras.Input((8, 8, 1))]
    both = keras.layers.Flatten()(keras.layers.Add()(inputs))
    return [
        keras.Sequential([keras.layers.Dense(4)]),  # never built
        keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()]),
        keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)]),
        keras.Sequential([keras.Input((None, None, 1)), keras.layers.GlobalMaxPooling2D()]),
        keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3)]),
        keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3, strides=2)]),
        keras.Model(inputs, both),  # two inputs
        keras.Model(inputs[0], [inputs[0] * 2, inputs[0] * 3]),  # two outputs
        keras.Model(),
        keras.layers.Dense(4),
    ]


MODELS = _models()


def _change_array(values, change):
    with contextlib.suppress(IndexError, ValueError):  # not every array can be changed so
        return change(values)


def _change_list(values, change, index, item):
    """Return a changed copy of a list or tuple."""
    changed = list(values)
    if change == "replace" and changed:
        changed[index % len(changed)] = item
    elif change == "drop" and changed:
        del changed[index % len(changed)]
    else:
        changed.insert(index % (len(changed) + 1), item)
    return type(values)(changed)


def _change_dict(values, change, index, item):
    changed = dict(values)
    key = list(changed)[index % len(changed)]
    if change == "replace":
        changed[key] = item
    elif change == "drop":
        del changed[key]
    else:
        with contextlib.suppress(TypeError):  # not every item can be a key
            changed[item] = changed[key]
    return changed


def _change_field(value, field, item):
    try:
        return dataclasses.replace(value, **{field: item})
    except (ValueError, TypeError):
        return item  # the class refuses it, as its own case shows


def spoiled(value):
    """Return a strategy of anything at all, and of values that are almost the given one."""
    near = None
    changes = st.sampled_from(["replace", "drop", "add"])
    if isinstance(value, np.ndarray):
        near = st.sampled_from(ARRAY_CHANGES).map(lambda change: _change_array(value, change))
    elif isinstance(value, (list, tuple)):
        items = st.one_of(anything, *(spoiled(item) for item in value[:2]))
        near = st.builds(_change_list, st.just(value), changes, st.integers(0, 5), items)
    elif isinstance(value, dict):
        items = st.one_of(anything, *(spoiled(item) for item in [*value.values()][:2]))
        near = st.builds(_change_dict, st.just(value), changes, st.integers(0, 5), items)
    elif isinstance(value, keras.Model):
        near = st.sampled_from(MODELS)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field.name for field in dataclasses.fields(value)]
        near = st.sampled_from(fields).flatmap(
            lambda field: st.builds(
                _change_field, st.just(value), st.just(field), spoiled(getattr(value, field))
            )
        )
    elif isinstance(value, (bool, int, float)):
        near = st.sampled_from(NUMBERS)
    elif isinstance(value, str):
        near = st.sampled_from([value.upper(), f"{value} ", value[:-1], f"{value}é", *TEXTS])
    elif callable(value):
        near = anything.map(lambda answer: lambda *arguments, **options: answer)
    return anything if near is None else st.one_of(anything, near)


def spoiled_arguments(good):
    """Return a strategy of arguments of which one to three are spoiled, and of their names."""

    @st.composite
    def draw(draw):
        names = draw(st.lists(st.sampled_from([*good]), min_size=1, max_size=3, unique=True))
        return {**good, **{name: draw(spoiled(good[name])) for name in names}}, names

    return draw()


# What a call may do.


def attempt(function, arguments, names, allowed=(), seconds=SECONDS):
    """Call a function with spoiled arguments: it may work, or refuse them in its own words."""
    plt.close("all")  # whatever other tests have left open
    before = snapshot(arguments)
    try:
        with _deadline(seconds):
            result = function(**arguments)
            if isinstance(result, Artist):
                (result if result.figure is None else result.figure).draw_without_rendering()
    except (ValueError, TypeError) as error:
        check_refusal(error, [arguments[name] for name in names])
        assert not plt.get_fignums(), "a figure was left open"
    except allowed:
        pass
    finally:
        plt.close("all")
    assert snapshot(arguments) == before, "the function changed what it was given"


@contextlib.contextmanager
def _deadline(seconds):
    def late(number, frame):
        raise TimeoutError(f"took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def check_refusal(error, values):
    """Assert that an error is of the package's own words and names one of the values."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    line = linecache.getline(frame.filename, frame.lineno)[frame.colno :]
    assert frame.filename.startswith(PACKAGE), f"not raised by the package: {error!r}"
    assert line.startswith("raise "), f"not the package's own words: {error!r} in {line!r}"
    hides = error.__suppress_context__ and error.__cause__ is None
    assert hides or error.__context__ is None, f"shows another error: {error.__context__!r}"
    message = str(error)
    assert len(message) <= LONGEST, f"{len(message)} characters: {message[:200]}"
    seen = {trace for value in values for trace in traces(value)}
    assert any(trace in message for trace in seen), f"names no value: {message!r}"


def traces(value, depth=3):
    """Yield what a message may say of a value."""
    yield repr(value)[:15]
    yield str(value)[:15]
    if isinstance(value, np.generic):
        yield repr(value.item())
    yield type(value).__name__
    yield getattr(value, "__name__", "nameless")
    if isinstance(value, np.ndarray):
        yield str(value.shape)
        yield str(value.dtype)
        yield "NaN"
    if hasattr(value, "__len__") and not isinstance(value, type):
        with contextlib.suppress(TypeError):  # an array without dimensions
            yield str(len(value))
            yield f"{len(value):,}"
            if not len(value):
                yield "[]"
                yield "empty"
                yield "there is none"
    if not depth:
        return
    parts = []
    if isinstance(value, dict):
        parts = [*value, *value.values()]
    elif isinstance(value, (list, tuple, frozenset)):
        parts = list(value)
    elif isinstance(value, range):
        parts = list(value[:3])
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, field.name) for field in dataclasses.fields(value)]
    elif isinstance(value, keras.Model):
        parts = [value.name, getattr(value, "input_shape", ""), getattr(value, "output_shape", "")]
    elif isinstance(value, np.ndarray) and value.ndim and value.size < 1000:
        parts = list(value)
    for part in parts:
        yield from traces(part, depth - 1)


def snapshot(value, depth=4):
    """Return what must be the same after a call."""
    if not depth:
        return id(value)
    if isinstance(value, np.ndarray):
        content = repr(value.tolist()) if value.dtype == object else value.tobytes()
        return str(value.dtype), value.shape, content
    if isinstance(value, dict):
        return [(id(key), snapshot(item, depth - 1)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [snapshot(item, depth - 1) for item in value]
    if isinstance(value, keras.Model):
        flags = [(layer.name, layer.trainable) for layer in value.layers]
        return value.name, flags, [weights.tobytes() for weights in value.get_weights()]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [getattr(value, field.name) for field in dataclasses.fields(value)]
        return [snapshot(field, depth - 1) for field in fields]
    return id(value)
