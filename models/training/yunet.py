"""Decoder of YuNet-shaped detector outputs (Wu, Peng, Yu: "YuNet: a tiny millisecond-level face detector", 2023)."""
from __future__ import annotations

import cv2
import numpy as np

import ort

STRIDES = (8, 16, 32)


def pad_to_stride(image: np.ndarray, multiple: int = 32) -> np.ndarray:
    """Pads right and bottom with zeros until both sides are multiples of 32; uint8 [H,W,3] BGR."""
    height, width = image.shape[:2]
    return cv2.copyMakeBorder(image, 0, -height % multiple, 0, -width % multiple, cv2.BORDER_CONSTANT, value=0)


def blob(image: np.ndarray) -> np.ndarray:
    """uint8 [H,W,3] BGR → float32 [1,3,H,W], 0..255, no normalisation."""
    return image.transpose(2, 0, 1)[None].astype(np.float32)


def decode(outputs: dict[str, np.ndarray], width: int, threshold: float, nms: float = 0.3) -> np.ndarray:
    """Faces as float32 [n,15]: x, y, w, h, 5 × (x, y), score; best first. `width` is the padded input's.

    Landmark order: image-left eye, image-right eye, nose tip, image-left and image-right mouth corner.
    """
    found = []
    for stride in STRIDES:
        score = np.sqrt(np.clip(outputs[f"cls_{stride}"][0, :, 0], 0, 1) * np.clip(outputs[f"obj_{stride}"][0, :, 0], 0, 1))
        index = np.flatnonzero(score >= threshold)
        if not len(index):
            continue
        column, row = index % (width // stride), index // (width // stride)
        box, points = outputs[f"bbox_{stride}"][0, index], outputs[f"kps_{stride}"][0, index]
        centre_x, centre_y = (column + box[:, 0]) * stride, (row + box[:, 1]) * stride
        box_w, box_h = np.exp(box[:, 2]) * stride, np.exp(box[:, 3]) * stride
        faces = np.empty((len(index), 15), np.float32)
        faces[:, 0], faces[:, 1] = centre_x - box_w / 2, centre_y - box_h / 2
        faces[:, 2], faces[:, 3] = box_w, box_h
        faces[:, 4:14:2] = (column[:, None] + points[:, 0::2]) * stride
        faces[:, 5:14:2] = (row[:, None] + points[:, 1::2]) * stride
        faces[:, 14] = score[index]
        found.append(faces)
    return suppress(np.concatenate(found), nms) if found else np.empty((0, 15), np.float32)


def suppress(faces: np.ndarray, overlap: float) -> np.ndarray:
    """Greedy non-maximum suppression by score."""
    faces = faces[np.argsort(-faces[:, 14], kind="stable")]
    low, high, area = faces[:, :2], faces[:, :2] + faces[:, 2:4], faces[:, 2] * faces[:, 3]
    alive, kept = np.ones(len(faces), bool), []
    for index in range(len(faces)):
        if alive[index]:
            kept.append(index)
            common = np.clip(np.minimum(high, high[index]) - np.maximum(low, low[index]), 0, None).prod(1)
            alive &= common <= overlap * (area + area[index] - common)
    return faces[kept]


def iou(a: np.ndarray, b: np.ndarray) -> float:
    """Intersection over union of two boxes given as x, y, w, h."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(0.0, wide) * max(0.0, high)
    return float(shared / (a[2] * a[3] + b[2] * b[3] - shared + 1e-9))


def detect(session: ort.Session, image: np.ndarray, threshold: float = 0.6) -> np.ndarray:
    """Faces of a uint8 BGR picture at its own size; see `decode`."""
    padded = pad_to_stride(image)
    return decode(session.run(blob(padded)), padded.shape[1], threshold)
