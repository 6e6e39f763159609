"""calico: the primary network of Calico, which puts the node's pod CIDR in for `usePodCidr`."""

from multus_lab.plugins.kinds import ANY, FILE, FLAG, INT, TEXT, TEXTS, UINT64, Key, Values, keys
from multus_lab.plugins.record import Link, Record, plugin_keys

RECORD = Record(
    "calico",
    "projectcalico/calico 87c15906 (after v3.32.1) cni-plugin/pkg/types/types.go, "
    "cni-plugin/pkg/plugin/plugin.go, cni-plugin/internal/pkg/utils/utils.go",
    plugin_keys(
        {
            "mode": TEXT,
            "vxlan_mac_prefix": TEXT,
            "vxlan_vni": UINT64,
            "qps": INT,
            "burst": INT,
            "mtu": INT,
            "num_queues": INT,
            "nodename": TEXT,
            "nodename_file": FILE,
            "nodename_file_optional": FLAG,
            "ipam_lock_file": FILE,
            "datastore_type": TEXT,
            "etcd_endpoints": TEXT,
            "log_level": TEXT,
            "log_file_path": FILE,
            "log_file_max_size": INT,
            "log_file_max_age": INT,
            "log_file_max_count": INT,
            "policy": keys({"type": TEXT}, closed=False),
            "kubernetes": keys(
                {"k8s_api_root": TEXT, "kubeconfig": FILE, "node_name": TEXT}, closed=False
            ),
            "feature_control": keys({"ip_addrs_no_ipam": FLAG, "floating_ips": FLAG}, closed=False),
            "container_settings": keys({"allow_ip_forwarding": FLAG}, closed=False),
            "include_default_routes": FLAG,
            "dataplane_options": Values(ANY),
            "device_type": Key(
                TEXT,
                allowed=("veth", "netkit"),
                default="veth",
                says='unknown device_type "…" in CNI config …',
            ),
            "readiness_gates": TEXTS,
            "policy_setup_timeout_seconds": INT,
            "endpoint_status_dir": FILE,
            "require_mtu_file": FLAG,
        },
        ipam=True,
        closed=False,
    ),
    link=Link(peer=True),
    oldest="0.1.0",
    newest="1.0.0",
    says={"a newer cniVersion": "unsupported CNI version …"},
)
