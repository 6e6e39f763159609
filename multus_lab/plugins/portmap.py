"""portmap: forwards the node's ports to the pod."""

from multus_lab.plugins.kinds import FLAG, INT, TEXT, TEXTS, Key
from multus_lab.plugins.needs import iptables_unless_none, nat
from multus_lab.plugins.record import Record, plugin_keys
from multus_lab.versions import Span

RECORD = Record(
    "portmap",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/meta/portmap/main.go (ensureBackend)",
    plugin_keys(
        {
            "backend": Key(
                TEXT,
                allowed=("iptables", "nftables"),
                says="unrecognized backend …",
                held=Span((1, 6, 0)),
                filled=True,
            ),
            "snat": Key(FLAG, default=True),
            "conditionsV4": TEXTS,
            "conditionsV6": TEXTS,
            "masqAll": Key(FLAG, held=Span((1, 2, 0))),
            "markMasqBit": Key(
                INT, default=13, low=0, high=31, says="MasqMarkBit must be between 0 and 31"
            ),
            "externalSetMarkChain": TEXT,
        }
    ),
    chained=True,
    told_by=("portMappings",),  # cmdAdd
    # Ports are what pods ask for, and so only what is told for the runtime is set up.
    needs=(
        *nat("runtimeConfig", "backend"),
        *(
            iptables_unless_none(key, "backend")
            for key in ("conditionsV4", "conditionsV6", "externalSetMarkChain")
        ),
    ),
    family="plugins",
    oldest="0.1.0",
    says={
        "nothing before it": "must be called as chained plugin",
        "chain and bit": "Cannot specify externalSetMarkChain and markMasqBit",
        "options of the other backend": (
            "… backend was requested but configuration contains …-specific options […]"
        ),
    },
)
