#!/usr/bin/env bash
# Sparkplug payloads against npm's sparkplug-payload (Eclipse Tahu), both ways; see mqtt-schemas/sparkplug/check.mjs.
set -uo pipefail
cd "$(dirname "$0")/../../mqtt-schemas/sparkplug"

why=
command -v npm >/dev/null || why="npm is missing"
if [ -z "$why" ] && [ ! -d node_modules/sparkplug-payload ]; then
    npm ci --silent --ignore-scripts --no-audit --no-fund >/dev/null 2>&1 || why="npm cannot fetch sparkplug-payload"
fi
if [ -n "$why" ]; then
    echo "skipped: $why"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
node check.mjs
