"""Which nodes a daemon is for, by Kubernetes' own keys; what the API server refuses is refused."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from multus_lab.settings.model import Model
from multus_lab.settings.pod import VALIDATION
from multus_lab.settings.types import (
    LABEL_VALUE,
    Checked,
    DnsSubdomain,
    QualifiedName,
    Refusal,
    is_label_value,
    refuse,
    refuse_all,
)


def _one_name(values: list[str]) -> list[str]:
    if len(values) != 1:
        raise refuse(f"a list with the name of one node ({VALIDATION})")
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
            allowed = f"must have {words} beside it ({VALIDATION})"
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
    values: Annotated[list[DnsSubdomain], Checked(_one_name)]


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
