"""What stands in a stack where a network should: the models that refuse it, and say why."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, model_validator

from multus_lab.names import nearest
from multus_lab.settings.network import DeclaredNetwork
from multus_lab.settings.network_types import DEFAULT, foreign, names, types_with
from multus_lab.settings.recorded import stands
from multus_lab.settings.types import Refusal, refuse, refuse_all


def _no_type(value: object) -> object:
    if told := stands(value):
        raise refuse(f"a plugin that makes an interface; {value} {told}")
    meant = nearest(value, names()) if isinstance(value, str) else None
    hint = f"; did you mean {meant}?" if meant else ""
    known = ", ".join(names())
    raise refuse(f"one of {known}; for any other write the CNI configuration as `config`{hint}")


class NoType(DeclaredNetwork):
    """A network whose type is none: what else it says can't be judged."""

    model_config = ConfigDict(extra="ignore")

    type: Annotated[Any, BeforeValidator(_no_type)]


class ForgottenType(DeclaredNetwork):
    """A network that says no type, and has keys of others than the default one."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _of_others(cls, raw: dict[str, Any]) -> object:
        others = {key: found for key in foreign(raw) if (found := types_with(key))}
        key, types = next(iter(others.items()))
        meant = [one for one in types if all(one in found for found in others.values())]
        told = " or ".join(f"type: {one}" for one in meant or types)
        allowed = f"is a key of another type: say {told}; without one the network is {DEFAULT}"
        refuse_all([Refusal((key,), raw[key], allowed, of_key=True)])
        return raw


class Manifest(DeclaredNetwork):
    """A NetworkAttachmentDefinition where a network should stand."""

    @model_validator(mode="before")
    @classmethod
    def _of_an_object(cls, raw: dict[str, Any]) -> object:
        key = "spec" if "spec" in raw else "metadata"
        told = (
            "is a Kubernetes object's: `multus-lab import --manifest FILE` makes entries of those"
        )
        refuse_all([Refusal((key,), raw[key], told, of_key=True)])
        return raw
