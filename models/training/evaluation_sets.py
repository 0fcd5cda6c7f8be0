"""What the models are judged on: pictures of people never trained on, with the faces they are known to hold."""
from __future__ import annotations

import json
import pathlib
from dataclasses import dataclass
from typing import Iterator

import cv2
import numpy as np

import lfw


@dataclass(frozen=True)
class Scene:
    """A uint8 BGR picture; its true faces as float32 [n,4] x, y, w, h; nose tips [n,2] where a person marked them."""

    image: np.ndarray
    boxes: np.ndarray
    noses: np.ndarray | None = None


def around(points: np.ndarray, side: float) -> np.ndarray:
    """Square boxes of the given side around [n,2] points."""
    points = np.asarray(points, np.float32).reshape(-1, 2)
    return np.hstack([points - side / 2, np.full_like(points, side)])


def groups(shared: pathlib.Path) -> Iterator[Scene]:
    """Group photos; people marked the nose tips (no boxes: a detection is right when it holds the nose)."""
    folder = shared / "media" / "group"
    for name, note in json.loads((folder / "annotations.json").read_text()).items():
        noses = np.array(note["nose_points_xy"], np.float32).reshape(-1, 2)
        yield Scene(cv2.imread(str(folder / name)), around(noses, 1), noses)


def watchlist(shared: pathlib.Path) -> Iterator[Scene]:
    """Watchlist photos with the boxes of golden.json (they come from YuNet itself), at the scale it was run at."""
    golden = json.loads((shared / "media" / "golden.json").read_text())
    for name, note in golden.items():
        image = cv2.imread(str(shared / "media" / name)) if isinstance(note, dict) and "faces" in note else None
        if image is None:
            continue
        longest = max(image.shape[:2])
        scale = min(1.0, 1024 / longest)
        if scale < 1:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        corners = np.array([face["box"] for face in note["faces"]], np.float32).reshape(-1, 4) * scale
        yield Scene(image, np.hstack([corners[:, :2], corners[:, 2:] - corners[:, :2]]))


def portraits(shared: pathlib.Path) -> dict[str, np.ndarray]:
    """LFW pictures of evaluation identities, uint8 [250,250,3] BGR by path in lfw_dev.zip."""
    _, evaluation = lfw.split(shared)
    archives = lfw.Archives(shared)
    return {name: archives.read("lfw_dev.zip", name) for name in archives.names("lfw_dev.zip")
            if lfw.identity_of(name) in evaluation}


def singles(pictures: list[np.ndarray]) -> Iterator[Scene]:
    """Each portrait by itself: LFW puts the named face, about 95 px wide, into the middle."""
    for picture in pictures:
        yield Scene(picture, around([(125, 125)], 95))


def crowds(pictures: list[np.ndarray], per_side: int, side: int = 640) -> Iterator[Scene]:
    """Portraits in a per_side × per_side mosaic of `side` pixels: many small faces at known places."""
    cell = side // per_side
    for start in range(0, len(pictures) - per_side * per_side + 1, per_side * per_side):
        image, centres = np.zeros((side, side, 3), np.uint8), []
        for offset in range(per_side * per_side):
            y, x = offset // per_side * cell, offset % per_side * cell
            image[y:y + cell, x:x + cell] = cv2.resize(pictures[start + offset], (cell, cell), interpolation=cv2.INTER_AREA)
            centres.append((x + cell / 2, y + cell / 2))
        yield Scene(image, around(centres, 95 * cell / 250))
