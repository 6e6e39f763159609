"""k3s from 1.28.15, 1.29.10, 1.30.6 and 1.31.2 on."""

from ipaddress import ip_network

from multus_lab.distributions.record import STANDARD, Distribution, Mount, Usual

# IPv6 has no default: this is the example for dual stack of docs.rke2.io.
USUAL = Usual(
    "k3s's and RKE2's",
    (ip_network("10.42.0.0/16"), ip_network("2001:cafe:42::/56")),
    (ip_network("10.43.0.0/16"), ip_network("2001:cafe:43::/112")),
)

DISTRIBUTION = Distribution(
    "k3s",
    "docs.k3s.io networking/multus-ipams; k3s #10868, #10869, #10931, #927, "
    "pkg/agent/config/config.go; multus-cni v4.3.0 pkg/server/exec_chroot.go",
    paths=STANDARD._replace(
        cni_config_dir="/var/lib/rancher/k3s/agent/etc/cni/net.d",
        bin_dir="/var/lib/rancher/k3s/data/cni",
    ),
    programs_dir="/var/lib/rancher/k3s/data/<hash>/bin",
    # The daemon looks a plugin up among its own files before it runs it under the host's root.
    mounts=(Mount("k3s-data", "/var/lib/rancher/k3s/data"),),
    plugins=frozenset(
        {"bandwidth", "bridge", "firewall", "flannel", "host-local", "loopback", "portmap"}
    ),
    # The chart that the documentation names has it there, out of the program's sight.
    whereabouts_dir="/var/lib/rancher/k3s/agent/etc/cni/net.d",
    data_dir="/var/lib/rancher/k3s",
    usual=USUAL,
    notes=(
        "An older k3s has its plugins in /var/lib/rancher/k3s/data/current/bin, which moves with "
        "each upgrade: say multus.paths.binDir.",
        "With another `--data-dir` say cluster.dataDir: paths and mount are then there.",
    ),
)
