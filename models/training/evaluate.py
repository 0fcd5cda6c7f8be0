"""Measures the shipped models beside their teachers and prints one table.

    python3 models/training/evaluate.py [--detector FILE] [--embedder FILE] [--renders DIR]

Nothing here is trained on or chosen by these figures. Teachers: YuNet-s and face-reidentification-retail-0095.
"""
from __future__ import annotations

import argparse
import pathlib
import statistics
import time

import cv2
import numpy as np

import alignment
import evaluation_sets
import lfw
import metrics
import ort
import progress
import yunet

BUILTIN = pathlib.Path(__file__).resolve().parents[1] / "builtin"
OPERATING_POINT, LOWEST = 0.6, 0.05


def latency(sessions: dict[str, ort.Session], shape: tuple[int, ...], runs: int = 60) -> dict[str, tuple[float, float]]:
    """(median, fastest) milliseconds of processor time per run, models taken in turn: one thread does all the work, and its
    own time stays true on a busy machine."""
    image = np.random.default_rng(1).uniform(0, 255, shape).astype(np.float32)
    times: dict[str, list[float]] = {name: [] for name in sessions}
    for run in range(runs + 3):
        for name, session in sessions.items():
            started = time.thread_time()
            session.run(image)
            if run >= 3:
                times[name].append((time.thread_time() - started) * 1e3)
    return {name: (statistics.median(values), min(values)) for name, values in times.items()}


class DetectionScore:
    """Pools detections of one model over the scenes of one set."""

    def __init__(self) -> None:
        self.scores: list[float] = []
        self.correct: list[bool] = []
        self.faces = 0
        self.nose_errors: list[float] = []

    def add(self, scene: evaluation_sets.Scene, faces: np.ndarray, bystanders: np.ndarray) -> None:
        """Counts one picture. Detections of people nobody marked (found by a third detector) count neither way."""
        self.faces += len(scene.boxes)
        taken: set[int] = set()
        for face in faces:
            hits = [number for number, box in enumerate(scene.boxes) if number not in taken and self._holds(face, box, scene)]
            if hits:
                taken.add(hits[0])
                if scene.noses is not None and face[14] >= OPERATING_POINT:
                    self.nose_errors.append(float(np.hypot(*(face[8:10] - scene.noses[hits[0]])) / np.sqrt(face[2] * face[3])))
            elif any(yunet.iou(face[:4], other[:4]) >= 0.3 for other in bystanders):
                continue
            self.scores.append(float(face[14]))
            self.correct.append(bool(hits))

    @staticmethod
    def _holds(face: np.ndarray, box: np.ndarray, scene: evaluation_sets.Scene) -> bool:
        if scene.noses is None:
            return yunet.iou(face[:4], box) >= 0.35
        x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
        return face[0] <= x <= face[0] + face[2] and face[1] <= y <= face[1] + face[3]

    def at(self, threshold: float) -> tuple[float, float]:
        """(precision, recall) at a score threshold."""
        kept = np.array(self.scores) >= threshold
        hits = int(np.sum(np.array(self.correct)[kept]))
        return hits / max(int(kept.sum()), 1), hits / max(self.faces, 1)


def detection(shared: pathlib.Path, detectors: dict[str, ort.Session], portraits: list[np.ndarray],
              renders: list[evaluation_sets.Scene]) -> None:
    third = ort.Session(shared / "models" / "yunet_n_dynamic.onnx")
    sets = {"group photos": list(evaluation_sets.groups(shared)), "watchlist": list(evaluation_sets.watchlist(shared)),
            "LFW portraits": list(evaluation_sets.singles(portraits)),
            "crowds, 49 px faces": list(evaluation_sets.crowds(portraits, 5)),
            "crowds, 24 px faces": list(evaluation_sets.crowds(portraits, 10)),
            "crowds, 16 px faces": list(evaluation_sets.crowds(portraits, 15))}
    if renders:
        sets["held-out renders"] = renders
    print(f"\nDetection: recall at the precision YuNet has at score {OPERATING_POINT}")
    print(f"{'set':22}{'faces':>7}{'precision':>11}{'YuNet':>9}{'ours':>9}{'ratio':>9}{'score':>8}{'ours at 0.6 (P/R)':>20}")
    pooled = {name: DetectionScore() for name in detectors}
    for title, scenes in sets.items():
        scores = {name: DetectionScore() for name in detectors}
        for scene in progress.bar(scenes, title):
            bystanders = yunet.detect(third, scene.image, 0.2)
            for name, session in detectors.items():
                faces = yunet.detect(session, scene.image, LOWEST)
                scores[name].add(scene, faces, bystanders)
                pooled[name].add(scene, faces, bystanders)
        report(title, scores)
    report("all", pooled)
    noses = {name: np.array(score.nose_errors) for name, score in pooled.items()}
    print("nose tip to the marked point, share of face size (median): "
          + ", ".join(f"{name} {np.median(errors):.3f}" for name, errors in noses.items()))


def report(title: str, scores: dict[str, DetectionScore]) -> None:
    teacher, ours = scores["teacher"], scores["ours"]
    precision, recall = teacher.at(OPERATING_POINT)
    reached, threshold = metrics.recall_at_precision(np.array(ours.scores), np.array(ours.correct), ours.faces, precision)
    own = ours.at(OPERATING_POINT)
    print(f"{title:22}{ours.faces:7}{precision:11.4f}{recall:9.4f}{reached:9.4f}{reached / max(recall, 1e-9):9.4f}{threshold:8.2f}"
          f"{own[0]:13.4f} /{own[1]:.4f}", flush=True)


