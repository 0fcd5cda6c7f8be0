"""Proves that no evaluation identity is trained on, and that the recipe's pieces fit together.

    /usr/bin/python3 -m unittest discover -s models/training

Skips what needs the shared data, python3-torch or python3-opencv where those are absent; takes seconds, trains nothing.
"""
from __future__ import annotations

import importlib.util
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def missing(*modules: str) -> str | None:
    """The reason to skip when a module is not installed, else None."""
    absent = [module for module in modules if importlib.util.find_spec(module) is None]
    return f"not installed: {', '.join(absent)}" if absent else None


NO_PICTURES = missing("cv2", "numpy")
NO_TORCH = NO_PICTURES or missing("torch")


def shared_or_skip(test: unittest.TestCase) -> pathlib.Path:
    import lfw
    try:
        return lfw.shared_directory()
    except FileNotFoundError as error:
        test.skipTest(str(error))


@unittest.skipIf(NO_PICTURES, NO_PICTURES)
class TrainingIdentities(unittest.TestCase):
    def test_training_pictures_of_shared_data_hold_no_evaluation_identity(self):
        import lfw
        shared = shared_or_skip(self)
        _, evaluation = lfw.split(shared)
        pictures = lfw.training_pictures(shared)
        self.assertGreater(len(pictures), 3000)
        self.assertEqual(set(), {picture.identity for picture in pictures} & evaluation)

    def test_training_pictures_share_no_picture_with_evaluation_pairs(self):
        import hashlib
        import zipfile
        import lfw
        shared = shared_or_skip(self)
        archives = {name: zipfile.ZipFile(shared / "media" / name) for name in lfw.ARCHIVES}

        def digest(archive: str, path: str) -> str:
            return hashlib.sha256(archives[archive].read(path)).hexdigest()
        # By content too: a picture under another person's name would slip past the names.
        judged = {digest("lfw_dev.zip", path) for a, b, _ in lfw.evaluation_pairs(shared) for path in (a, b)}
        trained = {digest(picture.archive, picture.path) for picture in lfw.training_pictures(shared)}
        self.assertEqual(set(), judged & trained)

    def test_evaluation_pairs_are_six_hundred_of_evaluation_identities(self):
        import lfw
        shared = shared_or_skip(self)
        _, evaluation = lfw.split(shared)
        pairs = lfw.evaluation_pairs(shared)
        self.assertEqual((600, 300), (len(pairs), sum(same for _, _, same in pairs)))
        self.assertLessEqual({lfw.identity_of(path) for a, b, _ in pairs for path in (a, b)}, evaluation)

    def test_require_training_identity_refuses_evaluation_and_unknown_people(self):
        import lfw
        training, evaluation = frozenset({"Ann"}), frozenset({"Bea"})
        lfw.require_training_identity("Ann", training, evaluation)
        for name in ("Bea", "Cleo"):
            with self.assertRaises(lfw.EvaluationIdentityError):
                lfw.require_training_identity(name, training, evaluation)

    def test_recipe_opens_pictures_only_through_the_guard(self):
        # Every script that makes training data must get its pictures from training_pictures.
        for script in ("label_faces.py", "collages.py"):
            source = (HERE / script).read_text()
            self.assertIn("lfw.training_pictures(", source)
            for way_round in ("zipfile", "cv2.imread", "evaluation_pairs", "lfw_dev", "evaluation_sets"):
                self.assertNotIn(way_round, source, f"{script} uses {way_round}")


@unittest.skipIf(NO_PICTURES, NO_PICTURES)
class Geometry(unittest.TestCase):
    def test_similarity_of_turned_template_takes_points_back(self):
        import numpy as np
        import alignment
        template = alignment.TEMPLATE * alignment.SIDE
        turn = np.array([[0.6, -0.8], [0.8, 0.6]]) * 1.7
        matrix = alignment.similarity(template @ turn.T + (31, -9), template)
        back = (template @ turn.T + (31, -9)) @ matrix[:, :2].T + matrix[:, 2]
        np.testing.assert_allclose(back, template, atol=1e-9)

    def test_decode_of_one_cell_gives_its_box_and_points(self):
        import numpy as np
        import yunet
        outputs = {}
        for stride in yunet.STRIDES:
            cells = (64 // stride) ** 2
            outputs |= {f"cls_{stride}": np.zeros((1, cells, 1)), f"obj_{stride}": np.zeros((1, cells, 1)),
                        f"bbox_{stride}": np.zeros((1, cells, 4)), f"kps_{stride}": np.zeros((1, cells, 10))}
        cell = 3 * 8 + 5  # row 3, column 5 at stride 8
        outputs["cls_8"][0, cell] = outputs["obj_8"][0, cell] = 0.81
        outputs["bbox_8"][0, cell] = (0.5, 0.25, np.log(2), np.log(3))
        outputs["kps_8"][0, cell, :2] = (1, -1)
        faces = yunet.decode(outputs, 64, 0.6)
        self.assertEqual((1, 15), faces.shape)
        np.testing.assert_allclose(faces[0, :6], (44 - 8, 26 - 12, 16, 24, 48, 16), rtol=1e-5)
        self.assertAlmostEqual(0.81, float(faces[0, 14]), places=5)


@unittest.skipIf(NO_PICTURES, NO_PICTURES)
class Figures(unittest.TestCase):
    def test_true_accepts_counts_above_the_allowed_impostors(self):
        import numpy as np
        import metrics
        share, threshold = metrics.true_accepts(np.array([0.9, 0.5, 0.3]), np.arange(100) / 200, 0.01)
        self.assertAlmostEqual(0.98 / 2, threshold)
        self.assertAlmostEqual(2 / 3, share)

    def test_recall_at_precision_stops_before_precision_is_lost(self):
        import numpy as np
        import metrics
        recall, threshold = metrics.recall_at_precision(
            np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, False]), 4, 0.9)
        self.assertEqual((0.5, 0.8), (recall, threshold))


@unittest.skipIf(NO_TORCH, NO_TORCH)
class Students(unittest.TestCase):
    def test_detector_outputs_have_yunets_shapes(self):
        import torch
        from detector_net import Detector, DetectorOutputs
        outputs = DetectorOutputs(Detector().eval())(torch.zeros(1, 3, 64, 96))
        cells = [96, 24, 6]
        expected = [(1, count, width) for width in (1, 1, 4, 10) for count in cells]
        self.assertEqual(expected, [tuple(output.shape) for output in outputs])

    def test_embedder_gives_the_teachers_dimensions_and_fits_its_size(self):
        import torch
        from embedder_net import Embedder
        model = Embedder().eval()
        self.assertEqual((2, 256), tuple(model(torch.zeros(2, 3, 128, 128)).shape))
        self.assertLess(2 * sum(parameter.numel() for parameter in model.parameters()), 6_000_000)

    def test_load_of_a_checkpoint_goes_on_where_it_stopped(self):
        import tempfile
        import torch
        import schedule
        model = torch.nn.Linear(2, 2)
        average, optimizer = schedule.Average(model, 0.9), torch.optim.AdamW(model.parameters())
        clock = schedule.Clock(100, 1e9)
        clock.step = 40
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.pt"
            schedule.save(path, model, average, optimizer, clock)
            other, fresh = torch.nn.Linear(2, 2), schedule.Clock(100, 1e9)
            loaded = schedule.load(path, other, schedule.Average(other, 0.9), torch.optim.AdamW(other.parameters()), fresh)
        self.assertTrue(loaded)
        self.assertTrue(torch.equal(model.weight, other.weight))
        self.assertAlmostEqual(0.4, fresh.share)


if __name__ == "__main__":
    unittest.main()
