"""A network that a stack writes as a whole CNI configuration."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, model_validator

from multus_lab.settings.network import DeclaredNetwork, type_in
from multus_lab.settings.types import Json, Refusal, refuse, refuse_all


def _without_quotes(config: object) -> object:
    if isinstance(config, str):
        raise refuse("a mapping: the JSON without quotes around it")
    return config


class ConfiguredNetwork(DeclaredNetwork):
    """A network by its whole CNI configuration, for plugins that there is no type of.

    Settings look only whether libcni can read it; what stands in it is for the checks to judge.
    """

    config: Annotated[dict[str, Json], BeforeValidator(_without_quotes)]

    within: ClassVar[tuple[str, ...]] = ("config",)

    @model_validator(mode="before")
    @classmethod
    def _without_type(cls, raw: object) -> object:
        if isinstance(raw, dict) and "type" in raw:
            allowed = "must be left out, or inside `config`, which stands in its place"
            refuse_all([Refusal(("type",), raw["type"], allowed)])
        return raw

    @model_validator(mode="after")
    def _readable(self) -> Self:
        refuse_all(_unreadable(self.config))
        return self

    def cni_config(self) -> Mapping[str, Any]:
        """The configuration as it is written; without a `name` it gets the NAD's."""
        return self.config if "name" in self.config else {**self.config, "name": self.name}


def _unreadable(config: Mapping[str, Any]) -> Iterator[Refusal]:
    """What libcni can't read (cni v1.3.0 libcni/conf.go ConfFromBytes, ConfListFromBytes).

    To Multus one with a `type` of its own is a single plugin's (v4.3.0 pkg/types/conf.go).
    """
    if "type" in config or type_in(config):
        yield from _untyped(("config",), config)
        return
    if "plugins" not in config:
        allowed = "must be a CNI configuration: with a `type`, or with a list of `plugins`"
        yield Refusal(("config",), config, allowed)
        return
    listed = config["plugins"]
    if not isinstance(listed, list) or not listed:
        yield Refusal(("config", "plugins"), listed, "a list of at least 1")
        return
    for index, one in enumerate(listed):
        yield from _untyped(("config", "plugins", index), one)


def _untyped(path: tuple[str | int, ...], plugin: object) -> Iterator[Refusal]:
    if not isinstance(plugin, dict):
        yield Refusal(path, plugin, "a mapping")
    elif not type_in(plugin):
        where = (*path, "type") if "type" in plugin else path
        yield Refusal(where, plugin.get("type", plugin), "must have a plugin's name for its `type`")
