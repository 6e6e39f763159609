"""The rules, a folder a family. Importing this registers all of them.

Every module of a family's folder has one rule, or a few that belong closely together.
"""

import pkgutil
from importlib import import_module
from pathlib import Path

from multus_lab.checks.rule import RULES

FAMILIES = ("names", "links", "addresses", "routes", "lifecycle", "daemon")


def _import() -> None:
    for family in FAMILIES:
        folder = Path(__file__).parent / family
        for module in pkgutil.iter_modules([str(folder)]):
            import_module(f"multus_lab.checks.{family}.{module.name}")


_import()

__all__ = ["FAMILIES", "RULES"]
