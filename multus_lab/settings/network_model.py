"""Which model a network of a stack has, by what the stack writes of it."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from multus_lab.problems import SettingsError
from multus_lab.settings import ipam as ipams
from multus_lab.settings.network import DeclaredNetwork
from multus_lab.settings.network_types import DEFAULT, chained, foreign, main, model, types_with
from multus_lab.settings.problems import problems_of


def model_of(raw: object, hints: bool = False) -> type[DeclaredNetwork]:
    """The model for what a stack writes of a network, with its own sbr's `hints` or without."""
    written = raw if isinstance(raw, dict) else {}
    if "config" in written:
        from multus_lab.settings.configured_network import ConfiguredNetwork  # noqa: PLC0415 - rare

        return ConfiguredNetwork
    kind, chain = written.get("type", DEFAULT), written.get("chain")
    if wrong := _no_network(written, kind):
        return wrong
    types = (_type_of(one) for one in (chain if isinstance(chain, list) else ()))
    known = frozenset(one for one in types if chained(one))
    asked = _type_of(written.get("ipam"))
    return model(kind, asked if ipams.known(asked) else "", known, hints)


def network(written: Mapping[str, object]) -> DeclaredNetwork:
    """A network by the keys that a stack has for it. Raises SettingsError."""
    made = model_of(written)
    try:
        return made.model_validate(written, by_alias=True, by_name=False)
    except ValidationError as error:
        raise SettingsError(problems_of(error, made, written, ()), "the network") from None


def _no_network(written: Mapping[str, Any], kind: object) -> type[DeclaredNetwork] | None:
    """The model that refuses what isn't a network of a type, and says why; None for one that is."""
    manifest = "spec" in written or "metadata" in written
    untyped = not isinstance(kind, str) or main(kind) is None
    forgotten = "type" not in written and any(map(types_with, foreign(written)))
    if not (manifest or untyped or forgotten):
        return None
    from multus_lab.settings import no_network  # noqa: PLC0415 - seldom met

    if manifest:
        return no_network.Manifest
    return no_network.NoType if untyped else no_network.ForgottenType


def _type_of(raw: object) -> str:
    kind = raw.get("type") if isinstance(raw, dict) else None
    return kind if isinstance(kind, str) else ""
