"""What a stack of multus-lab declares: the Multus daemon, whereabouts, the zone's networks."""

import pulumi

from components import NETWORKS, Multus, StackConfig, Whereabouts

config = StackConfig()
stack = config.settings

multus = Multus("multus", stack.multus, nodes=config.nodes) if stack.multus.install else None
whereabouts = (
    Whereabouts("whereabouts", stack.whereabouts, nodes=config.nodes)
    if stack.whereabouts and stack.whereabouts.install
    else None
)
networks = [
    NETWORKS[network.plugin](
        f"{network.namespace}/{network.name}",
        network,
        multus=multus,
        # With what the stack accepts of it.
        secret=config.is_secret("networks", "accept"),
    )
    for network in stack.networks
]

pulumi.export("multus", {"release": multus.release, "image": multus.image} if multus else None)
pulumi.export(
    "whereabouts",
    {"release": whereabouts.release, "image": whereabouts.image} if whereabouts else None,
)
pulumi.export(
    "networks",
    {
        f"{declared.namespace}/{declared.name}": {
            "annotation": network.annotation,
            "usableAddresses": network.usable_addresses,
        }
        for declared, network in zip(stack.networks, networks, strict=True)
    },
)
