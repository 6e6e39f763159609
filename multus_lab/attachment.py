"""How a pod asks for networks: the annotation of the NAD specification (multi-net-spec v1.3, 4.1).

The short form is a list of `[namespace/]name[@interface]`; the JSON form also takes addresses,
a MAC and a default route.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

ANNOTATION = "k8s.v1.cni.cncf.io/networks"

_SHORT_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


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
        if self.ips or self.mac or self.default_route or not _SHORT_NAME.fullmatch(self.name):
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
