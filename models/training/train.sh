#!/usr/bin/env bash
# Trains both shipped models from nothing and puts them into models/builtin. Started again, it goes on where it stopped.
#   TRAINING_DIR  where crops, labels and checkpoints go (default .training/, git-ignored; about 3 GB)
#   EMBEDDER_STEPS, DETECTOR_STEPS, CROPS, SEED  the size of the run (defaults: longer than the shipped one, see the cards)
set -euo pipefail
cd "$(dirname "$0")"
python=/usr/bin/python3
work="${TRAINING_DIR:-$PWD/../../.training}"
seed="${SEED:-6}"

"$python" -c 'import torch, cv2, numpy' || { echo "train: apt-get install python3-torch python3-opencv" >&2; exit 1; }
"$python" -m unittest -q test_recipe
"$python" label_faces.py --work "$work" --crops "${CROPS:-150528}" --seed "$seed"

# Renders of the scene join when the appliance is built; without it the models know photographs only.
frames=()
if [ -d "$PWD/../../artifacts/bin/Appliance.Daemon" ]; then
    if [ ! -f "$work/frames.npy" ]; then
        mkdir -p "$work/scene"
        ../../watchpost scene crops --raw --identities 180 --each 10 --size 192 --out "$work/scene/faces"
        ../../watchpost scene render --seed 8001 --people 16 --duration 40 --fps 2 --out "$work/scene/scene.mp4" \
            --truth "$work/scene/scene.ndjson"
        "$python" renders.py label "$work/scene" --work "$work" --seed "$seed"
    fi
    frames=(--frames "$work/frames.npy")
fi
"$python" train_embedder.py --work "$work" --steps "${EMBEDDER_STEPS:-30000}" --seed "$seed"
"$python" train_detector.py --work "$work" --steps "${DETECTOR_STEPS:-6000}" --seed "$seed" "${frames[@]}"
"$python" export.py embedder "$work/embedder.pt" ../builtin/face-embedder.onnx
"$python" export.py detector "$work/detector.pt" "$work/detector.onnx"
shift="$("$python" calibrate.py "$work/detector.onnx" --work "$work")"
"$python" export.py detector "$work/detector.pt" ../builtin/face-detector.onnx --shift="$shift"
"$python" evaluate.py
