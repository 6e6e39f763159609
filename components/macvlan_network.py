"""A macvlan network of the zone, as a NetworkAttachmentDefinition."""

from collections.abc import Sequence
from typing import TypeVar

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.multus import Multus
from multus_lab import settings
from multus_lab.attachment import Selection, annotation

_T = TypeVar("_T")


class MacvlanNetwork(pulumi.ComponentResource):
    """One NAD from validated settings.

    Where the stack has the `multus` component too, the NAD waits for its CRD and goes before it
    on destroy. With `secret` the configuration is kept encrypted in the stack's state.
    """

    name: pulumi.Output[str]
    """The NAD's name."""
    namespace: pulumi.Output[str]
    """The namespace in which it is looked up when a pod names none."""
    annotation: pulumi.Output[str]
    """The value for a pod's annotation `k8s.v1.cni.cncf.io/networks`."""

    usable_addresses: pulumi.Output[list[str]]
    """What pods can get, as `first-last (how many)`; empty where only the IPAM plugin knows."""

    def __init__(
        self,
        name: str,
        network: settings.DeclaredNetwork,
        *,
        multus: Multus | None = None,
        secret: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("multus-lab:networks:MacvlanNetwork", name, None, opts)

        def kept(value: pulumi.Input[_T]) -> pulumi.Output[_T]:
            return pulumi.Output.secret(value) if secret else pulumi.Output.from_input(value)

        definition = CustomResource(
            name,
            api_version="k8s.cni.cncf.io/v1",
            kind="NetworkAttachmentDefinition",
            metadata=ObjectMetaArgs(
                name=network.name,
                namespace=network.namespace,
                labels=kept(network.labels) if network.labels else None,
                annotations=kept(network.annotations) if network.annotations else None,
            ),
            spec={"config": kept(network.cni_json())},
            opts=pulumi.ResourceOptions(parent=self, depends_on=multus.crd if multus else None),
        )
        # Known in a preview, and still only there once the NAD is.
        self.name = definition.urn.apply(lambda _: network.name)
        self.namespace = definition.urn.apply(lambda _: network.namespace)
        self.annotation = self.select().apply(lambda one: annotation([one]))
        self.usable_addresses = kept(
            [f"{addresses} ({addresses.size})" for addresses in network.ipam.usable()]
        )
        self.register_outputs(
            {
                "name": self.name,
                "namespace": self.namespace,
                "annotation": self.annotation,
                "usableAddresses": self.usable_addresses,
            }
        )

    def select(
        self,
        *,
        interface: str | None = None,
        ips: Sequence[str] = (),
        mac: str | None = None,
        default_route: Sequence[str] = (),
    ) -> pulumi.Output[Selection]:
        """Return this network as a pod asks for it: see `multus_lab.attachment.Selection`."""
        return pulumi.Output.all(self.name, self.namespace).apply(
            lambda found: Selection(found[0], found[1], interface, ips, mac, default_route)
        )
