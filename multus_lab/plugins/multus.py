"""multus: Multus itself, which the node's own configuration names."""

from multus_lab.plugins.record import Record, plugin_keys

RECORD = Record(
    "multus",
    "k8snetworkplumbingwg/multus-cni 03e7ebc9 pkg/types/types.go",
    plugin_keys({}, closed=False),
)
