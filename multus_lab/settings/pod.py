"""How the daemon's pods are scheduled and rolled, by Kubernetes' own keys."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from multus_lab.settings.model import Model
from multus_lab.settings.types import (
    LabelValue,
    QualifiedName,
    Quantity,
    Refusal,
    amount,
    refuse,
    refuse_all,
)

Seconds = Annotated[int, Field(ge=0, le=3600)]


class Quantities(Model):
    """CPU and memory of a container; null for none."""

    cpu: Quantity | None = None
    memory: Quantity | None = None

    @property
    def memory_bytes(self) -> float:
        """The memory in bytes; 0 for none."""
        return amount(self.memory) if self.memory else 0


class Resources(Model):
    """What a container asks for and may use at most."""

    requests: Quantities = Quantities()
    limits: Quantities = Quantities()


class Toleration(Model):
    """A taint that doesn't keep the daemon from a node."""

    key: QualifiedName | None = None
    operator: Literal["Exists", "Equal"] = "Equal"
    value: LabelValue | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    toleration_seconds: int | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """As the API server has it (k8s.io/kubernetes pkg/apis/core/validation)."""
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


class Requirement(Model):
    """What a node's label, or field, has to be."""

    key: QualifiedName
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]
    values: list[str] = []


class NodeTerm(Model):
    """Nodes that meet all of these."""

    match_expressions: list[Requirement] = []
    match_fields: list[Requirement] = []


class NodeTerms(Model):
    """Nodes of any of these terms."""

    node_selector_terms: Annotated[list[NodeTerm], Field(min_length=1)]


class PreferredTerm(Model):
    """Nodes that are better than others."""

    weight: Annotated[int, Field(ge=1, le=100)]
    preference: NodeTerm


class NodeAffinity(Model):
    """Which nodes the daemon is for."""

    required_during_scheduling_ignored_during_execution: NodeTerms | None = None
    preferred_during_scheduling_ignored_during_execution: list[PreferredTerm] | None = None


class Affinity(Model):
    """Which nodes the daemon is for; where other pods are doesn't matter to it."""

    node_affinity: NodeAffinity


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
    max_unavailable: Annotated[int | str, AfterValidator(_some_nodes)] | None = None

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


Labels = Annotated[dict[QualifiedName, LabelValue], AfterValidator(_own_labels)]
"""Labels of the DaemonSet and its pods, beside those that it has."""

Annotations = Annotated[dict[QualifiedName, str], AfterValidator(_own_annotations)]
"""Annotations of the DaemonSet and its pods, beside those that it has."""
