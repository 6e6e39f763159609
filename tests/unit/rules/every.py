"""The tables of all families, in one."""

from tests.unit.rules import (
    Case,
    addresses,
    daemon,
    lifecycle,
    links,
    names,
    routes,
)

CASES: list[Case] = [
    *names.CASES,
    *links.CASES,
    *addresses.CASES,
    *routes.CASES,
    *lifecycle.CASES,
    *daemon.CASES,
]
