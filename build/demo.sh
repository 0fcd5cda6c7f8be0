#!/usr/bin/env bash
# The main job on the rendered scene, with a real broker; the exit code says whether it worked. KEEP=1 stays up.
set -euo pipefail
cd "$(dirname "$0")/.."
. build/environment.sh
dotnet build src/Appliance.Daemon -c release -v q --nologo
exec ./watchpost demo ${KEEP:+--keep}
