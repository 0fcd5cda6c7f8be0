"""Renders of the appliance's own scene: people who do not exist, with exact truth, for training and for judging.

    ./watchpost scene crops --raw --out DIR/faces          then  renders.py label DIR --work WORK
    ./watchpost scene render --out DIR/scene.mp4 --truth DIR/scene.ndjson

`label` writes shards for train_embedder.py (folder `renders`) and the pictures for train_detector.py (`frames.npy`).
Held-out renders (other seeds) are read by evaluate.py --renders and never labelled.
"""
from __future__ import annotations

import argparse
import json
import pathlib
from typing import Iterator

import cv2
import numpy as np

import alignment
import label_faces
import lfw
import ort
import progress
import synthesis
import yunet
from evaluation_sets import Scene

FRAME_SIDE = 384


def single_faces(folder: pathlib.Path) -> tuple[np.ndarray, list[dict]]:
    """(uint8 [n,size,size,3] BGR, truth of each) of a `scene crops --raw` folder; an unfinished last picture is left out."""
    lines = (folder / "faces" / "truth.ndjson").read_text().splitlines()
    raw = np.fromfile(folder / "faces" / "faces.u8", np.uint8)
    faces = []
    for line in lines:
        try:
            faces.append(json.loads(line)["faces"][0])
        except (json.JSONDecodeError, IndexError):
            break
    # The size is not written down: it is the one that gives as many pictures as there are lines.
    size = int(round((len(raw) / max(len(lines), 1) / 3) ** 0.5 / 2)) * 2
    count = min(len(faces), len(raw) // (size * size * 3))
    pictures = raw[:count * size * size * 3].reshape(count, size, size, 3)[..., ::-1]
    return pictures, faces[:count]


def videos(folder: pathlib.Path) -> Iterator[tuple[np.ndarray, list[dict]]]:
    """Every frame of the folder's MP4s, uint8 [H,W,3] BGR, with its true faces."""
    for video in sorted(folder.glob("*.mp4")):
        truth = [json.loads(line)["faces"] for line in video.with_suffix(".ndjson").read_text().splitlines()]
        capture = cv2.VideoCapture(str(video))
        for faces in truth:
            good, frame = capture.read()
            if not good:
                break
            yield frame, faces


def scenes(folder: pathlib.Path, smallest: float = 20) -> Iterator[Scene]:
    """Held-out frames with the boxes of all faces that are wide enough and mostly visible."""
    for frame, faces in videos(folder):
        boxes = [face["box"] for face in faces if face["box"][2] >= smallest and face["visible"] > 0.7 and abs(face["yaw"]) < 60]
        yield Scene(frame, np.array(boxes, np.float32).reshape(-1, 4))


def landmarks_of(detector: ort.Session, picture: np.ndarray, truth: dict) -> np.ndarray:
    """Five points as the appliance would get them: the detector's on the true face, else the truth itself."""
    box = np.array(truth["box"], np.float32)
    faces = yunet.detect(detector, picture, 0.3)
    overlaps = [yunet.iou(face[:4], box) for face in faces]
    if overlaps and max(overlaps) > 0.4:
        return faces[int(np.argmax(overlaps)), 4:14].reshape(5, 2)
    return np.array(truth["landmarks"], np.float32)


def aligned(detector: ort.Session, picture: np.ndarray, truth: dict) -> np.ndarray:
    return alignment.crop(picture, landmarks_of(detector, picture, truth), margin=synthesis.MARGIN)


def label(folder: pathlib.Path, work: pathlib.Path, seed: int) -> None:
    shared = lfw.shared_directory()
    detector = ort.Session(shared / "models" / "yunet_s_dynamic.onnx")
    teacher = ort.Session(shared / "models" / "face-reidentification-retail-0095.onnx")
    first = len(json.loads((work / "identities.json").read_text()))
    random = np.random.default_rng(seed)
    images, targets, identities, frames = [], [], [], []
    pictures, truths = single_faces(folder)
    for picture, truth in progress.bar(list(zip(pictures, truths)), "label renders"):
        chip = synthesis.jitter(aligned(detector, np.ascontiguousarray(picture), truth), random, 0.8, 1.0, 0.015)
        images.append(chip)
        targets.append(label_faces.label(teacher, chip))
        identities.append(first + truth["identity"])
    output = work / "renders"
    output.mkdir(exist_ok=True)
    with open(output / "0000.partial", "wb") as file:
        np.savez(file, images=np.array(images), targets=np.array(targets, np.float32), identities=np.array(identities, np.int32))
    (output / "0000.partial").rename(output / "0000.npz")
    # For the detector: pieces of the scene's frames, and single faces put four to a picture.
    for frame, _ in videos(folder):
        for _ in range(2):
            y, x = (random.integers(0, frame.shape[axis] - FRAME_SIDE + 1) for axis in (0, 1))
            frames.append(frame[y:y + FRAME_SIDE, x:x + FRAME_SIDE])
    half = FRAME_SIDE // 2
    for _ in range(300):
        four = [cv2.resize(pictures[index], (half, half)) for index in random.integers(0, len(pictures), 4)]
        frames.append(np.vstack([np.hstack(four[:2]), np.hstack(four[2:])]))
    np.save(work / "frames.npy", np.array(frames))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["label"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    label(options.folder, options.work, options.seed)


if __name__ == "__main__":
    main()
