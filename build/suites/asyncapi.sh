#!/usr/bin/env bash
# mqtt-schemas/asyncapi.yaml: is it what the schemas say, and does AsyncAPI's own parser take it? node_modules stays beside it, outside git.
set -uo pipefail
cd "$(dirname "$0")/../../mqtt-schemas/asyncapi" || exit 1

if [ ! -d node_modules/@asyncapi/parser ] && ! npm ci --silent --ignore-scripts --no-audit --no-fund; then
    echo "skipped: npm could not bring @asyncapi/parser"
    echo "0 passed, 0 failed, 6 skipped"
    exit 0
fi

fresh=0
node generate.mjs --check && fresh=1
out=$(node check.mjs); echo "${out%$'\n'*}"
read -r p _ f _ <<<"$(tail -n 1 <<<"$out")"
[ "$fresh" = 1 ] && echo "ok   asyncapi.yaml is what the schemas say" || echo "FAIL asyncapi.yaml is not what the schemas say"
echo "$((p + fresh)) passed, $((f + 1 - fresh)) failed, 0 skipped"
[ "$f" = 0 ] && [ "$fresh" = 1 ]
