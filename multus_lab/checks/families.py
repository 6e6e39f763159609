"""The rules, a folder a family. Importing this registers all of them.

Every module of a family's folder has one rule, or a few that belong closely together.
"""

from importlib import import_module
from pathlib import Path

from multus_lab.checks.rule import RULES

FAMILIES = ("names", "links", "addresses", "routes", "lifecycle", "daemon")


def _import() -> None:
    for family in FAMILIES:
        folder = Path(__file__).parent / family
        for module in sorted(one.stem for one in folder.glob("[!_]*.py")):
            import_module(f"multus_lab.checks.{family}.{module}")


_import()

__all__ = ["FAMILIES", "RULES"]
