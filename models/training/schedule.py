"""What both trainings share: learning-rate schedule, averaged weights, checkpoints that survive a kill."""
from __future__ import annotations

import copy
import math
import os
import pathlib
import signal
import time

import torch
from torch import nn


def learning_rate(share: float, peak: float, warmup: float = 0.03, floor: float = 0.005) -> float:
    """Linear warm-up, then half a cosine down to `floor` of the peak; `share` of the training done, 0..1."""
    if share < warmup:
        return peak * (0.05 + 0.95 * share / warmup)
    along = min(1.0, (share - warmup) / (1 - warmup))
    return peak * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * along)))


class Average:
    """Exponential moving average of weights and of batch-norm statistics; it is what gets exported."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.model = copy.deepcopy(model).eval()
        self._decay, self._updates = decay, 0

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        self._updates += 1
        keep = min(self._decay, (1 + self._updates) / (10 + self._updates))
        for mine, theirs in zip(self.model.state_dict().values(), model.state_dict().values()):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs, 1 - keep)
            else:
                mine.copy_(theirs)


class Clock:
    """Share of a run that is done, by steps or by minutes, whichever is further; time spent before a restart counts."""

    def __init__(self, steps: int, minutes: float) -> None:
        self._steps, self._seconds = steps, minutes * 60
        self.step, self._before, self._started = 0, 0.0, time.monotonic()

    @property
    def elapsed(self) -> float:
        return self._before + time.monotonic() - self._started

    @property
    def share(self) -> float:
        return min(1.0, max(self.step / self._steps, self.elapsed / self._seconds))

    def resume(self, step: int, elapsed: float) -> None:
        self.step, self._before, self._started = step, elapsed, time.monotonic()


def save(path: pathlib.Path, model: nn.Module, average: Average, optimizer: torch.optim.Optimizer, clock: Clock) -> None:
    """Writes beside and renames, so that a kill leaves the previous checkpoint whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save({"model": model.state_dict(), "average": average.model.state_dict(),
                "optimizer": optimizer.state_dict(), "step": clock.step, "elapsed": clock.elapsed}, partial)
    os.replace(partial, path)


def load(path: pathlib.Path, model: nn.Module, average: Average, optimizer: torch.optim.Optimizer, clock: Clock) -> bool:
    """Goes on from a checkpoint if there is one; returns whether there was."""
    if not path.exists():
        return False
    state = torch.load(path, map_location="cpu")
    model.load_state_dict(state["model"])
    average.model.load_state_dict(state["average"])
    optimizer.load_state_dict(state["optimizer"])
    clock.resume(state["step"], state["elapsed"])
    return True


def parameter_groups(model: nn.Module, decay: float) -> list[dict]:
    """Weight decay for convolution and linear weights only."""
    weights = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    return [{"params": weights, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


class StopOnSignal:
    """`asked` turns true on SIGTERM or SIGINT, so that a run ends with a checkpoint instead of in the middle of a step."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True
