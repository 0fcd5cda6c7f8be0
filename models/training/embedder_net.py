"""The student face embedder: a small bottleneck residual network (He et al., 2016) with a patch stem and depthwise pooling.

Dense 3×3 convolutions run several times more arithmetic per second on a CPU than depthwise ones, in training and in use, so
few wide dense bottlenecks at 16×16 and 8×8 beat a MobileNet of the same latency. The last depthwise layer weighs each place
of the 8×8 map by itself (MobileFaceNets, Chen et al., 2018).
"""
from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as nnf

WIDTHS = (24, 64, 160)
DEPTHS = (2, 4, 6)
HEAD = 512
DIMENSIONS = 256


def conv(inputs: int, outputs: int, kernel: int, stride: int = 1, active: bool = True) -> nn.Sequential:
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if active else []))


class Residual(nn.Module):
    """1×1 to half the width, 3×3, 1×1 back."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(conv(width, width // 2, 1), conv(width // 2, width // 2, 3),
                                  conv(width // 2, width, 1, active=False))
        self.active = nn.ReLU(inplace=True)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self.active(features + self.body(features))


class Embedder(nn.Module):
    """float32 [N,3,128,128] BGR 0..255 → [N,256], not normalised."""

    def __init__(self) -> None:
        super().__init__()
        stem = nn.Conv2d(3, WIDTHS[0], 7, 4, 2, bias=False)
        layers: list[nn.Module] = [stem, nn.BatchNorm2d(WIDTHS[0]), nn.ReLU(inplace=True)]
        width = WIDTHS[0]
        for stage, (wider, depth) in enumerate(zip(WIDTHS, DEPTHS)):
            if stage:
                layers.append(conv(width, wider, 3, stride=2))
            layers += [Residual(wider) for _ in range(depth)]
            width = wider
        layers.append(conv(width, HEAD, 1))
        layers += [nn.Conv2d(HEAD, HEAD, 8, groups=HEAD, bias=False), nn.BatchNorm2d(HEAD), nn.Flatten(),
                   nn.Linear(HEAD, DIMENSIONS)]
        self.layers = nn.Sequential(*layers)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.layers(image * (1 / 64.0) - 2.0)


def load_grown(model: Embedder, state: dict[str, torch.Tensor]) -> None:
    """Loads weights of the same network with fewer residual blocks; the blocks it lacked begin as the identity
    (Net2Net, Chen et al., 2016): their last scale is zero and what enters them is never negative."""
    old: list[dict[str, torch.Tensor]] = []
    last = None
    for name, value in state.items():
        _, index, rest = name.split(".", 2)
        if index != last:
            old.append({})
        old[-1][rest], last = value, index
    for module in model.layers:
        if not module.state_dict():
            continue
        known = bool(old) and any(name.startswith("body.") for name in old[0])
        if isinstance(module, Residual) and not known:
            nn.init.zeros_(module.body[-1][1].weight)
        elif isinstance(module, Residual) or not known:
            module.load_state_dict(old.pop(0))
        else:
            raise ValueError("The checkpoint has more residual blocks than this network.")
    if old:
        raise ValueError(f"The checkpoint has {len(old)} layers more than this network.")


class MirrorMean(nn.Module):
    """The exported form: sum of the unit-length embeddings of the crop and of its mirror image."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self.embedder = embedder

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return nnf.normalize(self.embedder(image), dim=1) + nnf.normalize(self.embedder(image.flip(3)), dim=1)
