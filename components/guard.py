"""What a plain `pulumi` looks at before anything is registered.

Whether the cluster has and allows what the stack needs, and whose the stack's objects are.
`multus-lab` has looked at more before, with the stack's state at hand (multus_lab.adoption.claims).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from components import multus, whereabouts
from components.multus import MOST_NODES
from multus_lab import settings
from multus_lab.ownership import OWNER, Owner, settled

if TYPE_CHECKING:
    from multus_lab.cluster.client import Cluster
    from multus_lab.cluster.objects import Key

_EARLIER = "pulumi-kubernetes"
"""How field managers of stacks begin that were brought up before there were owners."""


def refuse_what_cannot_be(stack: settings.Stack) -> int:
    """Refuse a stack that its cluster can't take; returns how many nodes the daemon is for at most.

    The cluster is that of the default provider. Raises pulumi.RunError if it doesn't answer, if it
    lacks or doesn't allow what the stack needs, or has objects that this stack doesn't own. If the
    kubeconfig can't be used, the provider will say so.
    """
    if settled.get() or isinstance(get_monitor(), MockMonitor):
        return MOST_NODES
    # Only here, since it takes half a second that nothing else of a program needs.
    from multus_lab.cluster.connection import SETTINGS, connect
    from multus_lab.cluster.errors import KubeconfigError, RefusedError
    from multus_lab.cluster.objects import Key, found
    from multus_lab.errors import MultusLabError
    from multus_lab.prerequisites.presence import check_presence
    from multus_lab.prerequisites.rights import check_rights, reading

    config = pulumi.Config("kubernetes")
    try:
        cluster = connect(*(config.get(name) or "" for name in SETTINGS))
        keys = [Key(*one) for one in _declared(stack)]
        check_presence(cluster, keys)
        check_rights(cluster, reading(keys))
        there = found(cluster, keys)
        check_rights(cluster, _creating(key for key in keys if key not in there))
    except (KubeconfigError, RefusedError):
        return max(1, len(stack.zone.nodes))
    except MultusLabError as error:
        raise pulumi.RunError(str(error)) from None
    _refuse_what_is_not_ours(
        keys, there, Owner(pulumi.get_project(), pulumi.get_stack(), stack.zone.name or "")
    )
    _tell_other_interfaces(stack, there)
    return _nodes(cluster, there) or max(1, len(stack.zone.nodes))


def _tell_other_interfaces(stack: settings.Stack, there: "Mapping[Key, Mapping[str, Any]]") -> None:
    """Warn of networks that get another plugin, since pods don't follow them."""
    from multus_lab.adoption.comparison import PODS_KEEP, other_interface
    from multus_lab.cluster.objects import Key

    kind = "NetworkAttachmentDefinition"
    lines = [
        f"{key}: {interface}; {PODS_KEEP}"
        for one in stack.networks
        if (key := Key(kind, one.namespace, one.name)) in there
        and (interface := other_interface(there[key], {"spec": {"config": one.cni_json()}}))
    ]
    if lines:
        pulumi.log.warn("\n".join(lines))


def _creating(keys: "Iterable[Key]") -> Iterator[Any]:
    """The rights to create objects, but not to grant by them what only the components know."""
    from multus_lab.prerequisites.rights import creating

    for key in keys:
        metadata = {"name": key.name, "namespace": key.namespace}
        role = {"kind": key.kind.removesuffix("Binding"), "name": key.name}
        one = {"kind": key.kind, "metadata": metadata, "rules": (), "roleRef": role}
        yield from (right for right in creating(one) if right.verb not in ("bind", "escalate"))


def _nodes(cluster: "Cluster", there: "Mapping[Key, Mapping[str, Any]]") -> int:
    """How many nodes the daemon is for: as it counts them, or as the cluster has; 0 if unknown."""
    from multus_lab.cluster.objects import listed

    sets = (one for key, one in there.items() if key.kind == "DaemonSet")
    counted = max(
        (one.get("status", {}).get("desiredNumberScheduled", 0) for one in sets), default=0
    )
    return counted or len(listed(cluster, "Node") or ())


def _refuse_what_is_not_ours(
    keys: "Iterable[Key]", there: "Mapping[Key, Mapping[str, Any]]", owner: Owner
) -> None:
    lines = [
        f"  {key}: {whose}"
        for key in keys
        if key in there and (whose := _whose(there[key]["metadata"], owner))
    ]
    if lines:
        raise pulumi.RunError("\n".join([_HEAD, *lines, _WAY_OUT.format(stack=owner.stack)]))


_HEAD = "the cluster has objects that are not this stack's:"
_WAY_OUT = (
    "nothing was changed; `multus-lab preview {stack}` tells where they differ, and "
    "`multus-lab up {stack}` takes over what may be"
)


def _declared(stack: settings.Stack) -> Iterator[tuple[str, str, str]]:
    """Kind, namespace and name of what the stack declares."""
    if stack.multus.install:
        yield from multus.objects(stack.multus)
    if stack.whereabouts and stack.whereabouts.install:
        yield from whereabouts.objects(stack.whereabouts)
    for network in stack.networks:
        yield "NetworkAttachmentDefinition", network.namespace, network.name


def _whose(metadata: dict[str, object], owner: Owner) -> str:
    """Whose an object is, if the provider can't be left to change it; "" if it can."""
    annotations = metadata.get("annotations")
    mark = annotations.get(OWNER) if isinstance(annotations, dict) else None
    if mark is not None:
        return "" if mark == str(owner) else f"stack {mark} owns it"
    entries = metadata.get("managedFields")
    managers = [one["manager"] for one in entries] if isinstance(entries, list) else []
    # The provider would let its earlier manager go, which a CRD doesn't survive: it was the only
    # one, and the provider replaces CRDs instead of applying them (4.25.0, provider.go, await.go).
    earlier = any(one.startswith(_EARLIER) for one in managers)
    return "it is from before stacks owned objects" if earlier else "no stack owns it"
