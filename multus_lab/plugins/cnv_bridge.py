"""cnv-bridge: the bridge plugin by the name that OpenShift Virtualization installs it under."""

from multus_lab.plugins import bridge

RECORD = bridge.RECORD._replace(
    name="cnv-bridge",
    read=(
        "kubevirt/cluster-network-addons-operator 28ecce36 "
        "data/linux-bridge/002-linux-bridge.yaml; " + bridge.RECORD.read
    ),
    taken=("Take it on OpenShift Virtualization, where bridge has this name."),
    entry={
        "bridge": "br1",
        "macspoofchk": True,
        "ipam": {"type": "none"},
    },
)
