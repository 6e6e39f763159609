"""cnv-tuning: the tuning plugin by the name that OpenShift Virtualization installs it under."""

from multus_lab.plugins import tuning

RECORD = tuning.RECORD._replace(
    name="cnv-tuning",
    read=(
        "kubevirt/cluster-network-addons-operator 28ecce36 "
        "data/linux-bridge/002-linux-bridge.yaml; " + tuning.RECORD.read
    ),
)
