"""flannel: hands what flannel knows of the node's subnet to another plugin, bridge by default."""

from multus_lab.plugins.kinds import ANY, FILE, TEXT, Key, keys
from multus_lab.plugins.record import Link, Record, plugin_keys

RECORD = Record(
    "flannel",
    "flannel-io/cni-plugin 092e6d26 (v1.9.1-flannel1) flannel.go, flannel_linux.go",
    plugin_keys(
        {
            "subnetFile": Key(FILE, default="/run/flannel/subnet.env"),
            "dataDir": Key(FILE, default="/var/lib/cni/flannel"),
            "delegate": keys(
                {
                    "type": TEXT,
                    **{
                        name: Key(
                            ANY,
                            absent=True,
                            says=f"'delegate' dictionary must not have '{name}' field, …",
                        )
                        for name in ("name", "ipam")
                    },
                },
                closed=False,
                exact=frozenset({"type", "name", "ipam"}),
            ),
        },
        ipam=True,
        closed=False,
    ),
    link=Link(),
    oldest="0.1.0",
    says={
        "delegate.type no text": "'delegate' dictionary, if present, must have (string) 'type' …",
    },
)
