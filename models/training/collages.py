"""Pictures for the detector: training photos of LFW tiled, pasted and enlarged so that faces come in every size and crowd.

No ground truth is made here: the teacher sees the finished picture and says what is in it. All pictures are uint8 BGR.
"""
from __future__ import annotations

import pathlib

import cv2
import numpy as np

import lfw
import progress
import synthesis


def photos(shared: pathlib.Path, work: pathlib.Path) -> np.ndarray:
    """Every training picture as uint8 [n,250,250,3], memory-mapped from a cache in `work`."""
    cache = work / "photos.npy"
    if not cache.exists():
        work.mkdir(parents=True, exist_ok=True)
        archives, pictures = lfw.Archives(shared), lfw.training_pictures(shared)
        table = np.stack([archives.read(p.archive, p.path) for p in progress.bar(pictures, "photos")])
        partial = work / "photos.partial.npy"
        np.save(partial, table)
        partial.rename(cache)
    return np.load(cache, mmap_mode="r")


class Collages:
    """Draws square pictures of `side` pixels from photos and, when given, rendered frames."""

    def __init__(self, pictures: np.ndarray, random: np.random.Generator, side: int = 256,
                 frames: np.ndarray | None = None) -> None:
        self._pictures, self._random, self._side, self._frames = pictures, random, side, frames

    def draw(self) -> np.ndarray:
        kind, random = self._random.uniform(), self._random
        if self._frames is not None and random.uniform() < 0.4:
            picture = self._frame()
        elif kind < 0.45:
            picture = self._tiles()
        elif kind < 0.85:
            picture = self._pasted()
        else:
            picture = self._cut(self._photo(), self._side, self._side, random.uniform(0.35, 1.0))
        if random.uniform() < 0.5:
            picture = np.ascontiguousarray(picture[:, ::-1])
        picture = synthesis.tone(picture, random, 0.8)
        return synthesis.degrade(picture, random) if random.uniform() < 0.4 else picture

    def _photo(self) -> np.ndarray:
        return np.asarray(self._pictures[self._random.integers(0, len(self._pictures))])

    def _cut(self, picture: np.ndarray, width: int, height: int, share: float) -> np.ndarray:
        """A random window of `share` of the picture's shorter side, in the asked-for shape, resized to width × height."""
        rows, columns = picture.shape[:2]
        scale = share * min(columns / width, rows / height)
        wide, high = max(8, int(width * scale)), max(8, int(height * scale))
        x, y = self._random.integers(0, columns - wide + 1), self._random.integers(0, rows - high + 1)
        return cv2.resize(picture[y:y + high, x:x + wide], (width, height),
                          interpolation=cv2.INTER_AREA if wide > width else cv2.INTER_LINEAR)

    def _tiles(self) -> np.ndarray:
        picture = np.empty((self._side, self._side, 3), np.uint8)
        count = int(self._random.choice([2, 2, 3, 4, 5, 7]))
        edges = np.linspace(0, self._side, count + 1).astype(int)
        for row in range(count):
            for column in range(count):
                y, x = slice(edges[row], edges[row + 1]), slice(edges[column], edges[column + 1])
                picture[y, x] = self._cut(self._photo(), x.stop - x.start, y.stop - y.start,
                                          self._random.uniform(0.45, 1.0))
        return picture

    def _background(self) -> np.ndarray:
        random, side = self._random, self._side
        if random.uniform() < 0.5:
            picture = self._cut(self._photo(), side, side, random.uniform(0.08, 0.3))
        else:
            corners = random.integers(0, 256, (2, 2, 3)).astype(np.uint8)
            picture = cv2.resize(corners, (side, side), interpolation=cv2.INTER_LINEAR)
        for _ in range(random.integers(0, 14)):
            colour = tuple(int(value) for value in random.integers(0, 256, 3))
            x, y = (int(value) for value in random.integers(0, side, 2))
            wide, high = (int(value) for value in random.integers(4, side // 2, 2))
            shape = random.integers(0, 3)
            if shape == 0:
                cv2.rectangle(picture, (x, y), (x + wide, y + high), colour, -1 if random.uniform() < 0.6 else 2)
            elif shape == 1:
                cv2.ellipse(picture, (x, y), (wide // 2, high // 2), float(random.uniform(0, 180)), 0, 360, colour, -1)
            else:
                cv2.line(picture, (x, y), (x + wide - side // 4, y + high - side // 4), colour, int(random.integers(1, 9)))
        noise = random.integers(0, int(random.integers(1, 24)), (side, side, 1), dtype=np.uint8)
        return cv2.add(picture, np.repeat(noise, 3, 2))

    def _pasted(self) -> np.ndarray:
        """People with soft outlines on a background without people."""
        random, side = self._random, self._side
        picture = self._background()
        for _ in range(random.integers(0, 10)):
            # An LFW face is about 95 pixels wide: scales give faces of 10 to 230 pixels.
            scale = float(np.exp(random.uniform(np.log(0.11), np.log(2.4))))
            # Only the square that the turned photo covers is drawn.
            extent = int(125 * scale * 1.35) + 2
            x, y = (int(value) - extent for value in random.uniform(0, side, 2))
            left, top, right, bottom = max(x, 0), max(y, 0), min(x + 2 * extent, side), min(y + 2 * extent, side)
            matrix = cv2.getRotationMatrix2D((125, 125), random.normal(0, 12), scale)
            matrix[:, 2] += (x + extent - left - 125, y + extent - top - 125)
            photo, mask, size = self._photo(), np.zeros((250, 250), np.uint8), (right - left, bottom - top)
            if scale < 0.5:
                photo = cv2.GaussianBlur(photo, (0, 0), 0.4 / scale)
            photo = cv2.warpAffine(photo, matrix, size)
            if random.uniform() < 0.7:
                axes = (int(random.uniform(50, 75)), int(random.uniform(68, 95)))
                cv2.ellipse(mask, (125, 120), axes, 0, 0, 360, 255, -1)
                cv2.ellipse(mask, (125, 260), (110, 80), 0, 0, 360, 255, -1)
            else:
                mask[10:240, 10:240] = 255
            mask = cv2.warpAffine(cv2.GaussianBlur(mask, (9, 9), 0), matrix, size)[..., None] / np.float32(255)
            part = picture[top:bottom, left:right]
            part[:] = part * (1 - mask) + photo * mask
        return picture

    def _frame(self) -> np.ndarray:
        frame = np.asarray(self._frames[self._random.integers(0, len(self._frames))])
        return self._cut(frame, self._side, self._side, self._random.uniform(0.35, 1.0))
