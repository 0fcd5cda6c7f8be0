"""Writes a trained student to ONNX with its weights in half precision and its batch norms folded into the convolutions.

Weights are stored as float16 and cast back by the graph; ONNX Runtime folds the casts when it loads the model, so speed and
arithmetic stay those of float32 while the file is half as large.
"""
from __future__ import annotations

import argparse
import copy
import pathlib

import torch
from torch import nn
from torch.nn import functional as nnf
from torch.nn.utils.fusion import fuse_conv_bn_eval

from detector_net import Detector, DetectorOutputs
from embedder_net import Embedder, MirrorMean


def fold(model: nn.Module) -> nn.Module:
    """Folds every batch norm that directly follows a convolution in a Sequential; returns a copy."""
    model = copy.deepcopy(model).eval().cpu().to(memory_format=torch.contiguous_format)
    for module in list(model.modules()):
        if not isinstance(module, nn.Sequential):
            continue
        for index in range(len(module) - 1):
            if isinstance(module[index], nn.Conv2d) and isinstance(module[index + 1], nn.BatchNorm2d):
                module[index] = fuse_conv_bn_eval(module[index], module[index + 1])
                module[index + 1] = nn.Identity()
    return model


class HalfConv(nn.Module):
    def __init__(self, source: nn.Conv2d) -> None:
        super().__init__()
        self.weight = nn.Parameter(source.weight.detach().half(), requires_grad=False)
        self.bias = nn.Parameter(source.bias.detach(), requires_grad=False)
        self.stride, self.padding, self.groups = source.stride, source.padding, source.groups

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return nnf.conv2d(features, self.weight.float(), self.bias, self.stride, self.padding, 1, self.groups)


class HalfLinear(nn.Module):
    def __init__(self, source: nn.Linear) -> None:
        super().__init__()
        self.weight = nn.Parameter(source.weight.detach().half(), requires_grad=False)
        self.bias = nn.Parameter(source.bias.detach(), requires_grad=False)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return nnf.linear(features, self.weight.float(), self.bias)


def halve(model: nn.Module) -> nn.Module:
    """Replaces convolutions and linear layers by ones that keep their weights in half precision (in place)."""
    for name, child in model.named_children():
        if isinstance(child, nn.Conv2d):
            setattr(model, name, HalfConv(child))
        elif isinstance(child, nn.Linear):
            setattr(model, name, HalfLinear(child))
        else:
            halve(child)
    return model


def export_embedder(state: dict, path: pathlib.Path, half: bool = True) -> None:
    model = Embedder()
    model.load_state_dict(state)
    model = MirrorMean(fold(model))
    model = halve(model) if half else model
    torch.onnx.export(model, torch.rand(1, 3, 128, 128) * 255, str(path), opset_version=13, do_constant_folding=False,
                      input_names=["data"], output_names=["embedding"],
                      dynamic_axes={"data": {0: "N"}, "embedding": {0: "N"}})


def export_detector(state: dict, path: pathlib.Path, half: bool = True, shift: float = 0.0) -> None:
    """`shift` is added to the score logits (see calibrate.py)."""
    model = Detector()
    model.load_state_dict(state)
    with torch.no_grad():
        for head in model.heads:
            head.out.bias[:2] += shift
    model = DetectorOutputs(fold(model))
    model = halve(model) if half else model
    axes = {"input": {0: "N", 2: "H", 3: "W"}, **{name: {0: "N", 1: name} for name in DetectorOutputs.NAMES}}
    torch.onnx.export(model, torch.rand(1, 3, 320, 320) * 255, str(path), opset_version=13, do_constant_folding=not half,
                      input_names=["input"], output_names=DetectorOutputs.NAMES, dynamic_axes=axes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=["embedder", "detector"])
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("onnx", type=pathlib.Path)
    parser.add_argument("--shift", type=float, default=0.0, help="detector: added to the score logits (calibrate.py)")
    options = parser.parse_args()
    state = torch.load(options.checkpoint, map_location="cpu")["average"]
    if options.kind == "embedder":
        export_embedder(state, options.onnx)
    else:
        export_detector(state, options.onnx, shift=options.shift)
    print(f"{options.onnx}: {options.onnx.stat().st_size} bytes")


if __name__ == "__main__":
    main()
