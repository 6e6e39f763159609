"""What every case of the rules' tables is told, word by word.

`python -m tests.wording > tests/unit/rules/wording.txt` writes it.
"""

import sys
from collections.abc import Iterator

from tests.unit.rules import findings
from tests.unit.rules.every import CASES


def lines() -> Iterator[str]:
    """A heading per case, and under it each finding with its fix."""
    for case in CASES:
        found = findings(case.lab, case.code) if case.found else []
        if found:
            yield f"{case.code}, {case.name}"
        for one in found:
            yield f"  {one.severity.value}: {one.message}"
            yield f"    fix: {one.fix}"
            yield from (f"    there: {other.message}" for other in one.related)


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines())
