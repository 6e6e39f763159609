"""NAD009: one namespace and name for two networks."""

from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place, lab_rule


@lab_rule(
    "NAD009",
    Severity.ERROR,
    "network declared twice",
    why=(
        "The API keeps one object per namespace and name: the one applied last wins. Two files may "
        "be overlays for two clusters, so across files this is a note."
    ),
    fix="name: lab-zone-2",
    source="Kubernetes API conventions: a name is unique in its namespace",
)
def declared_twice(lab: Lab) -> Iterator[Hit]:
    """Find a namespace and name that an earlier network has, in the same file or in another."""
    first: dict[tuple[str, int], Network] = {}
    anywhere: dict[str, Network] = {}
    for network in lab.networks:
        if network.generated or "${" in network.label:
            continue
        label = network.label
        twin = first.setdefault((label, network.source), network)
        other = anywhere.setdefault(label, network)
        if twin is not network:
            yield _again(network, twin, f"{label} is declared above too: one of the two is lost")
        elif other is not network:
            message = f"another file declares {label} too: in one cluster the last one applied wins"
            yield _again(network, other, message, Severity.NOTE)


def _again(network: Network, other: Network, message: str, severity: Severity | None = None) -> Hit:
    first = Place(other, ("name",), "declared here first", in_metadata=True)
    return Hit(
        ("name",),
        network.name,
        message,
        f"name: {network.name}-2",
        severity,
        network=network,
        in_metadata=True,
        related=(first,),
    )
