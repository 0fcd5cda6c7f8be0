#!/usr/bin/env bash
# Evidence against other people's code: npm ethers signs and recovers in both directions, ipfs-unixfs-importer gives the same CIDs,
# and the functions of verify.html hold and refuse what «watchpost evidence verify» does.
set -uo pipefail
cd "$(dirname "$0")/../.."

cache=${XDG_CACHE_HOME:-$HOME/.cache}/watchpost/evidence-js
mkdir -p "$cache"
skip() { echo "skipped: $1"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
command -v node >/dev/null || skip "node is missing"
if [ ! -d "$cache/node_modules/ethers" ] || [ ! -d "$cache/node_modules/ipfs-unixfs-importer" ]; then
    cp build/suites/evidence-js/package.json "$cache/"
    (cd "$cache" && npm install --silent --no-audit --no-fund --ignore-scripts >/dev/null 2>&1) || skip "npm packages cannot be installed"
fi
tests=artifacts/bin/Appliance.IntegrationTests/release/Appliance.IntegrationTests.dll
[ -f "$tests" ] || dotnet build tests/Appliance.IntegrationTests -c release -v q --nologo >/dev/null || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
cp build/suites/evidence-js/*.mjs "$cache/"
# Our side of the comparison: vectors that the C# code wrote, and its answer to theirs.
WATCHPOST_TEST_EVIDENCE_VECTORS="$cache/ours.json" dotnet exec "$tests" || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
REPOSITORY=$PWD CACHE=$cache TESTS=$PWD/$tests node "$cache/evidence.mjs"
