"""A network of the zone, of whatever plugin, as a NetworkAttachmentDefinition."""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor
from pulumi_kubernetes.apiextensions import CustomResource

from components.callers import nearest_callers
from components.multus import Multus
from components.ownership import owned
from multus_lab import settings
from multus_lab.attachment import Selection, annotation
from multus_lab.checks import Severity
from multus_lab.checks.daemon.idle_default_route import of_selection

_T = TypeVar("_T")

_PREFIX = "multus-lab:networks:"
_tokens: list[str] = []


class Network(pulumi.ComponentResource):
    """One NAD from validated settings, with what the network accepts in an annotation.

    Itself it is for any CNI configuration; the class of a `plugin` is for networks of that type. A
    network that gets another type keeps its NAD, which is changed in place.

    Where the stack has the `multus` component too, the NAD waits for its CRD and goes before it
    on destroy. With `secret` the configuration is kept encrypted in the stack's state.

    It registers no outputs with the engine, which would write the whole state once more for each
    network: they are this object's attributes. So a terminal shows it as being created until the
    run ends, and an after-hook belongs to the NAD, not to this component.
    """

    plugin: ClassVar[str] = ""
    """The type of the networks that the class is for."""

    name: pulumi.Output[str]
    """The NAD's name."""
    namespace: pulumi.Output[str]
    """The namespace in which it is looked up when a pod names none."""
    annotation: pulumi.Output[str]
    """The value for a pod's annotation `k8s.v1.cni.cncf.io/networks`."""

    usable_addresses: pulumi.Output[list[str]]
    """What pods can get, as `first-last (how many)`; empty where only the IPAM plugin knows."""

    def __init_subclass__(cls, plugin: str = "") -> None:
        """Name the plugin that a class is for."""
        cls.plugin = plugin or cls.plugin
        _tokens.append(_PREFIX + cls.__name__)

    def __init__(
        self,
        name: str,
        network: settings.DeclaredNetwork,
        *,
        multus: Multus | None = None,
        secret: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        label = f"{network.namespace}/{network.name}"
        if self.plugin not in ("", network.plugin):
            kind = f"type {network.plugin}" if network.plugin else "a config"
            told = f"is for networks of type {self.plugin}, and {label} has {kind}"
            raise pulumi.RunError(f"{type(self).__name__} {told}")
        token = _PREFIX + type(self).__name__
        aliases = pulumi.ResourceOptions(aliases=_as_others(token, name, opts))
        with nearest_callers():
            super().__init__(token, name, None, pulumi.ResourceOptions.merge(opts, aliases))

        def kept(value: pulumi.Input[_T]) -> pulumi.Output[_T]:
            return pulumi.Output.secret(value) if secret else pulumi.Output.from_input(value)

        self._label = label
        self._release = multus.shape if multus else None
        annotations = network.nad_annotations()
        with nearest_callers():
            definition = CustomResource(
                name,
                api_version="k8s.cni.cncf.io/v1",
                kind="NetworkAttachmentDefinition",
                metadata=owned(
                    network.name,
                    network.namespace,
                    labels=kept(network.labels) if network.labels else None,
                    annotations={key: kept(value) for key, value in annotations.items()},
                ),
                spec={"config": kept(network.cni_json())},
                opts=pulumi.ResourceOptions(parent=self, depends_on=multus.crd if multus else None),
            )
        # Known in a preview, and still only there once the NAD is.
        self.name = definition.urn.apply(lambda _: network.name)
        self.namespace = definition.urn.apply(lambda _: network.namespace)
        self.annotation = self.select().apply(lambda one: annotation([one]))
        self.usable_addresses = kept(
            [f"{addresses} ({addresses.size})" for addresses in network.usable()]
        )

    def select(
        self,
        *,
        interface: str | None = None,
        ips: Sequence[str] = (),
        mac: str | None = None,
        default_route: Sequence[str] = (),
    ) -> pulumi.Output[Selection]:
        """Return this network as a pod asks for it: see `multus_lab.attachment.Selection`.

        It is told, as MUL705, if the release of Multus does nothing about `default_route`.
        """
        if default_route and (found := of_selection(self._label, self._release)):
            message, severity = found
            tell = pulumi.log.info if severity is Severity.NOTE else pulumi.log.warn
            tell(message, self)
        return pulumi.Output.all(self.name, self.namespace).apply(
            lambda found: Selection(found[0], found[1], interface, ips, mac, default_route)
        )


_tokens.append(_PREFIX + Network.__name__)


def _as_others(
    token: str, name: str, opts: pulumi.ResourceOptions | None
) -> list[pulumi.Input[str | pulumi.Alias]]:
    """What the network is called in the state if it was of another type before."""
    others = [one for one in _tokens if one != token]
    if isinstance(get_monitor(), MockMonitor):
        return []  # without an engine there is no state
    if opts is not None and opts.parent is not None:
        return [pulumi.Alias(type_=one) for one in others]
    # The SDK takes a third of the time for texts.
    place = f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}"
    return [f"{place}::{one}::{name}" for one in others]
