#!/usr/bin/env bash
# Trains both shipped models from nothing and puts them into models/builtin. Started again, it goes on where it stopped.
#   TRAINING_DIR  where crops, labels and checkpoints go (default .training/, git-ignored; about 3 GB)
#   EMBEDDER_STEPS, DETECTOR_STEPS, CROPS, SEED  the size of the run (defaults: the shipped one)
set -euo pipefail
cd "$(dirname "$0")"
python=/usr/bin/python3
work="${TRAINING_DIR:-$PWD/../../.training}"
seed="${SEED:-6}"

"$python" -c 'import torch, cv2, numpy' || { echo "train: apt-get install python3-torch python3-opencv" >&2; exit 1; }
"$python" -m unittest -q test_recipe
"$python" label_faces.py --work "$work" --crops "${CROPS:-36864}" --seed "$seed"
"$python" train_embedder.py --work "$work" --steps "${EMBEDDER_STEPS:-8000}" --seed "$seed"
"$python" train_detector.py --work "$work" --steps "${DETECTOR_STEPS:-4000}" --seed "$seed"
"$python" export.py embedder "$work/embedder.pt" ../builtin/face-embedder.onnx
"$python" export.py detector "$work/detector.pt" ../builtin/face-detector.onnx
"$python" evaluate.py
