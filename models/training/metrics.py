"""Figures of merit for verification and detection."""
from __future__ import annotations

import numpy as np

import yunet


def verification_accuracy(scores: np.ndarray, same: np.ndarray, folds: int = 10) -> tuple[float, float]:
    """(cross-validated accuracy, its standard deviation): each tenth is judged at the threshold best on the others.

    The protocol of LFW, within one fold of it: pairs are dealt out in turn so that every part holds both kinds.
    """
    order = np.empty(len(scores), np.int64)
    for kind in (True, False):
        members = np.flatnonzero(same == kind)
        order[members] = np.arange(len(members)) % folds
    results = []
    for fold in range(folds):
        held = order == fold
        threshold = best_threshold(scores[~held], same[~held])
        results.append(float(np.mean((scores[held] >= threshold) == same[held])))
    return float(np.mean(results)), float(np.std(results))


def best_threshold(scores: np.ndarray, same: np.ndarray) -> float:
    """The threshold with most pairs judged right; the middle of its plateau."""
    values = np.sort(scores)
    candidates = np.concatenate([[values[0] - 1e-3], (values[1:] + values[:-1]) / 2, [values[-1] + 1e-3]])
    right = np.array([np.mean((scores >= candidate) == same) for candidate in candidates])
    best = np.flatnonzero(right == right.max())
    return float(candidates[best[len(best) // 2]])


def true_accepts(genuine: np.ndarray, impostors: np.ndarray, false_accepts: float) -> tuple[float, float]:
    """(share of genuine scores accepted, threshold) where at most `false_accepts` of the impostors are accepted."""
    allowed = int(false_accepts * len(impostors))
    threshold = float(np.sort(impostors)[::-1][allowed])
    return float(np.mean(genuine > threshold)), threshold


def match(faces: np.ndarray, truth: np.ndarray, overlap: float = 0.4) -> np.ndarray:
    """Index of the true box each detection (best first) takes, −1 for none; a true box is taken once."""
    taken: set[int] = set()
    result = np.full(len(faces), -1)
    for index, face in enumerate(faces):
        overlaps = [yunet.iou(face[:4], box[:4]) if number not in taken else 0.0 for number, box in enumerate(truth)]
        if overlaps and max(overlaps) >= overlap:
            result[index] = int(np.argmax(overlaps))
            taken.add(int(result[index]))
    return result


def recall_at_precision(scores: np.ndarray, correct: np.ndarray, faces: int, precision: float) -> tuple[float, float]:
    """(highest recall at which precision is still reached, its score threshold) over pooled detections."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(correct[order])
    reached = np.flatnonzero(hits / np.arange(1, len(hits) + 1) >= precision - 1e-12)
    if not len(reached):
        return 0.0, 1.0
    return float(hits[reached[-1]] / max(faces, 1)), float(scores[order][reached[-1]])
