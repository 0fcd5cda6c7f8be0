"""Makes the embedder's training set: aligned crops of training identities and faces made from them, labelled by the teacher.

Writes shards (`images` uint8 [n,128,128,3] BGR, `targets` float32 [n,256] of unit length, `identities` int32, −1 for faces
of nobody) one after another until `--crops` are there or `--minutes` are over. Started again, it goes on where it stopped.
"""
from __future__ import annotations

import argparse
import json
import pathlib
import time

import numpy as np

import alignment
import lfw
import ort
import progress
import synthesis
import yunet

SHARD = 1024


def chips(shared: pathlib.Path, work: pathlib.Path) -> dict[str, np.ndarray]:
    """Aligned crops with margin of every training picture, their points in the crop, and who it is; cached in `work`."""
    cache = work / "chips.npz"
    if cache.exists():
        return dict(np.load(cache))
    detector = ort.Session(shared / "models" / "yunet_s_dynamic.onnx")
    archives, pictures = lfw.Archives(shared), lfw.training_pictures(shared)
    names = sorted({picture.identity for picture in pictures})
    number = {name: index for index, name in enumerate(names)}
    images, points, identities = [], [], []
    for picture in progress.bar(pictures, "align"):
        image = archives.read(picture.archive, picture.path)
        faces = yunet.detect(detector, image)
        if not len(faces):
            continue
        # The person LFW names is the one in the middle of the picture.
        middle = np.abs(faces[:, :2] + faces[:, 2:4] / 2 - np.array(image.shape[1::-1]) / 2).sum(1)
        landmarks = faces[middle.argmin(), 4:14].reshape(5, 2).astype(np.float64)
        target = alignment.TEMPLATE * alignment.SIDE + synthesis.MARGIN
        matrix = alignment.similarity(landmarks, target)
        images.append(alignment.crop(image, landmarks, margin=synthesis.MARGIN))
        points.append(landmarks @ matrix[:, :2].T + matrix[:, 2])
        identities.append(number[picture.identity])
    table = {"images": np.array(images), "points": np.array(points, np.float32),
             "identities": np.array(identities, np.int32)}
    work.mkdir(parents=True, exist_ok=True)
    (work / "identities.json").write_text(json.dumps(names))
    partial = cache.with_suffix(".partial.npz")
    np.savez(partial, **table)
    partial.rename(cache)
    return table


def draw(faces: dict[str, np.ndarray], index: int, random: np.random.Generator) -> tuple[np.ndarray, int]:
    """The index-th sample: first every picture and its mirror image as they are, then made-up ones without end."""
    count = len(faces["images"])
    if index < 2 * count:
        image = faces["images"][index // 2]
        image = image if index % 2 == 0 else image[:, ::-1]
        inside = slice(synthesis.MARGIN, synthesis.MARGIN + alignment.SIDE)
        return image[inside, inside], int(faces["identities"][index // 2])
    first, second = random.integers(0, count, 2)
    one = (faces["images"][first], faces["points"][first])
    two = (faces["images"][second], faces["points"][second])
    kind, identity = random.uniform(), -1
    if kind < 0.45:
        image = synthesis.morph(one, two, random)
    elif kind < 0.65:
        image = synthesis.swap_part(one, two, random)
    else:
        image, identity = one[0], int(faces["identities"][first])
    if kind < 0.85 and random.uniform() < 0.7:
        image, identity = synthesis.bend(image, random, random.uniform(0.8, 3.2)), -1
    if random.uniform() < 0.5:
        image = image[:, ::-1]
    image = synthesis.jitter(np.ascontiguousarray(image), random, 1.2, 2.0, 0.025)
    image = synthesis.tone(image, random, 0.8)
    return (synthesis.degrade(image, random) if random.uniform() < 0.6 else image), identity


def label(teacher: ort.Session, image: np.ndarray) -> np.ndarray:
    """The teacher's embedding of an aligned crop, unit length, float32 [256]."""
    embedding = teacher.run(yunet.blob(image))["embedding"][0]
    return embedding / np.linalg.norm(embedding)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--crops", type=int, default=60_000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    shared = lfw.shared_directory()
    faces = chips(shared, options.work)
    teacher = ort.Session(shared / "models" / "face-reidentification-retail-0095.onnx")
    folder = options.work / "faces"
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + options.minutes * 60
    for shard in progress.bar(range((options.crops + SHARD - 1) // SHARD), "label"):
        path = folder / f"{shard:04d}.npz"
        if path.exists():
            continue
        random = np.random.default_rng((options.seed, shard))
        drawn = [draw(faces, shard * SHARD + offset, random) for offset in range(SHARD)]
        targets = np.array([label(teacher, image) for image, _ in drawn], np.float32)
        partial = path.with_suffix(".partial")
        with open(partial, "wb") as file:
            np.savez(file, images=np.array([image for image, _ in drawn]), targets=targets,
                     identities=np.array([identity for _, identity in drawn], np.int32))
        partial.rename(path)
        if time.monotonic() > until:
            break


if __name__ == "__main__":
    main()
