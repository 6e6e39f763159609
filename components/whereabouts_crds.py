"""The CRDs of whereabouts, as typed resources.

Source: whereabouts v0.9.4, `doc/crds/whereabouts.cni.cncf.io_*.yaml`, word by word.
"""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_kubernetes.apiextensions import v1 as apiextensions

from components.ownership import owned

_Schema = apiextensions.JSONSchemaPropsArgs

GROUP = "whereabouts.cni.cncf.io"

KINDS = {
    "ippools": ("IPPool", "ippool"),
    "overlappingrangeipreservations": (
        "OverlappingRangeIPReservation",
        "overlappingrangeipreservation",
    ),
    "nodeslicepools": ("NodeSlicePool", "nodeslicepool"),
}
"""Kind and singular of each, by its plural."""

_CONVENTIONS = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
_RANGE = (
    "Range is a RFC 4632/4291-style string that represents an IP address and prefix length in CIDR "
    "notation"
)


def definition(
    name: str, plural: str, opts: pulumi.ResourceOptions
) -> apiextensions.CustomResourceDefinition:
    """The CRD with that plural."""
    kind, singular = KINDS[plural]
    version = apiextensions.CustomResourceDefinitionVersionArgs(
        name="v1alpha1",
        served=True,
        storage=True,
        schema=apiextensions.CustomResourceValidationArgs(open_apiv3_schema=_SCHEMAS[plural]),
    )
    return apiextensions.CustomResourceDefinition(
        name,
        metadata=owned(
            f"{plural}.{GROUP}", annotations={"controller-gen.kubebuilder.io/version": "v0.14.0"}
        ),
        spec=apiextensions.CustomResourceDefinitionSpecArgs(
            group=GROUP,
            scope="Namespaced",
            names=apiextensions.CustomResourceDefinitionNamesArgs(
                kind=kind, list_kind=f"{kind}List", plural=plural, singular=singular
            ),
            versions=[version],
        ),
        opts=opts,
    )


def _object(
    properties: Mapping[str, _Schema], required: Sequence[str] = (), description: str | None = None
) -> _Schema:
    return _Schema(
        description=description, type="object", properties=properties, required=required or None
    )


def _text(description: str | None = None) -> _Schema:
    return _Schema(description=description, type="string")


def _whole(description: str, required: Sequence[str] = (), **parts: _Schema) -> _Schema:
    """An object of the API; `parts` are what it has beside what all have."""
    everyone = {
        "apiVersion": _text(
            "APIVersion defines the versioned schema of this representation of an object.\n"
            "Servers should convert recognized schemas to the latest internal value, and\n"
            "may reject unrecognized values.\n"
            f"More info: {_CONVENTIONS}#resources"
        ),
        "kind": _text(
            "Kind is a string value representing the REST resource this object represents.\n"
            "Servers may infer this from the endpoint the client submits requests to.\n"
            "Cannot be updated.\n"
            "In CamelCase.\n"
            f"More info: {_CONVENTIONS}#types-kinds"
        ),
        "metadata": _Schema(type="object"),
    }
    return _object({**everyone, **parts}, required, description)


_ALLOCATION = _object(
    {"id": _text(), "ifname": _text(), "podref": _text()},
    ["id", "podref"],
    "IPAllocation represents metadata about the pod/container owner of a specific IP",
)
_SLICE = _object(
    {
        "nodeName": _text(
            "NodeName is the name of the node assigned to this slice, empty node name is an "
            "available slice for assignment"
        ),
        "sliceRange": _text("SliceRange is the subnet of this slice"),
    },
    ["nodeName", "sliceRange"],
)

_SCHEMAS = {
    "ippools": _whole(
        "IPPool is the Schema for the ippools API",
        spec=_object(
            {
                "allocations": _Schema(
                    description=(
                        "Allocations is the set of allocated IPs for the given range. Its` indices "
                        "are a direct mapping to the\n"
                        "IP with the same index/offset for the pool's range."
                    ),
                    type="object",
                    additional_properties=_ALLOCATION,
                ),
                "range": _text(_RANGE),
            },
            ["allocations", "range"],
            "IPPoolSpec defines the desired state of IPPool",
        ),
    ),
    "overlappingrangeipreservations": _whole(
        "OverlappingRangeIPReservation is the Schema for the OverlappingRangeIPReservations API",
        ["spec"],
        spec=_object(
            {"containerid": _text(), "ifname": _text(), "podref": _text()},
            ["podref"],
            "OverlappingRangeIPReservationSpec defines the desired state of "
            "OverlappingRangeIPReservation",
        ),
    ),
    "nodeslicepools": _whole(
        "NodeSlicePool is the Schema for the nodesliceippools API",
        spec=_object(
            {
                "range": _text(
                    f"{_RANGE}\n"
                    "this refers to the entire range where the node is allocated a subset"
                ),
                "sliceSize": _text(
                    "SliceSize is the size of subnets or slices of the range that each node will "
                    "be assigned"
                ),
            },
            ["range", "sliceSize"],
            "NodeSlicePoolSpec defines the desired state of NodeSlicePool",
        ),
        status=_object(
            {
                "allocations": _Schema(
                    description="Allocations holds the allocations of nodes to slices",
                    type="array",
                    items=_SLICE,
                )
            },
            ["allocations"],
            "NodeSlicePoolStatus defines the desired state of NodeSlicePool",
        ),
    ),
}
