#!/usr/bin/env bash
# Kills a box, its broker and its consumer at random points under a stream of alerts: KILLS=1000 SEED=1 RATE=50 make chaos.
# REPORT=FILE writes a Markdown report.
set -euo pipefail
cd "$(dirname "$0")/.."
. build/environment.sh
dotnet build src/Appliance.Daemon -c release -v q --nologo
exec ./watchpost chaos --kills "${KILLS:-100}" --seed "${SEED:-1}" --rate "${RATE:-50}" ${REPORT:+--report "$REPORT"}
