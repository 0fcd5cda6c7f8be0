"""Training pictures of Labeled Faces in the Wild, and the guard that keeps evaluation identities out of them.

`lfw_split.json` names who may be trained on; people of view-2 fold 1 are for evaluation alone. Every path into the
training data goes through `training_pictures`, which refuses a picture whose person is not a training identity.
"""
from __future__ import annotations

import csv
import io
import json
import os
import pathlib
import zipfile
from dataclasses import dataclass

import cv2
import numpy as np

ARCHIVES = ("lfw_dev.zip", "lfw_train.zip")


class EvaluationIdentityError(ValueError):
    """A picture of an evaluation identity was about to be trained on."""


@dataclass(frozen=True)
class Picture:
    """One LFW photo: the archive it lies in, its path there and whose face it shows."""

    archive: str
    path: str
    identity: str


def shared_directory() -> pathlib.Path:
    """The shared data: WATCHPOST_SHARED, else `shared` beside the repository. Raises FileNotFoundError."""
    named = os.environ.get("WATCHPOST_SHARED")
    root = pathlib.Path(named) if named else pathlib.Path(__file__).resolve().parents[3] / "shared"
    if not (root / "media" / "lfw_split.json").exists():
        raise FileNotFoundError(f"no shared media under {root}; set WATCHPOST_SHARED")
    return root


def split(shared: pathlib.Path) -> tuple[frozenset[str], frozenset[str]]:
    """(training identities, evaluation identities); raises EvaluationIdentityError when they overlap."""
    table = json.loads((shared / "media" / "lfw_split.json").read_text())
    training, evaluation = frozenset(table["training"]), frozenset(table["evaluation"])
    if training & evaluation:
        raise EvaluationIdentityError(f"split lists people on both sides: {sorted(training & evaluation)[:5]}")
    return training, evaluation


def identity_of(path: str) -> str:
    """`images/Ann_Veneman/Ann_Veneman_0001.jpg` → `Ann_Veneman`."""
    return pathlib.PurePosixPath(path).parent.name


def require_training_identity(identity: str, training: frozenset[str], evaluation: frozenset[str]) -> None:
    """Raises EvaluationIdentityError unless the person may be trained on."""
    if identity in evaluation or identity not in training:
        raise EvaluationIdentityError(f"{identity} is not a training identity")


def training_pictures(shared: pathlib.Path) -> list[Picture]:
    """Every picture that may be trained on, in a stable order."""
    training, evaluation = split(shared)
    pictures = []
    for archive in ARCHIVES:
        with zipfile.ZipFile(shared / "media" / archive) as content:
            for path in sorted(name for name in content.namelist() if name.endswith(".jpg")):
                if identity_of(path) in training:
                    pictures.append(Picture(archive, path, identity_of(path)))
    for picture in pictures:
        require_training_identity(picture.identity, training, evaluation)
    return pictures


def evaluation_pairs(shared: pathlib.Path) -> list[tuple[str, str, bool]]:
    """The 600 pairs of view-2 fold 1 as (path a, path b, same person); paths lie in lfw_dev.zip."""
    with zipfile.ZipFile(shared / "media" / "lfw_dev.zip") as content:
        rows = csv.DictReader(io.StringIO(content.read("pairs.csv").decode()))
        return [(row["path_a"], row["path_b"], row["same"] == "1") for row in rows if row["fold"] == "1"]


class Archives:
    """Opened LFW archives; decodes pictures to uint8 [H,W,3] in BGR order."""

    def __init__(self, shared: pathlib.Path) -> None:
        self._zips = {name: zipfile.ZipFile(shared / "media" / name) for name in ARCHIVES}

    def names(self, archive: str) -> list[str]:
        """Paths of all pictures in an archive, sorted."""
        return sorted(name for name in self._zips[archive].namelist() if name.endswith(".jpg"))

    def read(self, archive: str, path: str) -> np.ndarray:
        return cv2.imdecode(np.frombuffer(self._zips[archive].read(path), np.uint8), cv2.IMREAD_COLOR)
