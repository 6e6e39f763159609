"""dummy: an interface that leads nowhere, to hold addresses."""

from multus_lab.plugins.needs import link
from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import EVER, Span

RECORD = Record(
    "dummy",
    "containernetworking/plugins v1.2.0 to v1.10.0 plugins/main/dummy/dummy.go",
    plugin_keys({}, ipam=True),
    link=Link(
        alone=True,
        needs_ipam=EVER,
        no_lease="drops all that is sent by it",
        configures=True,
    ),
    needs=(link("dummy", "link add try type dummy"),),
    family="plugins",
    held=Span((1, 2, 0)),
    oldest="0.1.0",
    says={"no ipam": "dummy interface requires an IPAM configuration"},
    taken=(
        "Take it to give pods an address that no wire knows, such as one that they announce by BGP."
    ),
    entry={
        "ipam": {"type": "static", "addresses": [{"address": "10.12.34.250/32"}]},
    },
)
