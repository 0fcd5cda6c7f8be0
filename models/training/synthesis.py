"""Fresh faces from few: morphs, part swaps, shape warps and picture faults, all drawn from one generator.

About 3,700 pictures of 2,300 people do not show the student enough of the teacher's space. A blend of two aligned faces,
or one bent by a smooth field, is near enough to a face that the teacher gives it a place of its own — a label for a person
who does not exist.
All pictures are uint8 BGR aligned crops with `MARGIN` pixels of context on every side.
"""
from __future__ import annotations

import cv2
import numpy as np

import alignment

MARGIN = 12
FULL = alignment.SIDE + 2 * MARGIN
_GRID = np.stack(np.meshgrid(np.arange(FULL), np.arange(FULL)), -1).astype(np.float32)


def move_points(image: np.ndarray, source: np.ndarray, target: np.ndarray, spread: float = 22.0) -> np.ndarray:
    """Bends the picture so that what lies at source [n,2] comes to target; shifts fade with distance (Gaussian)."""
    shift = (source - target).astype(np.float32)
    weight = np.exp(-((_GRID[:, :, None] - target.astype(np.float32)) ** 2).sum(-1) / (2 * spread * spread))
    weight /= np.maximum(weight.sum(-1, keepdims=True), 1.0)
    field = _GRID + weight @ shift
    return cv2.remap(image, field[..., 0], field[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def bend(image: np.ndarray, random: np.random.Generator, strength: float) -> np.ndarray:
    """A smooth random displacement, `strength` pixels rms on a 5×5 lattice: another skull under the same skin."""
    lattice = random.normal(0, strength, (5, 5, 2)).astype(np.float32)
    field = _GRID + cv2.resize(lattice, (FULL, FULL), interpolation=cv2.INTER_CUBIC)
    return cv2.remap(image, field[..., 0], field[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def morph(first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray],
          random: np.random.Generator) -> np.ndarray:
    """Blend of two (picture, points [5,2]) faces after moving both to points between theirs."""
    share = random.uniform(0.25, 0.75)
    between = first[1] * (1 - share) + second[1] * share
    mixed = (move_points(first[0], first[1], between).astype(np.float32) * (1 - share)
             + move_points(second[0], second[1], between).astype(np.float32) * share)
    return mixed.astype(np.uint8)


def swap_part(first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray],
              random: np.random.Generator) -> np.ndarray:
    """Part of the second face (half-plane with a soft edge) over the first, colour means matched."""
    angle, offset = random.uniform(0, 2 * np.pi), random.uniform(-18, 18)
    across = (_GRID[..., 0] - FULL / 2) * np.cos(angle) + (_GRID[..., 1] - FULL / 2 - 12) * np.sin(angle) - offset
    mask = 1 / (1 + np.exp(-across / random.uniform(3, 9)))[..., None]
    base = first[0].astype(np.float32)
    other = move_points(second[0], second[1], first[1]).astype(np.float32)
    other += base.mean((0, 1)) - other.mean((0, 1))
    return np.clip(base * (1 - mask) + other * mask, 0, 255).astype(np.uint8)


def jitter(image: np.ndarray, random: np.random.Generator, shift: float, turn: float, scale: float) -> np.ndarray:
    """Cuts the [128,128] crop out with a little misalignment: shift in pixels, turn in degrees, relative scale (σ each)."""
    grow = float(np.exp(random.normal(0, scale)))
    matrix = cv2.getRotationMatrix2D((FULL / 2, FULL / 2), random.normal(0, turn), grow)
    matrix[:, 2] += random.normal(0, shift, 2) - MARGIN
    return cv2.warpAffine(image, matrix, (alignment.SIDE, alignment.SIDE), flags=cv2.INTER_LINEAR,
                          borderMode=cv2.BORDER_REFLECT)


def tone(image: np.ndarray, random: np.random.Generator, strength: float) -> np.ndarray:
    """Gamma, contrast, brightness and colour cast, as one table per channel."""
    level = np.linspace(0, 1, 256)
    gamma = np.exp(random.normal(0, 0.35 * strength))
    contrast, brightness = np.exp(random.normal(0, 0.25 * strength)), random.normal(0, 0.08 * strength)
    table = np.empty((256, 1, 3), np.uint8)
    for channel in range(3):
        cast = np.exp(random.normal(0, 0.08 * strength))
        value = ((level ** gamma) * cast - 0.45) * contrast + 0.45 + brightness
        table[:, 0, channel] = np.clip(value * 255, 0, 255)
    return cv2.LUT(image, table)


def degrade(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """One fault of a camera or none: low resolution, blur, motion blur, sensor noise, JPEG, grey, side light, occlusion."""
    kind = random.integers(0, 12)
    side = image.shape[0]
    if kind == 0:
        small = int(random.uniform(28, 80))
        return cv2.resize(cv2.resize(image, (small, small), interpolation=cv2.INTER_AREA), (side, side))
    if kind == 1:
        return cv2.GaussianBlur(image, (0, 0), random.uniform(0.5, 2.2))
    if kind == 2:
        length = int(random.integers(3, 9))
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), random.uniform(0, 180), 1)
        kernel = cv2.warpAffine(kernel, turn, (length, length))
        return cv2.filter2D(image, -1, kernel / max(kernel.sum(), 1e-3))
    if kind == 3:
        noise = random.normal(0, random.uniform(3, 16), image.shape)
        return np.clip(image + noise, 0, 255).astype(np.uint8)
    if kind == 4:
        packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(12, 60))])[1]
        return cv2.imdecode(packed, cv2.IMREAD_COLOR)
    if kind == 5:
        return cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    if kind == 6:
        angle = random.uniform(0, 2 * np.pi)
        ramp = np.linspace(-1, 1, side, dtype=np.float32)
        light = np.exp(random.uniform(0.2, 0.9) * (np.cos(angle) * ramp[None, :] + np.sin(angle) * ramp[:, None]))
        return np.clip(image * light[..., None], 0, 255).astype(np.uint8)
    if kind == 7:
        covered = image.copy()
        x, y = random.integers(0, side, 2)
        wide, high = random.integers(10, 45, 2)
        covered[y:y + high, x:x + wide] = random.integers(0, 256, 3)
        return covered
    return image
