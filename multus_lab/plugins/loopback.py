"""loopback: the pod's lo, set up; runtimes call it themselves."""

from multus_lab.plugins.record import Link, Record, plugin_keys

RECORD = Record(
    "loopback",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/main/loopback/loopback.go",
    plugin_keys({}),
    link=Link(takes_ipam=False, node_local=True, given=True),
    family="plugins",
    oldest="0.1.0",
)
