"""Talos, whose root can't be written."""

from multus_lab.distributions.record import STANDARD, Distribution

DISTRIBUTION = Distribution(
    "talos",
    "siderolabs/docs, Multus CNI; siderolabs/talos #9158, #10549; multus-cni #1077",
    paths=STANDARD._replace(netns_dir="/var/run/netns"),
    links={},  # /var/run is a folder of its own
    plugins=frozenset({"bridge", "firewall", "flannel", "host-local", "loopback", "portmap"}),
    least_memory="150Mi",
    notes=("With Cilium set cni.exclusive=false.",),
)
