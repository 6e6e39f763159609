"""How the daemon's pods are scheduled and rolled, by Kubernetes' own keys."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from multus_lab.settings.model import Model
from multus_lab.settings.types import (
    LABEL_VALUE,
    AnnotationKey,
    DnsSubdomain,
    LabelValue,
    QualifiedName,
    Quantity,
    Refusal,
    amount,
    is_label_value,
    refuse,
    refuse_all,
)

_VALIDATION = "k8s.io/kubernetes pkg/apis/core/validation"
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
                allowed = f"must be at most limits.{name}, which is {most} ({_VALIDATION})"
                yield Refusal(("requests", name), asked, allowed)
            else:
                allowed = (
                    f"must be at least requests.{name}, which is {asked} unless it is set "
                    f"({_VALIDATION})"
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


def _one_name(values: list[str]) -> list[str]:
    if len(values) != 1:
        raise refuse(f"a list with the name of one node ({_VALIDATION})")
    return values


_VALUES: Mapping[str, tuple[int, int | None, str]] = {
    "In": (1, None, "at least one value"),
    "NotIn": (1, None, "at least one value"),
    "Exists": (0, 0, "no values"),
    "DoesNotExist": (0, 0, "no values"),
    "Gt": (1, 1, "one value"),
    "Lt": (1, 1, "one value"),
}
"""How many values an operator takes: ValidateNodeSelectorRequirement."""


class Requirement(Model):
    """What a node's label has to be."""

    key: QualifiedName
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]
    values: list[str] = []

    @model_validator(mode="after")
    def _fits(self) -> Self:
        least, most, words = _VALUES[self.operator]
        if len(self.values) < least or (most is not None and len(self.values) > most):
            allowed = f"must have {words} beside it ({_VALIDATION})"
            refuse_all([Refusal(("operator",), self.operator, allowed)])
        if self.operator in ("Gt", "Lt") and not re.fullmatch(r"[-+]?[0-9]{1,18}", self.values[0]):
            allowed = (
                f"must be an integer, by which {self.operator} compares, or no node ever fits "
                "(k8s.io/apimachinery pkg/labels/selector.go)"
            )
            refuse_all([Refusal(("values", 0), self.values[0], allowed)])
        return self


class NodeNames(Model):
    """Which node it is, or isn't: the one field that a node is chosen by, and one name."""

    key: Literal["metadata.name"]
    operator: Literal["In", "NotIn"]
    values: Annotated[list[DnsSubdomain], AfterValidator(_one_name)]


class NodeTerm(Model):
    """Nodes that meet all of these."""

    match_expressions: list[Requirement] = []
    match_fields: list[NodeNames] = []


class RequiredTerm(NodeTerm):
    """The same, where a value has to be one that a label can have."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        refuse_all(
            Refusal(("matchExpressions", index, "values", at), value, f"must be {LABEL_VALUE}")
            for index, one in enumerate(self.match_expressions)
            for at, value in enumerate(one.values)
            if not is_label_value(value)
        )
        return self


class NodeTerms(Model):
    """Nodes of any of these terms."""

    node_selector_terms: Annotated[list[RequiredTerm], Field(min_length=1)]


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

    instead: ClassVar[Mapping[str, str]] = {
        "rollingUpdate": "must be left out: its maxUnavailable stands beside type here",
    }

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


PullSecrets = Annotated[list[DnsSubdomain], AfterValidator(_each_once)]
"""The secrets with which images are pulled."""

Labels = Annotated[dict[QualifiedName, LabelValue], AfterValidator(_own_labels)]
"""Labels of the DaemonSet and its pods, beside those that it has."""

Annotations = Annotated[dict[AnnotationKey, str], AfterValidator(_own_annotations)]
"""Annotations of the DaemonSet and its pods, beside those that it has."""
