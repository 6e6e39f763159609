"""The text of a stack file, with what isn't known as comments in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from multus_lab.documents.scalars import is_text
from multus_lab.importing.inventory import UNTOLD, UNTOLD_OF_CLUSTER
from multus_lab.project import NAME
from multus_lab.report.as_text import visible

_BROUGHT = {"install": False}
"""What is said of daemons: a cluster that has networks has what they need."""


def stack_text(
    zone: Mapping[str, Any],
    daemons: Sequence[str],
    entries: Sequence[Mapping[str, Any]],
    accept: Mapping[str, str],
    left_out: Sequence[str],
) -> str:
    """A stack file of networks and `daemons`; `left_out` are the others, each with the reason."""
    return "\n".join(_lines(zone, daemons, entries, accept, left_out)) + "\n"


def _lines(
    zone: Mapping[str, Any],
    daemons: Sequence[str],
    entries: Sequence[Mapping[str, Any]],
    accept: Mapping[str, str],
    left_out: Sequence[str],
) -> Iterator[str]:
    yield "# Made of networks that are there already. What they don't tell stands behind a #,"
    yield "# with what it would decide."
    yield "config:"
    yield from _section("cluster", {}, UNTOLD_OF_CLUSTER)
    yield from _section("zone", zone, UNTOLD)
    yield "  # Who has networks has the daemons that they need. With `install: true` the stack"
    yield "  # brings them, and `up --adopt` takes over what is there."
    yield from _block({f"{NAME}:{daemon}": _BROUGHT for daemon in daemons}, 2)
    if accept:
        yield from _block({f"{NAME}:accept": dict(accept)}, 2)
    yield from (f"  # left out: {visible(one)}" for one in left_out)
    if not entries:
        yield f"  {NAME}:networks: []"
        return
    yield f"  {NAME}:networks:"
    yield from _block(entries, 4)


def _section(name: str, told: Mapping[str, Any], untold: Mapping[str, str]) -> Iterator[str]:
    yield f"  {NAME}:{name}:" if told else f"  # {NAME}:{name}:"
    for key, decides in untold.items():
        if key in told:
            yield from _block({key: told[key]}, 4)
        else:
            yield f"    # {key}:  # {decides}" if told else f"  #   {key}:  # {decides}"


def _block(value: object, indent: int) -> Iterator[str]:
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**20)
    yield from (f"{' ' * indent}{line}" if line else "" for line in text.splitlines())


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes YAML that means the same to PyYAML and to Go's yaml.v3, whose words differ."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
"""What Pulumi's parser takes for a point in time, and writes as another text."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    plain = is_text(value) and value.isprintable() and not _DATE.match(value)
    style = None if plain else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
