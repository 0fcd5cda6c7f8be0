#!/usr/bin/env bash
# The recipe in models/training: above all that no evaluation identity is trained on. Debian's python3-torch, python3-opencv and
# ../shared are used where they are; setup.sh does not install torch (a gigabyte that only training needs), so each test that
# lacks something is skipped with its reason.
set -uo pipefail
cd "$(dirname "$0")/../.."

# Debian's own interpreter: python3-torch is not seen by any other that may come first in PATH.
python=/usr/bin/python3
[ -x "$python" ] || python=python3

"$python" - <<'PYTHON'
import sys
import unittest



class Counted(unittest.TextTestResult):
    """Counts what passed itself: whether a skipped test counts as run differs between Python's releases."""

    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


suite = unittest.defaultTestLoader.discover("models/training", pattern="test_*.py")
result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0, resultclass=Counted).run(suite)
for test, reason in result.skipped:
    print(f"skipped: {test.id().removeprefix('test_recipe.')}: {reason}")
failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
sys.exit(1 if failed else 0)
PYTHON
