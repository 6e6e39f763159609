"""dummy: an interface that leads nowhere, to hold addresses."""

from multus_lab.plugins.record import Link, Record, plugin_keys
from multus_lab.versions import EVER, Span

RECORD = Record(
    "dummy",
    "containernetworking/plugins v1.2.0 to v1.10.0 plugins/main/dummy/dummy.go",
    plugin_keys({}, ipam=True),
    link=Link(
        needs_ipam=EVER,
        configures=True,
        kernel=("dummy", ""),
    ),
    family="plugins",
    held=Span((1, 2, 0)),
    oldest="0.1.0",
    says={"no ipam": "dummy interface requires an IPAM configuration"},
)
