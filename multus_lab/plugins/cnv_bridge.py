"""cnv-bridge: the bridge plugin by the name that OpenShift Virtualization installs it under."""

from dataclasses import replace

from multus_lab.plugins import bridge

RECORD = replace(
    bridge.RECORD,
    name="cnv-bridge",
    read=(
        "kubevirt/cluster-network-addons-operator 28ecce36 "
        "data/linux-bridge/002-linux-bridge.yaml; " + bridge.RECORD.read
    ),
)
