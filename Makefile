# The commands of this repository. Each installs what it needs on a fresh Debian 12.
.PHONY: setup build test demo bench chaos run install format
CONFIG ?= release

setup:
	@build/setup.sh

build: setup
	dotnet build appliance.sln -c $(CONFIG) -v q --nologo

test: setup
	@build/test.sh

demo: setup
	@build/demo.sh

bench: setup
	@build/bench.sh

chaos: setup
	@build/chaos.sh

run: build
	./watchpost run

# The product on this machine, or under DESTDIR: programs, models, units (systemd/README.md).
install: setup
	@build/install.sh

format:
	dotnet format appliance.sln
