#!/usr/bin/env bash
# Puts the product onto this machine as an integrator's image has it, or under a folder that becomes an image.
#   DESTDIR    the root to install under (default: this machine)
#   ARCH       arm64 or amd64 (default: this machine's); the programs are the same, ONNX Runtime's library is not
#   COMPANION  1: the ledger companion too (fabric-gateway)
# Configuration and data are left alone. What is there already is replaced; start the service anew afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=build/environment.sh
. build/environment.sh
root="${DESTDIR:-}"
case "${ARCH:-$(uname -m)}" in
    arm64 | aarch64) platform=linux-arm64 ;;
    amd64 | x86_64) platform=linux-x64 ;;
    *) echo "install: ARCH must be arm64 or amd64" >&2; exit 2 ;;
esac
library="native/onnxruntime/$platform/libonnxruntime.so.1"
[ -f "$library" ] || { echo "install: $library is missing; run build/setup.sh" >&2; exit 1; }
[ -n "$root" ] || [ "$(id -u)" = 0 ] || { echo "install: needs root, or a DESTDIR" >&2; exit 1; }

# The program as one folder that is exchanged whole: no file of an older version is left in it.
program() { # project folder
    local fresh="$root/usr/lib/.$2.new"
    rm -rf "$fresh"
    mkdir -p "$fresh"
    dotnet publish "$1" -c release -v q --nologo -o "$fresh"
    rm -f "$fresh"/*.pdb "$fresh/web.config"
    [ "$2" != watchpost ] || install -m 644 "$library" "$fresh/"
    rm -rf "${root:?}/usr/lib/$2"
    mv "$fresh" "$root/usr/lib/$2"
}

launcher() { # command program environment
    mkdir -p "$root/usr/bin"
    printf '#!/bin/sh\nexec env %s dotnet %s "$@"\n' "$3" "$2" >"$root/usr/bin/$1"
    chmod 755 "$root/usr/bin/$1"
}

unit() { # name of the service's files in systemd/
    install -D -m 644 "systemd/$1.service" "$root/usr/lib/systemd/system/$1.service"
    install -D -m 644 "systemd/$1.sysusers" "$root/usr/lib/sysusers.d/$1.conf"
    install -D -m 644 "systemd/$1.tmpfiles" "$root/usr/lib/tmpfiles.d/$1.conf"
}

program src/Appliance.Daemon watchpost
launcher watchpost /usr/lib/watchpost/Appliance.Daemon.dll ORT_DISABLE_TELEMETRY=1
rm -rf "$root/usr/share/watchpost/models"
mkdir -p "$root/usr/share/watchpost/models"
cp -r models/manifest.json models/builtin "$root/usr/share/watchpost/models/"
unit watchpost
install -D -m 644 systemd/60-watchpost.rules "$root/usr/lib/udev/rules.d/60-watchpost.rules"
install -D -m 644 systemd/60-watchpost-polkit.rules "$root/usr/share/polkit-1/rules.d/60-watchpost.rules"
install -D -m 644 docs/appliance.json "$root/usr/share/doc/watchpost/appliance.json"
if [ "${COMPANION:-0}" = 1 ]; then
    program fabric-gateway/Appliance.FabricGateway watchpost-fabric-gateway
    launcher fabric-gateway /usr/lib/watchpost-fabric-gateway/Appliance.FabricGateway.dll DOTNET_CLI_TELEMETRY_OPTOUT=1
    unit watchpost-fabric-gateway
    install -D -m 644 fabric-gateway/Appliance.FabricGateway/README.md "$root/usr/share/doc/watchpost/fabric-gateway.md"
fi

[ -z "$root" ] || { echo "Installed under $root."; exit 0; }
if [ -d /run/systemd/system ]; then
    systemd-sysusers
    systemd-tmpfiles --create watchpost.conf
    [ "${COMPANION:-0}" != 1 ] || systemd-tmpfiles --create watchpost-fabric-gateway.conf
    systemctl daemon-reload
fi
echo "Installed. Write /etc/watchpost/appliance.json (reference: /usr/share/doc/watchpost/appliance.json), then: systemctl enable --now watchpost"
