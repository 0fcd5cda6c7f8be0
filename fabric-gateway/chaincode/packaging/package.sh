#!/usr/bin/env bash
# Makes the package a peer installs for chaincode as a service: package.sh [connection.json [out.tgz]]
# The package is only an address and a label, no code; the same input gives the same bytes, and so the same package id, everywhere.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
connection=${1:-$here/connection.json}
out=${2:-anchor.tgz}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$connection" "$work/connection.json"
cp "$here/metadata.json" "$work/metadata.json"
chmod 0644 "$work"/*.json
pack() { tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar -C "$work" -cf - "$@" | gzip -n -9; }
pack connection.json >"$work/code.tar.gz"
pack code.tar.gz metadata.json >"$out"

label=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).label' "$here/metadata.json")
# This is how a peer names the package; the chaincode process must be started with it as CHAINCODE_ID.
echo "$label:$(sha256sum "$out" | cut -d' ' -f1)"
