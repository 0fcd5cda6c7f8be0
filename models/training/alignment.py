"""Face alignment: the least-squares similarity (Umeyama, 1991) from five points to the recognition template."""
from __future__ import annotations

import cv2
import numpy as np

SIDE = 128
# Image-left eye, image-right eye, nose tip, image-left and image-right mouth corner (Open Model Zoo,
# face-reidentification-retail-0095), as fractions of the crop.
TEMPLATE = np.array([(0.31556875, 0.46157414), (0.68262292, 0.46157414), (0.50026250, 0.64050536),
                     (0.34947188, 0.82469196), (0.65343646, 0.82469196)], np.float64)


def similarity(points: np.ndarray, target: np.ndarray) -> np.ndarray:
    """float64 [2,3]: rotation, scale and shift, never a reflection, that best takes [n,2] points to target."""
    from_mean, to_mean = points.mean(0), target.mean(0)
    source, goal = points - from_mean, target - to_mean
    # Closed form in two dimensions: the rotation-scale is one complex number.
    a = (source * goal).sum()
    b = (source[:, 0] * goal[:, 1] - source[:, 1] * goal[:, 0]).sum()
    norm = (source ** 2).sum()
    linear = np.array([[a, -b], [b, a]]) / norm
    return np.hstack([linear, (to_mean - linear @ from_mean)[:, None]])


def crop(image: np.ndarray, points: np.ndarray, side: int = SIDE, margin: int = 0) -> np.ndarray:
    """Aligned uint8 [side+2·margin, side+2·margin, 3] BGR; `margin` keeps context around the template's square."""
    target = TEMPLATE * side + margin
    matrix = similarity(points.reshape(5, 2).astype(np.float64), target)
    full = side + 2 * margin
    return cv2.warpAffine(image, matrix, (full, full), flags=cv2.INTER_LINEAR)
