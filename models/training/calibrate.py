"""Finds how far the detector's score logits must be shifted so that a score of 0.7 gives few false alarms.

Works on freshly drawn collages of training people, where YuNet's detections from 0.1 on excuse a face; prints the shift that export.py is given.
"""
from __future__ import annotations

import argparse
import pathlib

import numpy as np

import collages
import lfw
import ort
import progress
import yunet

# The score from which the appliance takes a face by default.
POINT, FALSE_PER_PICTURE = 0.7, 0.02


def logit(score: float) -> float:
    return float(np.log(score / (1 - score)))


def shift_for(false_scores: np.ndarray, pictures: int) -> float:
    """Logits to add so that only FALSE_PER_PICTURE of false alarms reach POINT; never raises scores."""
    allowed = int(FALSE_PER_PICTURE * pictures)
    if len(false_scores) <= allowed:
        return 0.0
    return min(0.0, logit(POINT) - logit(min(float(np.sort(false_scores)[::-1][allowed]), 0.9)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("detector", type=pathlib.Path, help="exported without a shift")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--seed", type=int, default=60)
    options = parser.parse_args()
    shared = lfw.shared_directory()
    source = collages.Collages(collages.photos(shared, options.work), np.random.default_rng(options.seed))
    teacher, student = ort.Session(shared / "models" / "yunet_s_dynamic.onnx"), ort.Session(options.detector)
    false_scores = []
    for _ in progress.bar(range(options.pictures), "calibrate"):
        picture = source.draw()
        truth = yunet.detect(teacher, picture, 0.1)
        for face in yunet.detect(student, picture, 0.3):
            overlaps = [yunet.iou(face[:4], other[:4]) for other in truth]
            if max(overlaps, default=0.0) < 0.35:
                false_scores.append(float(face[14]))
    print(f"{shift_for(np.array(false_scores), options.pictures):.3f}")


if __name__ == "__main__":
    main()
