"""Compare fast_net's training speed on the CPU with that of the same network in PyTorch.

Both train on the same CIFAR-10-sized pictures with batches of 512, Nesterov SGD and label
smoothing; PyTorch runs eagerly with its channels_last layout and as many threads. Rounds of both
alternate, so that a noisy machine harms both alike. A ratio of at least 1.0 is wanted. PyTorch is
no part of the course. Run, when nothing else does:

    pip install torch==2.13.0
    python benchmarks/pytorch.py
"""

import statistics
import time

import numpy as np

from cnncourse import models
from cnncourse.backend import keras, tf

try:
    import torch
except ImportError:
    raise SystemExit("PyTorch is missing: pip install torch==2.13.0 (CPU build).") from None

WIDTHS, BATCH, STEPS, ROUNDS, THREADS = (32, 128, 128), 512, 8, 11, 2
RATE, MOMENTUM, SMOOTHING = 0.1, 0.85, 0.2


def torch_net(keras_net: keras.Model) -> torch.nn.Module:
    """Return the network of `fast_net` in PyTorch, with the same weights."""
    nn = torch.nn
    filters = keras_net.get_layer("whiten").get_weights()[0]
    whiten = nn.Conv2d(filters.shape[2], filters.shape[3], filters.shape[0], bias=False)
    whiten.weight.requires_grad_(False)
    layers, channels = [whiten, nn.ReLU()], filters.shape[3]
    for width in WIDTHS:
        layers += [_convolution(channels, width), nn.MaxPool2d(2), *_normalised(width)]
        layers += [_convolution(width, width), *_normalised(width)]
        channels = width
    layers += [nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(channels, 10, bias=False)]
    net = nn.Sequential(*layers).to(memory_format=torch.channels_last)
    kernels = [w for w in keras_net.get_weights() if w.ndim in (2, 4)]
    own = [m for m in net if isinstance(m, (nn.Conv2d, nn.Linear))]
    for module, kernel in zip(own, kernels, strict=True):
        axes = (3, 2, 0, 1) if kernel.ndim == 4 else (1, 0)
        module.weight.data.copy_(torch.from_numpy(kernel.transpose(axes).copy()))
    return net


def _convolution(channels: int, width: int) -> torch.nn.Module:
    return torch.nn.Conv2d(channels, width, 3, padding=1, bias=False)


def _normalised(width: int) -> list:
    norm = torch.nn.BatchNorm2d(width)
    norm.weight.requires_grad_(False)
    return [norm, torch.nn.ReLU()]


def main() -> None:
    torch.set_num_threads(THREADS)
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (BATCH * STEPS, 32, 32, 3), dtype=np.uint8)
    y = rng.integers(0, 10, len(x))
    model = models.fast_net(x, WIDTHS)
    twin = torch_net(model)
    kernels = sum(int(np.prod(w.shape)) for w in model.get_weights() if w.ndim in (2, 4))
    assert kernels == sum(p.numel() for p in twin.parameters() if p.ndim in (2, 4))

    model.compile(
        keras.optimizers.SGD(RATE, momentum=MOMENTUM, nesterov=True),
        keras.losses.CategoricalCrossentropy(label_smoothing=SMOOTHING),
        jit_compile=False,
    )
    labels = keras.utils.to_categorical(y, 10)
    batches = tf.data.Dataset.from_tensor_slices((x, labels)).batch(BATCH).prefetch(4)

    def with_keras() -> None:
        model.fit(batches, epochs=1, verbose=0)

    trained = [p for p in twin.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, RATE, momentum=MOMENTUM, nesterov=True)
    loss = torch.nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    mean, spread = x.mean((0, 1, 2)), x.std((0, 1, 2)) + 1e-3

    def with_torch() -> None:
        for step in range(STEPS):
            part = slice(step * BATCH, (step + 1) * BATCH)
            pictures = (torch.from_numpy(x[part]).float() - torch.from_numpy(mean)) / spread
            pictures = pictures.float().permute(0, 3, 1, 2)  # a view: the layout is channels_last
            optimizer.zero_grad()
            loss(twin(pictures) / 9, torch.from_numpy(y[part])).backward()
            optimizer.step()

    speeds, per_core = {"Keras": [], "PyTorch": []}, {"Keras": [], "PyTorch": []}
    for number in range(ROUNDS + 1):
        for name, work in {"Keras": with_keras, "PyTorch": with_torch}.items():
            started, busy = time.perf_counter(), time.process_time()
            work()
            if number:  # the first round compiles and warms up
                speeds[name].append(len(x) / (time.perf_counter() - started))
                per_core[name].append(len(x) / (time.process_time() - busy))
    for name in speeds:
        wall, core = statistics.median(speeds[name]), statistics.median(per_core[name])
        print(f"{name:8} {wall:6.0f} pictures/s, {core:6.0f} a core (medians of {ROUNDS} rounds)")
    print(f"fast_net in Keras against PyTorch: ratio {_ratio(speeds):.2f} (1.0 wanted)")
    print(f"the same for each second of a busy core: ratio {_ratio(per_core):.2f}")


def _ratio(measured: dict[str, list[float]]) -> float:
    return statistics.median(a / b for a, b in zip(*measured.values(), strict=True))


if __name__ == "__main__":
    main()
