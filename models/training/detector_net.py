"""The student face detector: anchor-free at strides 8, 16 and 32 with YuNet's outputs, and less work than YuNet.

A 7×7 patch stem goes to a quarter of the resolution at once (YuNet spends a third of its time above it); residual
depthwise-separable blocks follow, a top-down path adds coarse features to finer ones, one small head per level gives
classification, objectness, box and five points.
"""
from __future__ import annotations

import torch
from torch import nn

STRIDES = (8, 16, 32)
STEM, FINE, MIDDLE, COARSE, NECK = 24, 40, 64, 64, 48
OUTPUTS = 16  # class, objectness, 4 box, 10 landmark values


def conv(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs),
                         nn.ReLU(inplace=True))


class Separable(nn.Module):
    """Pointwise then depthwise 3×3 (YuNet's order), residual."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(width, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False), nn.BatchNorm2d(width))
        self.active = nn.ReLU(inplace=True)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self.active(features + self.body(features))


class Head(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(conv(width, NECK, 1), Separable(NECK))
        self.out = nn.Conv2d(NECK, OUTPUTS, 1)
        nn.init.constant_(self.out.bias[:2], -4.0)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self.out(self.body(features)).permute(0, 2, 3, 1).flatten(1, 2)


class Detector(nn.Module):
    """float32 [N,3,H,W] BGR 0..255, H and W multiples of 32 → three [N, H/s·W/s, 16] maps with logits for the scores."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, STEM, 7, 4, 3, bias=False), nn.BatchNorm2d(STEM), nn.ReLU(inplace=True))
        self.fine = nn.Sequential(conv(STEM, FINE, 3, 2), Separable(FINE), Separable(FINE))
        self.middle = nn.Sequential(conv(FINE, MIDDLE, 3, 2), Separable(MIDDLE), Separable(MIDDLE), Separable(MIDDLE))
        self.coarse = nn.Sequential(nn.Conv2d(MIDDLE, COARSE, 3, 2, 1, groups=MIDDLE, bias=False), nn.BatchNorm2d(COARSE),
                                    Separable(COARSE), Separable(COARSE))
        self.to_middle, self.to_fine = conv(COARSE, MIDDLE, 1), conv(MIDDLE, FINE, 1)
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.heads = nn.ModuleList([Head(FINE), Head(MIDDLE), Head(COARSE)])

    def forward(self, image: torch.Tensor) -> list[torch.Tensor]:
        fine = self.fine(self.stem(image * (1 / 64.0) - 2.0))
        middle = self.middle(fine)
        coarse = self.coarse(middle)
        middle = middle + self.up(self.to_middle(coarse))
        fine = fine + self.up(self.to_fine(middle))
        return [head(level) for head, level in zip(self.heads, (fine, middle, coarse))]


class DetectorOutputs(nn.Module):
    """The exported form: twelve outputs in YuNet's order, scores through the sigmoid."""

    NAMES = [f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in STRIDES]

    def __init__(self, detector: Detector) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
        levels = self.detector(image)
        scores = [level[..., :2].sigmoid() for level in levels]
        return (*[s[..., 0:1] for s in scores], *[s[..., 1:2] for s in scores], *[level[..., 2:6] for level in levels],
                *[level[..., 6:16] for level in levels])
