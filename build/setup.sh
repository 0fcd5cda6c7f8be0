#!/usr/bin/env bash
# Installs what a fresh Debian 12 lacks: distribution packages and the ONNX Runtime library. Does nothing when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v dotnet >/dev/null || {
    echo "setup: the .NET 10 SDK is missing. Install it from Microsoft's package feed (https://learn.microsoft.com/dotnet/core/install/linux-debian)" >&2
    exit 1
}

packages=(
    gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly
    gstreamer1.0-libav libgstrtspserver-1.0-0 mosquitto mosquitto-clients libmosquitto1 libsqlite3-0
    libsecp256k1-1 libsystemd0
    # Tests: a D-Bus daemon of their own, services played on it, a mail server.
    dbus-daemon python3-dbusmock python3-aiosmtpd network-manager
    # Tests: the page that checks evidence, in a browser.
    chromium
)
# npm brings ONNX Runtime's library, and node runs the tests' schema validator; a newer one than Debian's is left alone.
command -v npm >/dev/null || packages+=(nodejs npm)
command -v python3 >/dev/null || packages+=(python3)
missing=()
for package in "${packages[@]}"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
if ((${#missing[@]})); then
    echo "setup: installing ${missing[*]}"
    sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# ONNX Runtime's C library comes from its npm package; Node itself is never shipped.
version=1.30.0
for pair in x64:linux-x64 arm64:linux-arm64; do
    target="native/onnxruntime/${pair#*:}/libonnxruntime.so.1"
    [ -f "$target" ] && continue
    if [ ! -d "native/.unpack/package" ]; then
        echo "setup: fetching ONNX Runtime $version"
        mkdir -p native/.unpack
        (cd native/.unpack && npm pack --silent "onnxruntime-node@$version" >/dev/null && tar xzf onnxruntime-node-*.tgz)
    fi
    mkdir -p "$(dirname "$target")"
    cp "native/.unpack/package/bin/napi-v6/linux/${pair%:*}/libonnxruntime.so.1" "$target"
done
rm -rf native/.unpack
