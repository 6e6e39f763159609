"""kube-ovn: networks of Kube-OVN, and addresses from its subnets for other plugins' networks."""

from collections.abc import Mapping

from multus_lab.plugins.kinds import TEXT, Items, Kind, keys
from multus_lab.plugins.record import Ipam, Link, Record, ipam_keys, plugin_keys

_OWN: Mapping[str, Kind] = {
    "server_socket": TEXT,
    "provider": TEXT,
    "routes": Items(keys({"dst": TEXT, "gw": TEXT}), "a list of routes"),
}

RECORD = Record(
    "kube-ovn",
    "kubeovn/kube-ovn 1533681d (after v1.16.2) pkg/netconf/netconf.go, pkg/netconf/ipam_conf.go, "
    "pkg/request/cniserver.go, cmd/cni/cni.go",
    plugin_keys(
        {
            **_OWN,
            "deviceID": TEXT,
            "vf_driver": TEXT,
            "vhost_user_socket_volume_name": TEXT,
            "vhost_user_socket_name": TEXT,
            "vhost_user_socket_consumption": TEXT,
        },
        ("server_socket",),
        ipam=True,
        closed=False,
    ),
    link=Link(own_mac=True),
    ipam=Ipam(
        counts="cluster",
        brings="its subnet has a gateway",
        keys=ipam_keys(_OWN, ("server_socket",), closed=False),
    ),
    oldest="0.1.0",
    says={"no server_socket": "server_socket is required in cni.conf, …"},
)
