"""How a pod asks for networks: the annotation of the NAD specification (multi-net-spec v1.3, 4.1).

The short form is a list of `[namespace/]name[@interface]`; the JSON form also takes addresses,
a MAC and a default route.
"""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

ANNOTATION = "k8s.v1.cni.cncf.io/networks"
DEFAULT_NETWORK = "v1.multus-cni.io/default-network"
"""The annotation that has Multus put a pod's eth0 into another network (its configuration.md)."""

STATUS = "k8s.v1.cni.cncf.io/network-status"
"""The annotation in which Multus tells what a pod has (multi-net-spec v1.3, 4.2)."""

_MULTUS_NAMESPACE = "kube-system"
"""Where Multus looks for a default network that is named alone, unless `multusNamespace` says
otherwise (multus-cni v4.3.0 pkg/types/conf.go, pkg/k8sclient tryLoadK8sPodDefaultNetwork)."""

RESOURCE = "k8s.v1.cni.cncf.io/resourceName"
"""The NAD's annotation by which pods get a device, and land where there is one (NAD spec. 3.3)."""

ACCEPT = "multus-lab/accept"
"""The NAD's annotation that tells what it accepts, as a stack does, in YAML or JSON."""

_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError)
"""What reading the JSON form raises where it isn't that."""

_SHORT_NAME = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"


@dataclass(frozen=True)
class Selection:
    """One network that a pod asks for; `interface` is the name of it in the pod, else net<N>.

    `ips` are addresses, with or without prefix length as the IPAM plugin takes them; `mac` is
    six bytes; `default_route` are gateways through which the pod's default route shall go.
    """

    name: str
    namespace: str = "default"
    interface: str | None = None
    ips: Sequence[str] = ()
    mac: str | None = None
    default_route: Sequence[str] = ()

    def short(self) -> str | None:
        """The short form, or None where it can't say all that is asked for.

        It can't name a NAD with a dot (multus-cni v4.3.0, parsePodNetworkObjectName).
        """
        if self.ips or self.mac or self.default_route or not re.fullmatch(_SHORT_NAME, self.name):
            return None
        name = f"{self.namespace}/{self.name}"
        return f"{name}@{self.interface}" if self.interface else name

    def element(self) -> dict[str, object]:
        """The JSON form."""
        asked = {
            "name": self.name,
            "namespace": self.namespace,
            "interface": self.interface,
            "ips": list(self.ips),
            "mac": self.mac,
            "default-route": list(self.default_route),
        }
        return {key: value for key, value in asked.items() if value}


def annotation(selections: Sequence[Selection]) -> str:
    """The annotation's value, in the short form where it can say all, else in JSON."""
    short = [one.short() for one in selections]
    names = [name for name in short if name is not None]
    if len(names) == len(short):
        return ",".join(names)
    elements = [one.element() for one in selections]
    return json.dumps(elements, sort_keys=True, separators=(",", ":"))


def asked_for(metadata: Mapping[str, Any]) -> frozenset[str]:
    """The networks that a pod asks for, by `namespace/name`; none if they can't be read.

    As Multus reads them (v4.3.0, pkg/k8sclient/k8sclient.go, parsePodNetworkAnnotation).
    """
    annotations = metadata.get("annotations") or {}
    home = str(metadata.get("namespace") or "default")
    homes = {ANNOTATION: home, DEFAULT_NETWORK: _MULTUS_NAMESPACE}
    return frozenset(
        place for key, of in homes.items() for place in _places(annotations.get(key) or "", of)
    )


def attached_to(metadata: Mapping[str, Any]) -> frozenset[str]:
    """The networks that a pod asks for, and those that it has beside its default network.

    What it doesn't ask for it has by the daemon's `defaultNetworks`, of which its status alone
    tells: by `namespace/name`, or by the CNI name if there is no NAD (multus-cni v4.3.0,
    GetDefaultNetworks, CmdAdd). A network that answers in an old form is not in the status.
    """
    return asked_for(metadata) | _had((metadata.get("annotations") or {}).get(STATUS))


def _had(status: Any) -> frozenset[str]:
    with suppress(*_UNREADABLE):
        told = [(str(one["name"]), one.get("default") is True) for one in json.loads(status)]
        own = {name for name, default in told if default}
        return frozenset(name for name, _ in told if name not in own)
    return frozenset()


def default_routes(annotations: Mapping[str, Any], home: str) -> dict[str, Sequence[str]]:
    """The gateways by which a pod of the namespace `home` asks for a default route, by network.

    None if they can't be read.
    """
    text = annotations.get(ANNOTATION)
    if not isinstance(text, str) or "default-route" not in text:
        return {}
    with suppress(*_UNREADABLE):
        return {
            _place(one, home): gateways
            for one in json.loads(text)
            if one["name"] and isinstance(gateways := one.get("default-route"), list) and gateways
        }
    return {}


def _places(text: str, home: str) -> list[str]:
    if not set(text) & set('[{"'):
        short = (one.strip().partition("@")[0] for one in text.split(",") if one.strip())
        return [one if "/" in one else f"{home}/{one}" for one in short]
    with suppress(*_UNREADABLE):
        return [_place(one, home) for one in json.loads(text) if one["name"]]
    return []


def _place(element: Mapping[str, Any], home: str) -> str:
    return f"{element.get('namespace') or home}/{element['name']}"
