#!/usr/bin/env bash
# The whole suite. Prints each runner's own output, then one closing line with the sum: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=build/environment.sh
. build/environment.sh

passed=0 failed=0 skipped=0
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

dotnet build appliance.sln -c release -v q --nologo || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

for project in tests/Appliance.UnitTests tests/Appliance.IntegrationTests; do
    name=$(basename "$project")
    echo "== $name"
    dotnet test "$project" -c release --no-build --nologo --blame-hang --blame-hang-timeout 10m \
        --logger "trx;LogFileName=$log/$name.trx" --logger "console;verbosity=minimal" || true
    # The trx is the runner's own count; a runner that died before writing one has failed.
    if counts=$(python3 build/count_trx.py "$log/$name.trx" 2>"$log/$name.remarks"); then
        read -r p f s <<<"$counts"
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    else
        echo "== $name left no result"
        failed=$((failed + 1))
    fi
    cat "$log/$name.remarks"
done

for suite in build/suites/*.sh; do
    [ -e "$suite" ] || continue
    echo "== $(basename "$suite" .sh)"
    # Each suite ends with a line «N passed, N failed, N skipped» of its own.
    bash "$suite" 2>&1 | tee "$log/suite"
    status=${PIPESTATUS[0]}
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log/suite" | tail -n 1)
    if [ -n "$line" ]; then
        read -r p _ f _ s _ <<<"${line//,/}"
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
        [ "$status" = 0 ] || [ "$f" != 0 ] || failed=$((failed + 1))
    else
        failed=$((failed + 1))
    fi
done

echo
# Once more at the end: whoever sees only the last lines of a log sees what failed.
grep -h '^FAILED: ' "$log"/*.remarks
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
