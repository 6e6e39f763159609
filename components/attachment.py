"""Pod metadata that attaches networks of the stack."""

from collections.abc import Sequence
from typing import Any

import pulumi

from components.network import Network
from multus_lab.attachment import ANNOTATION, Selection, annotation


def attach(*networks: Network | pulumi.Output[Selection]) -> dict[str, Any]:
    """Metadata for a pod, or a pod template, that attaches `networks` in their order.

    A network stands for itself, or as `network.select(interface=…, ips=…, mac=…,
    default_route=…)`. What uses the metadata waits for the networks.

        pod = k8s.core.v1.Pod("probe", metadata={"name": "probe", **attach(private)}, spec=…)
    """
    chosen = [one.select() if isinstance(one, Network) else one for one in networks]
    value: pulumi.Output[Sequence[Selection]] = pulumi.Output.all(*chosen)
    return {"annotations": {ANNOTATION: value.apply(annotation)}}
