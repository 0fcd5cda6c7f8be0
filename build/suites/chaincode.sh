#!/usr/bin/env bash
# The Fabric chaincode: unit tests in memory, then the same full transactions over the real chaincode process (chaincode as a service).
set -uo pipefail
cd "$(dirname "$0")/../../fabric-gateway/chaincode"

skip() { echo "skipped: $1"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
command -v node >/dev/null || skip "node is missing"
[ "$(node -p 'process.versions.node.split(".")[0] >= 20')" = true ] || skip "the chaincode needs Node 20, this is $(node --version)"
if ! node -e 'require("fabric-shim"); require("ethers")' 2>/dev/null; then
    npm ci --silent --no-audit --no-fund --ignore-scripts >/dev/null 2>&1 || skip "npm packages cannot be installed"
fi

export CORE_CHAINCODE_LOGGING_LEVEL=critical
log=$(mktemp)
trap 'rm -f "$log"' EXIT
node --test --test-reporter=tap test/*.test.js >"$log" 2>&1
status=$?
count() { awk -v word="$1" '$1 == "#" && $2 == word { n = $3 } END { print n + 0 }' "$log"; }
passed=$(count pass) failed=$(($(count fail) + $(count cancelled))) skipped=$(count skipped)
# A runner that died has failed, whatever it had counted.
[ "$status" = 0 ] || [ "$failed" != 0 ] || failed=1
[ "$failed" = 0 ] || grep -A 12 -E '^ *not ok' "$log" | head -n 200
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
