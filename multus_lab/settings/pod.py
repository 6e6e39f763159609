"""What pods of a daemon have, and how they are rolled, by Kubernetes' own keys."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from multus_lab.settings.model import Model
from multus_lab.settings.types import (
    AnnotationKey,
    Checked,
    DnsSubdomain,
    LabelValue,
    QualifiedName,
    Quantity,
    Refusal,
    amount,
    refuse,
    refuse_all,
)

VALIDATION = "k8s.io/kubernetes pkg/apis/core/validation"
"""Where the API server refuses what is refused here."""

Seconds = Annotated[int, Field(ge=0, le=3600)]


class Quantities(Model):
    """CPU and memory of a container; null for none."""

    cpu: Quantity | None = None
    memory: Quantity | None = None


class Resources(Model):
    """What a container asks for and may use at most."""

    requests: Quantities = Quantities()
    limits: Quantities = Quantities()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        refuse_all(self._above_limits())
        return self

    def _above_limits(self) -> Iterator[Refusal]:
        for name, asked in self.requests:
            most = getattr(self.limits, name)
            if asked is None or most is None or amount(asked) <= amount(most):
                continue
            if "requests" in self.model_fields_set:
                allowed = f"must be at most limits.{name}, which is {most} ({VALIDATION})"
                yield Refusal(("requests", name), asked, allowed)
            else:
                allowed = (
                    f"must be at least requests.{name}, which is {asked} unless it is set "
                    f"({VALIDATION})"
                )
                yield Refusal(("limits", name), most, allowed)


_EMPTY_IS_NONE = BeforeValidator(lambda value: None if value == "" else value)
"""The API server leaves such a key out."""


class Toleration(Model):
    """A taint that doesn't keep the daemon from a node."""

    key: Annotated[QualifiedName | None, _EMPTY_IS_NONE] = None
    operator: Literal["Exists", "Equal"] = "Equal"
    value: Annotated[LabelValue | None, _EMPTY_IS_NONE] = None
    effect: Annotated[
        Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None, _EMPTY_IS_NONE
    ] = None
    toleration_seconds: int | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """As the API server has it: ValidateTolerations."""
        if self.operator == "Exists" and self.value:
            refuse_all([Refusal(("value",), self.value, "must be left out: Exists takes none")])
        if self.operator == "Equal" and self.key is None:
            raise refuse("has no key: that is for operator Exists alone")
        if self.toleration_seconds is not None and self.effect != "NoExecute":
            allowed = "must be left out: it is for effect NoExecute alone"
            refuse_all([Refusal(("tolerationSeconds",), self.toleration_seconds, allowed)])
        return self


EVERY_TAINT = [
    Toleration(operator="Exists", effect="NoSchedule"),
    Toleration(operator="Exists", effect="NoExecute"),
]
"""A node without the daemon starts no pods."""


_SOME_NODES = r"[1-9][0-9]{0,4}|([1-9][0-9]?|100)%"


def _some_nodes(value: int | str) -> int | str:
    share = isinstance(value, str)
    if not re.fullmatch(_SOME_NODES, str(value)) or share != str(value).endswith("%"):
        raise refuse("a number of nodes, at least 1, or a share of them, like 10%")
    return value


class UpdateStrategy(Model):
    """How pods follow a change: some nodes at a time, or each when its pod is deleted.

    While a node's daemon restarts, new pods there start without their networks (#1527), so one
    node at a time is the default.
    """

    type: Literal["RollingUpdate", "OnDelete"] = "RollingUpdate"
    max_unavailable: Annotated[int | str, Checked(_some_nodes)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.type == "OnDelete" and self.max_unavailable is not None:
            allowed = "must be left out: it is for type RollingUpdate alone"
            refuse_all([Refusal(("maxUnavailable",), self.max_unavailable, allowed)])
        return self


_MADE_LABELS = ("app", "name", "tier")
_MADE_ANNOTATION = "checksum/daemon-config"


def _own_labels(labels: dict[str, str]) -> dict[str, str]:
    if made := [one for one in _MADE_LABELS if one in labels]:
        raise refuse(f"without {', '.join(made)}, by which the daemon's pods are found")
    return labels


def _own_annotations(annotations: dict[str, str]) -> dict[str, str]:
    if _MADE_ANNOTATION in annotations:
        raise refuse(f"without {_MADE_ANNOTATION}, which is made of daemonConfig")
    return annotations


def _each_once(secrets: list[str]) -> list[str]:
    if len(set(secrets)) != len(secrets):
        raise refuse("secrets that are named once each: the API server keeps them by their names")
    return secrets


PullSecrets = Annotated[list[DnsSubdomain], Checked(_each_once)]
"""The secrets with which images are pulled."""

Labels = Annotated[dict[QualifiedName, LabelValue], Checked(_own_labels)]
"""Labels of the DaemonSet and its pods, beside those that it has."""

Annotations = Annotated[dict[AnnotationKey, str], Checked(_own_annotations)]
"""Annotations of the DaemonSet and its pods, beside those that it has."""
