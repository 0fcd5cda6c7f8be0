"""Distils the teacher's face space into the small embedder.

Loss per batch, all on unit-length embeddings s (student) and t (teacher):
  1. 1 − cos(s, t): be where the teacher is;
  2. similarity of pairs: mean (S Sᵀ − T Tᵀ)² off the diagonal (relational distillation, Park et al., 2019);
  3. KL between teacher's and student's softmax over the mean embeddings of all training identities;
  4. identity: cross-entropy with an additive margin (CosFace, Wang et al., 2018) on the crops that show a real person.
"""
from __future__ import annotations

import argparse
import pathlib
import time

import cv2
import numpy as np
import torch
from torch.nn import functional as nnf

import lfw
import progress
import schedule
import synthesis
from embedder_net import Embedder, load_grown

BATCH = 40
# A fifth of every batch are the photos themselves; the rest are made-up faces.
REAL_SHARE = 0.2
# With renders of the scene: so much of every batch are those.
RENDER_SHARE = 0.12
# So many crops of a batch are blended with another, and their labels likewise (mixup, Zhang et al., 2018).
MIXED = 0.4
# So many crops are misaligned further than a good detector would.
LOOSE = 0.45


class Faces:
    """The labelled shards; more are taken in while the labeller is still writing."""

    def __init__(self, folders: list[pathlib.Path], photos: int) -> None:
        self._folders, self._seen = folders, set()
        self._parts: list[dict[str, np.ndarray]] = []
        self._origins: list[str] = []
        self._starts = np.zeros(1, np.int64)
        self.photos = photos
        self.look()

    def look(self) -> None:
        for path in sorted(p for folder in self._folders for p in folder.glob("*.npz") if p not in self._seen):
            self._seen.add(path)
            self._parts.append(dict(np.load(path)))
            self._origins.append(path.parent.name)
        self._starts = np.cumsum([0] + [len(part["images"]) for part in self._parts])

    @property
    def renders(self) -> tuple[int, int] | None:
        """Range of indices of the last shard that holds renders; None without any."""
        found = [number for number, folder in enumerate(self._origins) if folder == "renders"]
        return (int(self._starts[found[-1]]), int(self._starts[found[-1] + 1])) if found else None

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray, int]:
        part = int(np.searchsorted(self._starts, index, side="right")) - 1
        offset = index - self._starts[part]
        table = self._parts[part]
        return table["images"][offset], table["targets"][offset], int(table["identities"][offset])

    def prototypes(self) -> torch.Tensor:
        """Unit-length mean teacher embedding of each identity, float32 [identities, 256]."""
        count = max(int(part["identities"].max()) for part in self._parts) + 1
        total = np.zeros((count, self._parts[0]["targets"].shape[1]), np.float32)
        for part in self._parts:
            real = part["identities"] >= 0
            np.add.at(total, part["identities"][real], part["targets"][real])
        return nnf.normalize(torch.from_numpy(total), dim=1)


