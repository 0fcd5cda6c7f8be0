"""Distils YuNet into a smaller detector: for every drawn picture the student learns the teacher's twelve maps.

Scores by quality focal loss towards the teacher's soft scores (Li et al., 2020), boxes by generalised IoU (Rezatofighi et
al., 2019) and points by L1 relative to the face, both weighted by the teacher's own score.
"""
from __future__ import annotations

import argparse
import pathlib
import time

import cv2
import numpy as np
import torch
from torch.nn import functional as nnf

import collages
import lfw
import ort
import progress
import schedule
import yunet
from detector_net import STRIDES, Detector

BATCH, SIDE = 16, 256


def teach(teacher: ort.Session, picture: np.ndarray) -> np.ndarray:
    """The teacher's maps of a square picture: float32 [positions of all levels, 16] = cls, obj, box, points."""
    outputs = teacher.run(yunet.blob(picture))
    return np.concatenate([np.concatenate([outputs[f"{kind}_{stride}"][0] for kind in ("cls", "obj", "bbox", "kps")], 1)
                           for stride in STRIDES])


def sample(source: collages.Collages, teacher: ort.Session) -> tuple[torch.Tensor, torch.Tensor]:
    pictures = [source.draw() for _ in range(BATCH)]
    maps = np.stack([teach(teacher, picture) for picture in pictures])
    images = np.ascontiguousarray(np.stack(pictures).transpose(0, 3, 1, 2))
    return torch.from_numpy(images).float().contiguous(memory_format=torch.channels_last), torch.from_numpy(maps)


def overlap_loss(student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
    """1 − generalised IoU of boxes coded as YuNet does (centre offset, log size), for the same cell."""
    def corners(code: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        half = code[:, 2:].clamp(-4, 6).exp() / 2
        return code[:, :2] - half, code[:, :2] + half
    (low, high), (goal_low, goal_high) = corners(student), corners(teacher)
    common = (torch.minimum(high, goal_high) - torch.maximum(low, goal_low)).clamp(min=0).prod(1)
    union = (high - low).prod(1) + (goal_high - goal_low).prod(1) - common
    hull = (torch.maximum(high, goal_high) - torch.minimum(low, goal_low)).prod(1)
    return 1 - common / union + (hull - union) / hull


def losses(levels: list[torch.Tensor], maps: torch.Tensor) -> tuple[torch.Tensor, dict[str, float]]:
    student = torch.cat(levels, 1)
    goal = maps[..., :2].clamp(0, 1)
    logit = student[..., :2]
    focus = (goal - logit.sigmoid()).abs() ** 1.5
    score = (goal[..., 0] * goal[..., 1]).sqrt()
    taken = score > 0.2
    weight = score[taken]
    total = weight.sum().clamp(min=1)
    scores = (nnf.binary_cross_entropy_with_logits(logit, goal, reduction="none") * focus).sum() / total
    ours, theirs = student[taken], maps[taken]
    boxes = (overlap_loss(ours[:, 2:6], theirs[:, 2:6]) * weight).sum() / total
    size = theirs[:, 4:6].exp().prod(1).sqrt()
    points = ((ours[:, 6:] - theirs[:, 6:]).abs().mean(1) / size * weight).sum() / total
    return scores + 2 * boxes + 12 * points, {"score": scores.item(), "box": boxes.item(), "points": points.item()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=6_000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--frames", type=pathlib.Path, help="rendered frames to mix in: uint8 .npy [n,H,W,3] BGR")
    parser.add_argument("--start", type=pathlib.Path, help="checkpoint whose weights to begin with")
    parser.add_argument("--name", default="detector")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    shared = lfw.shared_directory()
    pictures = collages.photos(shared, options.work)
    teacher = ort.Session(shared / "models" / "yunet_s_dynamic.onnx")
    model = Detector().to(memory_format=torch.channels_last)
    if options.start:
        model.load_state_dict(torch.load(options.start, map_location="cpu")["average"])
    average = schedule.Average(model, 0.998)
    optimizer = torch.optim.AdamW(schedule.parameter_groups(model, 0.01), lr=options.rate)
    clock = schedule.Clock(options.steps, options.minutes)
    checkpoint = options.work / f"{options.name}.pt"
    schedule.load(checkpoint, model, average, optimizer, clock)
    frames = np.load(options.frames, mmap_mode="r") if options.frames else None
    source = collages.Collages(pictures, np.random.default_rng((options.seed, clock.step)), SIDE, frames)
    shown, saved, smooth = progress.Bar(options.name), time.monotonic(), progress.Smooth(4)
    model.train()
    stop = schedule.StopOnSignal()
    while clock.share < 1 and not stop.asked:
        for group in optimizer.param_groups:
            group["lr"] = schedule.learning_rate(clock.share, options.rate)
        images, maps = sample(source, teacher)
        loss, parts = losses(model(images), maps)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        optimizer.step()
        average.update(model)
        clock.step += 1
        level = smooth.add(loss.item(), *parts.values())
        shown.show(clock.share, f"step {clock.step}  loss {level[0]:.3f}  score {level[1]:.3f}  box {level[2]:.3f}  "
                                f"points {level[3]:.4f}")
        if time.monotonic() - saved > 180:
            schedule.save(checkpoint, model, average, optimizer, clock)
            saved = time.monotonic()
    schedule.save(checkpoint, model, average, optimizer, clock)
    shown.end()


if __name__ == "__main__":
    main()
