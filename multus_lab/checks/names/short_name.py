"""NAD001: a name that pods can't use in the short form of the annotation."""

import re
from collections.abc import Iterator

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.names import LABEL, SUBDOMAIN


@network_rule(
    "NAD001",
    Severity.RISK,
    "name that pods can't use in the short form",
    why=(
        "Multus takes a DNS-1123 label in the annotation `networks: name`; a name with a dot can "
        "only be given in the annotation's JSON form. The API refuses a name that is no DNS-1123 "
        "subdomain. The admission webhook of the NPWG refuses a leading 0 as well. With "
        "`generateName` nobody knows the name before the API server has made it up. A namespace's "
        "name is a label too."
    ),
    fix="name: lab-zone",
    source=(
        "multus-cni v4.3.0 pkg/k8sclient parsePodNetworkObjectName; "
        "net-attach-def-admission-controller pkg/webhook/webhook.go"
    ),
    says=(
        "metadata.name: Invalid value: …: a lowercase RFC 1123 subdomain must consist of",
        "metadata.name: Invalid value: …: must be no more than 253 characters",
    ),
)
def short_name(network: Network, _: Lab) -> Iterator[Hit]:
    """Find a NAD's name that Multus, the API or the webhook refuses."""
    name, space = network.name, network.namespace
    if space and "${" not in space and not LABEL.fullmatch(space):
        message = (
            "no namespace is called so: use a-z, 0-9 and '-', with a letter or digit at both ends"
        )
        fix = f"namespace: {_plain(space) or 'default'}"
        yield Hit(("namespace",), space, message, fix, Severity.ERROR, in_metadata=True)
    if "${" in name:
        return
    # The API server puts five letters and digits behind it, and cuts it to fit.
    whole = f"{name[:248]}00000" if network.generated else name
    if len(whole) > 253 or not SUBDOMAIN.fullmatch(whole):
        message = (
            "the API refuses more than 253 characters"
            if len(whole) > 253
            else "the API refuses it: use a-z, 0-9 and '-', with a letter or digit at both ends"
        )
        yield _named(network, message, f"name: {_plain(name) or 'lab-zone'}", Severity.ERROR)
    elif network.generated:
        message = (
            "the API server makes up the end of this name, and pods have to know it; "
            "`kubectl apply` refuses generateName"
        )
        yield _named(network, message, f"name: {name.rstrip('-.')}", Severity.NOTE)
    elif not LABEL.fullmatch(name):
        message = "only the JSON form of the annotation can name it, not the short form"
        yield _named(network, message, f"name: {name.replace('.', '-')}")
    elif name[0] == "0":
        message = "the admission webhook of OpenShift and the NPWG refuses a leading 0"
        yield _named(network, message, f"name: n{name}", Severity.NOTE)


def _plain(name: str) -> str:
    """A label that is near to the name, if it has a letter or a digit."""
    return re.sub("[^a-z0-9]+", "-", name.lower())[:63].strip("-")


def _named(
    network: Network, message: str, fix: str | None = None, severity: Severity | None = None
) -> Hit:
    """What is wrong with the name of the NAD itself; the CNI network's is in the configuration."""
    key = "generateName" if network.generated else "name"
    return Hit((key,), network.name, message, fix, severity, in_metadata=True)
