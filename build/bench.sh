#!/usr/bin/env bash
# Prints every figure of the README. An idle machine, please: the peers (apt: python3-opencv, python3-faiss) run beside ours.
# With names as arguments, only those: pipeline peer cameras inference index store evidence fabric companion outbox rules learning micro
set -uo pipefail
cd "$(dirname "$0")/.."
. build/environment.sh
dotnet build appliance.sln -c release -v q --nologo || exit 1

shared=${WATCHPOST_SHARED:-../shared}
clip=$shared/media/video/short_hamilton_clip.mp4
reports=artifacts/bin/Appliance.Benchmarks/release/Appliance.Benchmarks.dll
chosen=${*:-pipeline peer cameras inference index store evidence fabric companion outbox rules learning}
want() { [[ " $chosen " == *" $1 "* ]]; }

echo "machine: $(nproc) × $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(uname -sr), .NET $(dotnet --version), load $(cut -d' ' -f1 /proc/loadavg)"

video=${XDG_CACHE_HOME:-$HOME/.cache}/watchpost/bench-720p.mp4
if { want pipeline || want cameras; } && [ ! -f "$video" ]; then
    mkdir -p "$(dirname "$video")"
    ./watchpost scene render --seed 7 --people 4 --cameras 1 --duration 20 --fps 15 --width 1280 --height 720 --out "$video"
fi

if want pipeline; then
    echo; echo "== whole pipeline against bare decoding + bare ONNX Runtime"
    dotnet "$reports" pipeline "$video"
    [ -f "$clip" ] && dotnet "$reports" pipeline "$clip" --gallery "$shared/media/watchlist"
fi

if want peer && [ -f "$clip" ]; then
    echo; echo "== the same video and models: Python + OpenCV DNN, one thread"
    if /usr/bin/python3 -c 'import cv2' 2>/dev/null; then
        /usr/bin/python3 "$shared/bench/peer_opencv.py" "$clip" 1 "$shared/models"
    else
        echo "python3-opencv is not installed"
    fi
    echo "== ours"
    ./watchpost analyze --quiet --source "$clip" --gallery "$shared/media/watchlist" \
        --detector yunet-s --embedder face-reidentification-retail-0095 2>/dev/null | grep -E '"alert"|"summary"'
fi

want cameras && { echo; echo "== 1, 2, 4, 8 cameras: the daemon as a process"; dotnet "$reports" cameras "$video"; }
want inference && { echo; echo "== inference"; dotnet "$reports" inference; }
want index && { echo; echo "== watchlist index and FAISS"; dotnet "$reports" index 10000 100000 1000000; }
want evidence && { echo; echo "== evidence"; dotnet "$reports" evidence; }
want fabric && { echo; echo "== Fabric client against the gateway double"; dotnet "$reports" fabric; }
want companion && { echo; echo "== the companion against the gateway double"; dotnet "$reports" companion; }
want rules && { echo; echo "== rules, per frame"; dotnet "$reports" rules; }
want learning && [ -f "$clip" ] && { echo; echo "== pipeline beside a training"; dotnet "$reports" learning "$clip"; }
want store && { echo; echo "== store"; dotnet "$reports" store; }
if want outbox; then
    echo; echo "== alert to subscriber"
    port=$((20000 + RANDOM % 20000))
    printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"/tmp/watchpost-bench-$port.conf"
    /usr/sbin/mosquitto -c "/tmp/watchpost-bench-$port.conf" >/dev/null 2>&1 &
    broker=$!
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do kill -0 $broker || break; done
    dotnet "$reports" outbox --broker "127.0.0.1:$port"
    kill $broker; rm -f "/tmp/watchpost-bench-$port.conf"
fi
want micro && dotnet "$reports" --filter '*'
exit 0
