# Settings every script of this folder shares.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 ORT_DISABLE_TELEMETRY=1
# A compiler server left behind outlives a CI job; builds here are short.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=${UseSharedCompilation:-false}
WATCHPOST_ROOT=$(pwd)
export WATCHPOST_ROOT
