"""What a stack of multus-lab declares: the Multus daemon, and the networks of its zone."""

import pulumi

from components import MacvlanNetwork, Multus, StackConfig

config = StackConfig()
stack = config.settings

multus = Multus("multus", stack.multus) if stack.multus.install else None
networks = [
    MacvlanNetwork(
        f"{network.namespace}/{network.name}",
        network,
        multus=multus,
        secret=config.is_secret("networks"),
    )
    for network in stack.networks
]

pulumi.export("multus", {"release": multus.release, "image": multus.image} if multus else None)
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
