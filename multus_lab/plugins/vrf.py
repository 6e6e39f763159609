"""vrf: puts the pod's interface into a VRF, with a routing table of its own."""

from multus_lab.names import INTERFACE as NAME
from multus_lab.names import SHORT
from multus_lab.plugins.kinds import INTERFACE, UINT32, Key
from multus_lab.plugins.needs import link
from multus_lab.plugins.record import Record, plugin_keys

RECORD = Record(
    "vrf",
    "containernetworking/plugins v0.9.1 to v1.10.0 plugins/meta/vrf/main.go",
    plugin_keys(
        {
            "vrfname": Key(
                INTERFACE,
                pattern=f"(?!.{{{SHORT + 1}}}){NAME.pattern}",
                shape=f"an interface's name of at most {SHORT} characters, without '/', ':' and "
                "white space",
                says="could not add VRF …: …",
            ),
            "table": UINT32,
        },
        ("vrfname",),
    ),
    chained=True,
    moves_routes=True,
    needs=(link("vrf", "link add try type vrf table 100"),),
    family="plugins",
    oldest="0.3.1",
    says={
        "no name": "configuration is expected to have a valid vrf name",
        "another interface's name": "Netlink … is not a VRF",
        "nothing before it": "missing prevResult from earlier plugin",
        "one VRF, two tables": "VRF … already exist with different routing table …",
    },
)
