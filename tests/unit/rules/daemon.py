"""Rules MUL: what each catches, and the neighbours that it spares."""

from tests.unit.rules import Case, E, N, lab

WHERE = "multus.daemonConfig.cniVersion"
NEW = {"daemonConfig": {"cniVersion": "0.4.0"}}

CASES: list[Case] = [
    Case(
        "MUL701",
        "a daemon newer than the primary network",
        lab(multus=NEW, primaryNetwork={"file": "10-flannel.conflist", "cniVersion": "0.3.1"}),
        [(E, WHERE)],
    ),
    Case(
        "MUL701",
        "a daemon of 1.0.0 over an old primary network",
        lab(
            multus={"daemonConfig": {"cniVersion": "1.0.0"}},
            primaryNetwork={"cniVersion": "0.2.0"},
        ),
        [(E, WHERE)],
    ),
    Case("MUL701", "a new daemon, and the primary network untold", lab(multus=NEW), [(N, WHERE)]),
    Case("MUL701", "both new", lab(multus=NEW, primaryNetwork={"cniVersion": "1.0.0"})),
    Case("MUL701", "an old daemon", lab(multus={}, primaryNetwork={"cniVersion": "0.3.1"})),
    Case(
        "MUL701",
        "another stack's daemon",
        lab(multus={"install": False, **NEW}, primaryNetwork={"cniVersion": "0.3.1"}),
    ),
]