def landmarks(detectors: dict[str, ort.Session], portraits: list[np.ndarray]) -> None:
    """Mean distance of our five points from YuNet's, as a share of the distance between the eyes, on portraits."""
    errors = []
    for picture in portraits:
        teacher, ours = (yunet.detect(detectors[name], picture, 0.5) for name in ("teacher", "ours"))
        for face, truth in zip(metrics.match(ours, teacher), ours):
            if face >= 0:
                theirs, mine = teacher[face][4:14].reshape(5, 2), truth[4:14].reshape(5, 2)
                eyes = np.hypot(*(theirs[0] - theirs[1]))
                if eyes > 8:
                    errors.append(np.hypot(*(mine - theirs).T).mean() / eyes)
    print(f"landmarks against YuNet's on portraits, share of eye distance: mean {np.mean(errors):.4f}, "
          f"95th percentile {np.quantile(errors, 0.95):.4f} ({len(errors)} faces)")


def embeddings(detector: ort.Session, embedder: ort.Session, portraits: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Unit-length embedding of the middle face of each portrait; a face not found is embedded from the middle square."""
    result = {}
    for path, picture in portraits.items():
        faces = yunet.detect(detector, picture, 0.3)
        if len(faces):
            off = np.abs(faces[:, :2] + faces[:, 2:4] / 2 - 125).sum(1)
            aligned = alignment.crop(picture, faces[off.argmin(), 4:14])
        else:
            aligned = cv2.resize(picture[70:180, 70:180], (alignment.SIDE, alignment.SIDE))
        vector = next(iter(embedder.run(yunet.blob(aligned)).values()))[0]
        result[path] = vector / np.linalg.norm(vector)
    return result


def verification(title: str, vectors: dict[str, np.ndarray], pairs: list[tuple[str, str, bool]]) -> None:
    scores = np.array([vectors[a] @ vectors[b] for a, b, _ in pairs])
    same = np.array([same for _, _, same in pairs])
    accuracy, spread = metrics.verification_accuracy(scores, same)
    paths = sorted(vectors)
    table = np.array([vectors[path] for path in paths])
    people = np.array([lfw.identity_of(path) for path in paths])
    upper = np.triu_indices(len(paths), 1)
    all_scores, all_same = (table @ table.T)[upper], (people[:, None] == people[None])[upper]
    columns = [f"{accuracy * 100:8.2f} ±{spread * 100:.2f}", f"{metrics.best_threshold(scores, same):10.3f}"]
    columns += [f"{metrics.true_accepts(scores[same], scores[~same], rate)[0] * 100:9.2f}" for rate in (1e-2, 1e-3)]
    for rate in (1e-2, 1e-3, 1e-4):
        share, threshold = metrics.true_accepts(all_scores[all_same], all_scores[~all_same], rate)
        columns.append(f"{share * 100:8.2f} @{threshold:.2f}")
    print(f"{title:28}" + "".join(columns), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detector", type=pathlib.Path, default=BUILTIN / "face-detector.onnx")
    parser.add_argument("--embedder", type=pathlib.Path, default=BUILTIN / "face-embedder.onnx")
    parser.add_argument("--renders", type=pathlib.Path, help="folder of held-out renders with their truth (see renders.py)")
    parser.add_argument("--only", choices=["detection", "verification", "latency"], action="append")
    options = parser.parse_args()
    wanted = options.only or ["latency", "verification", "detection"]
    shared = lfw.shared_directory()
    cv2.setNumThreads(1)
    teachers = {"detector": shared / "models" / "yunet_s_dynamic.onnx",
                "embedder": shared / "models" / "face-reidentification-retail-0095.onnx"}
    detectors = {"teacher": ort.Session(teachers["detector"])}
    embedders = {"teacher": ort.Session(teachers["embedder"])}
    if options.detector.exists():
        detectors["ours"] = ort.Session(options.detector)
    if options.embedder.exists():
        embedders["ours"] = ort.Session(options.embedder)
    if "latency" in wanted:
        print("Size and latency, one thread of ONNX Runtime on the CPU (processor time, median / fastest of 60, ms)")
        for label, sessions, files, shape in (
                ("detector 640×640", detectors, (teachers["detector"], options.detector), (1, 3, 640, 640)),
                ("detector 320×320", detectors, (teachers["detector"], options.detector), (1, 3, 320, 320)),
                ("embedder 128×128", embedders, (teachers["embedder"], options.embedder), (1, 3, 128, 128))):
            for (name, (middle, fastest)), file in zip(latency(sessions, shape).items(), files):
                print(f"  {label}  {name:8}{file.stat().st_size:>10} bytes{middle:9.2f} /{fastest:.2f}", flush=True)
    portraits = evaluation_sets.portraits(shared)
    if "verification" in wanted:
        pairs = lfw.evaluation_pairs(shared)
        needed = {path: portraits[path] for path in portraits}
        print("\nVerification on LFW fold 1 (people never trained on): accuracy ± spread over tenths, threshold, TAR at FAR 1e-2 and "
              "1e-3 of the 300+300 pairs;\nthen TAR at FAR 1e-2, 1e-3, 1e-4 @threshold over all pairs of the "
              f"{len(portraits)} pictures")
        for detector_name, embedder_name in (("teacher", "teacher"), ("teacher", "ours"), ("ours", "ours")):
            if detector_name in detectors and embedder_name in embedders:
                verification(f"{detector_name} detector, {embedder_name} embedder",
                             embeddings(detectors[detector_name], embedders[embedder_name], needed), pairs)
    if "detection" in wanted and "ours" in detectors:
        renders = []
        if options.renders:
            import renders as render_sets
            renders = list(render_sets.scenes(options.renders))
        detection(shared, detectors, list(portraits.values()), renders)
        landmarks(detectors, list(portraits.values()))


if __name__ == "__main__":
    main()