def vary(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Changes that hardly move the teacher's label: mirror, misalignment, tone, now and then a fault."""
    if random.uniform() < 0.5:
        image = image[:, ::-1]
    side = image.shape[0]
    matrix = np.array([[1, 0, 0], [0, 1, 0]], np.float64)
    # Now and then as far off as the landmarks of a small detector are: the label stays the one of the well-aligned crop.
    loose = 2.5 if random.uniform() < LOOSE else 1.0
    scale, turn = np.exp(random.normal(0, 0.02 * loose)), np.deg2rad(random.normal(0, 1.5 * loose))
    matrix[:, :2] = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    centre = np.array([side / 2, side / 2])
    matrix[:, 2] = centre - matrix[:, :2] @ centre + random.normal(0, 1.2 * loose, 2)
    image = cv2.warpAffine(np.ascontiguousarray(image), matrix, (side, side), flags=cv2.INTER_LINEAR,
                           borderMode=cv2.BORDER_REFLECT)
    image = synthesis.tone(image, random, 0.4)
    return synthesis.degrade(image, random) if random.uniform() < 0.33 else image


def choose(faces: Faces, random: np.random.Generator) -> np.ndarray:
    """Indices of one batch: fixed shares of real photos (they come first in the shards) and renders, the rest from everything."""
    real = int(round(BATCH * REAL_SHARE))
    rendered = int(round(BATCH * RENDER_SHARE)) if faces.renders else 0
    chosen = [random.integers(0, min(faces.photos, len(faces)), real), random.integers(0, len(faces), BATCH - real - rendered)]
    if rendered:
        chosen.append(random.integers(*faces.renders, rendered))
    return np.concatenate(chosen)


def batch(faces: Faces, indices: np.ndarray, random: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    images, targets, identities = zip(*(faces[int(index)] for index in indices))
    stacked = np.stack([vary(image, random) for image in images]).transpose(0, 3, 1, 2)
    pixels = torch.from_numpy(np.ascontiguousarray(stacked)).float()
    labels, who = torch.from_numpy(np.stack(targets)), torch.tensor(identities)
    share = torch.from_numpy(np.where(random.uniform(size=len(pixels)) < MIXED,
                                      random.uniform(0.15, 0.5, len(pixels)), 0.0)).float()
    # The neighbour in the batch; an aligned blend lies about where the blend of the labels lies.
    pixels = torch.lerp(pixels, pixels.roll(1, 0), share[:, None, None, None])
    labels = nnf.normalize(torch.lerp(labels, labels.roll(1, 0), share[:, None]), dim=1)
    who[share > 0] = -1
    return pixels.contiguous(memory_format=torch.channels_last), labels, who


def losses(embedding: torch.Tensor, target: torch.Tensor, identity: torch.Tensor,
           prototypes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(total loss, mean cosine to the teacher)."""
    student = nnf.normalize(embedding, dim=1)
    cosine = (student * target).sum(1)
    off = ~torch.eye(len(student), dtype=torch.bool)
    pairs = ((student @ student.T - target @ target.T)[off] ** 2).mean()
    scale = 16.0
    ours, theirs = student @ prototypes.T * scale, target @ prototypes.T * scale
    relation = nnf.kl_div(nnf.log_softmax(ours, 1), nnf.softmax(theirs, 1), reduction="batchmean")
    total = 2 * (1 - cosine).mean() + 10 * pairs + relation
    real = identity >= 0
    if real.any():
        logits = student[real] @ prototypes.T
        margin = nnf.one_hot(identity[real], len(prototypes)) * 0.15
        total = total + 0.1 * real.float().mean() * nnf.cross_entropy((logits - margin) * 24, identity[real])
    return total, cosine.mean().detach()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=9_000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--faces", nargs="*", default=["faces", "renders"], help="folders of shards under --work")
    parser.add_argument("--start", type=pathlib.Path, help="checkpoint whose weights to begin with; it may have fewer blocks")
    parser.add_argument("--name", default="embedder")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    faces = Faces([options.work / folder for folder in options.faces], 2 * len(lfw.training_pictures(lfw.shared_directory())))
    prototypes = faces.prototypes()
    model = Embedder().to(memory_format=torch.channels_last)
    if options.start:
        load_grown(model, torch.load(options.start, map_location="cpu")["average"])
    average = schedule.Average(model, 0.998)
    optimizer = torch.optim.AdamW(schedule.parameter_groups(model, 0.02), lr=options.rate)
    clock = schedule.Clock(options.steps, options.minutes)
    checkpoint = options.work / f"{options.name}.pt"
    if schedule.load(checkpoint, model, average, optimizer, clock):
        random = np.random.default_rng((options.seed, clock.step))
    shown, saved, smooth = progress.Bar(options.name), time.monotonic(), progress.Smooth(2)
    model.train()
    stop = schedule.StopOnSignal()
    while clock.share < 1 and not stop.asked:
        for group in optimizer.param_groups:
            group["lr"] = schedule.learning_rate(clock.share, options.rate)
        images, targets, identities = batch(faces, choose(faces, random), random)
        loss, cosine = losses(model(images), targets, identities, prototypes)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        average.update(model)
        clock.step += 1
        level = smooth.add(loss.item(), cosine.item())
        shown.show(clock.share, f"step {clock.step}  faces {len(faces)}  loss {level[0]:.3f}  cosine {level[1]:.4f}")
        if time.monotonic() - saved > 180:
            schedule.save(checkpoint, model, average, optimizer, clock)
            faces.look()
            prototypes = faces.prototypes()
            saved = time.monotonic()
    schedule.save(checkpoint, model, average, optimizer, clock)
    shown.end()


if __name__ == "__main__":
    main()
