"""The text of a stack file, with what isn't known as comments in it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from multus_lab.documents import yaml_text
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
    of_stack = {**dict.fromkeys(daemons, _BROUGHT), **({"accept": accept} if accept else {})}
    for key, value in of_stack.items():
        yield f"  {NAME}:{key}:"
        yield from _block(value, 4)
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
    """A mapping or a list in YAML's block style, which is a tenth of the time that PyYAML takes."""
    pad = " " * indent
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _under(f"{pad}{yaml_text(key)}:", one, indent + 2)
        return
    for one in value if isinstance(value, Sequence) else ():
        if _is_block(one):
            first, *rest = _block(one, indent + 2)
            yield f"{pad}- {first[indent + 2 :]}"
            yield from rest
        else:
            yield f"{pad}- {_scalar(one)}"


def _under(key: str, value: object, indent: int) -> Iterator[str]:
    if _is_block(value):
        yield key
        yield from _block(value, indent)
    else:
        yield f"{key} {_scalar(value)}"


def _is_block(value: object) -> bool:
    return isinstance(value, dict | list) and bool(value)


def _scalar(value: object) -> str:
    """A value on one line: a text, or what JSON writes as YAML does."""
    if isinstance(value, str):
        return yaml_text(value)
    text = json.dumps(value)
    # To PyYAML a number with an exponent is one if it has a point.
    return text.replace("e", ".0e") if isinstance(value, float) and "." not in text else text
