"""spiderpool: addresses from pools of the cluster, which pods and namespaces choose as well."""

from multus_lab.plugins.kinds import FILE, FLAG, INT, TEXT, TEXTS, Key
from multus_lab.plugins.record import Ipam, Record, ipam_keys
from multus_lab.versions import Span

RECORD = Record(
    "spiderpool",
    "spidernet-io/spiderpool v0.9.0 to v1.2.2, a7fbd3b2 cmd/spiderpool/cmd (cni_types.go, "
    "command_add.go), cmd/spiderpool/main.go",
    ipam_keys(
        {
            "default_ipv4_ippool": TEXTS,
            "default_ipv6_ippool": TEXTS,
            "clean_gateway": FLAG,
            "match_master_subnet": Key(FLAG, held=Span((1, 2, 0))),
            "ipam_unix_socket_path": FILE,
            "log_level": TEXT,
            "log_file_path": FILE,
            "log_file_max_size": INT,
            "log_file_max_age": INT,
            "log_file_max_count": INT,
        }
    ),
    ipam=Ipam(counts="cluster", brings="its pool has a gateway"),
    oldest="0.3.0",
    newest="1.0.0",
    says={"another cniVersion": "unsupported specified CNI version …"},
)
