"""What is given to one command is judged together: files, and a stack with files."""

import json
from typing import Any

import pytest
import yaml

from tests.unit.checking import Check

NAD = {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition"}


def nad(name: str, annotations: dict[str, str] | None = None, /, **config: Any) -> str:
    """A NAD in YAML, of macvlan on eth1 if nothing else is given."""
    written = {"cniVersion": "1.0.0", "type": "macvlan", "master": "eth1"} | config
    metadata = {"name": name} | ({"annotations": annotations} if annotations else {})
    return yaml.safe_dump({**NAD, "metadata": metadata, "spec": {"config": json.dumps(written)}})


def pool(first: int, last: int, **keys: Any) -> dict[str, Any]:
    """Addresses of host-local."""
    span = {"rangeStart": f"10.0.0.{first}", "rangeEnd": f"10.0.0.{last}"}
    return {"type": "host-local", "subnet": "10.0.0.0/24", "gateway": "10.0.0.254", **span, **keys}


WHEREABOUTS = {
    "type": "whereabouts",
    "range": "10.0.0.0/24",
    "range_end": "10.0.0.99",
    "gateway": "10.0.0.254",
}


# --- files ----------------------------------------------------------------------------------------

PAIRS = {
    "macvlan and ipvlan on a master": (
        nad("a"),
        nad("b", type="ipvlan", ipam=WHEREABOUTS),
        ("LNK106", "error"),
    ),
    "pools that overlap": (
        nad("a", ipam=pool(10, 50)),
        nad("b", ipam=pool(40, 90)),
        ("IPA208", "error"),
    ),
    "one name": (nad("a"), nad("a"), ("NAD009", "note")),
}


@pytest.mark.parametrize(("one", "other", "found"), PAIRS.values(), ids=PAIRS)
def test_files_are_one_cluster_s(
    one: str, other: str, found: tuple[str, str], check: Check
) -> None:
    files = [check.file("a.yaml", one), check.file("b.yaml", other)]
    together = check("--manifest", *files, "--format", "json")
    assert together.weighing() == [found]
    assert together.code == (1 if found[1] == "error" else 0)
    (finding,) = (each for each in together.findings() if each["code"] == found[0])
    assert finding["file"] == "b.yaml"
    assert [place["file"] for place in finding["related"]] == ["a.yaml"]
    apart = check("--each", "--manifest", *files, "--format", "json")
    assert (apart.code, apart.weighing()) == (0, [])


def test_the_later_file_is_told_of(check: Check) -> None:
    files = [check.file(name, nad("a")) for name in ("a.yaml", "b.yaml")]
    ended = check("--manifest", *reversed(files), "--format", "json")
    assert [one["file"] for one in ended.findings() if one["code"] == "NAD009"] == ["a.yaml"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            nad("a"), nad("b", type="ipvlan", master="eth2", ipam=WHEREABOUTS), id="other-master"
        ),
        pytest.param(nad("a", ipam=pool(10, 50)), nad("b", ipam=pool(51, 90)), id="other-pool"),
        pytest.param(
            nad("a", ipam=pool(10, 50)), nad("b", master="eth2", ipam=pool(10, 50)), id="other-wire"
        ),
        pytest.param(nad("a"), nad("b"), id="other-name"),
    ],
)
def test_files_that_leave_each_other_alone(one: str, other: str, check: Check) -> None:
    files = [check.file("a.yaml", one), check.file("b.yaml", other)]
    ended = check("--manifest", *files, "--format", "json")
    assert (ended.code, ended.weighing()) == (0, [])


def test_file_given_twice_is_one(check: Check) -> None:
    file = check.file("a.yaml", nad("a", ipam=pool(10, 50)))
    ended = check("--manifest", file, file, "--format", "json")
    assert (ended.weighing(), json.loads(ended.out)["summary"]["manifests"]) == ([], 1)


def test_networks_of_one_name_are_counted_by_file(check: Check) -> None:
    files = [check.file("a.yaml", nad("lab")), check.file("b.yaml", nad("lab"))]
    ended = check("--each", "--manifest", *files)
    assert ": 2 networks (default/lab)\n" in ended.out


# --- a stack and files ----------------------------------------------------------------------------


def lab(check: Check, *networks: dict[str, Any], **keys: Any) -> None:
    """Write a stack of which as much is told as rules ask for."""
    zone = {
        "name": "lab",
        "range": "10.0.0.0/16",
        "interface": "eth1",
        "platform": "bare-metal",
        "podsPerNode": 5,
        "nodes": [{"name": "worker01"}],
    }
    config = {"zone": zone | keys.pop("zone", {}), "networks": list(networks), **keys}
    check.config("lab", config)


AGAINST = {
    "zone's interface": ({}, nad("a", master="eth9"), ("LNK105", "risk")),
    "zone's reserved addresses": (
        {"zone": {"reserved": ["10.0.0.20"]}},
        nad("a", ipam=pool(10, 50)),
        ("IPA209", "error"),
    ),
    "cluster's pods": (
        {"cluster": {"podCidr": "10.0.0.0/24"}},
        nad("a", ipam=WHEREABOUTS),
        ("IPA210", "error"),
    ),
    "cluster's release": (
        {"cluster": {"cniPlugins": "v1.10.0"}},
        nad("a", ipam=pool(10, 50, gateway="10.0.1.254")),
        ("IPA204", "error"),
    ),
    "stack's network": (
        {"networks": [{"name": "s", "master": "eth1", "ipam": pool(10, 50)}]},
        nad("a", ipam=pool(40, 90)),
        ("IPA208", "error"),
    ),
    "stack's name": (
        {"networks": [{"name": "a", "master": "eth1", "ipam": {"type": "none"}}]},
        nad("a"),
        ("NAD009", "note"),
    ),
}


@pytest.mark.parametrize(("stack", "file", "found"), AGAINST.values(), ids=AGAINST)
def test_files_are_held_against_the_stack(
    stack: dict[str, Any], file: str, found: tuple[str, str], check: Check
) -> None:
    networks = stack.get("networks", [])
    lab(check, *networks, **{key: one for key, one in stack.items() if key != "networks"})
    name = check.file("a.yaml", file)
    told = [
        (one["code"], one["severity"])
        for one in check("lab", "--manifest", name, "--format", "json").findings()
        if one["file"] == "a.yaml"
    ]
    assert found in told
    assert found not in check("--manifest", name, "--format", "json").weighing()
    assert found[0] not in check("lab", "--format", "json").codes()


def test_neither_stack_nor_file_alone_says_the_other_s_place(check: Check) -> None:
    lab(check, {"name": "s", "master": "eth1", "ipam": pool(10, 50)})
    ended = check("lab", "--manifest", check.file("a.yaml", nad("a", ipam=pool(40, 90))))
    lines = [line for line in ended.out.splitlines() if line.startswith(("a.yaml", "  Pulumi"))]
    assert lines[0].startswith("a.yaml:7:29: error IPA208 (")
    assert lines[1].startswith("  Pulumi.lab.yaml:1:")
    assert lines[1].endswith(": 10.0.0.10-10.0.0.50 is handed out here")


def test_stack_that_is_refused_leaves_files_to_be_judged(check: Check) -> None:
    lab(check, zone={"nic": "eth1"})
    ended = check(
        "lab", "--manifest", check.file("a.yaml", nad("a", mode="Bridge")), "--format", "json"
    )
    assert ended.weighing() == [("SET001", "error"), ("LNK101", "error")]


@pytest.mark.parametrize("each", [[], ["--each"]], ids=["together", "each"])
def test_several_stacks_with_files_are_refused_in_one_sentence(
    each: list[str], check: Check
) -> None:
    lab(check)
    name = check.file("a.yaml", nad("a"))
    assert check("dev", "lab", *each, "--manifest", name) == (
        2,
        "",
        "multus-lab: with --manifest, give at most one stack: the files belong to its cluster\n",
    )


def test_each_file_is_judged_with_the_stack_and_no_other_file(check: Check) -> None:
    own = {"name": "s", "master": "eth1", "ipam": pool(10, 50)}
    lab(check, own, accept={"LNK106": "one of them goes", "LNK101": "a fork"})
    files = [
        check.file("a.yaml", nad("a", ipam=pool(40, 90))),
        check.file("b.yaml", nad("b", ipam=pool(80, 120))),
        check.file("c.yaml", nad("c", type="ipvlan", ipam=pool(150, 160))),
        check.file("d.yaml", nad("d", ipam=pool(130, 140))),
    ]
    ended = check("lab", "--each", "--manifest", *files, "--format", "json")
    told = [(one["file"], one["code"]) for one in ended.findings() if one["severity"] != "note"]
    assert told == [("a.yaml", "IPA208"), ("c.yaml", "LNK106")]
    unused = [one["path"] for one in ended.findings() if one["code"] == "ACC001"]
    assert unused == ["accept.LNK101"]


# --- pods -----------------------------------------------------------------------------------------

ASKS = '[{"name": "a", "default-route": ["10.0.0.254"]}]'
POD = yaml.safe_dump(
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "annotations": {"k8s.v1.cni.cncf.io/networks": ASKS}},
    }
)


@pytest.mark.parametrize(
    ("multus", "severity"),
    [
        ({"release": "v4.3.1"}, ["risk"]),
        ({"release": "v4.2.0"}, []),
        ({"install": False}, ["note"]),
    ],
)
def test_pods_are_held_against_the_stack_s_release(
    multus: dict[str, Any], severity: list[str], check: Check
) -> None:
    lab(check, multus=multus)
    ended = check("lab", "--manifest", check.file("p.yaml", POD), "--format", "json")
    found = [one for one in ended.findings() if one["code"] == "MUL705"]
    assert [one["severity"] for one in found] == severity
    assert all((one["file"], one["network"]) == ("p.yaml", "default/a") for one in found)
    assert ended.code == (1 if severity == ["risk"] else 0)


def test_what_a_pod_is_to_keep_is_accepted_by_the_stack_and_waits_for_the_pod(check: Check) -> None:
    lab(check, accept={"MUL705": "eth0 is fine"})
    alone = check("lab", "--format", "json")
    assert "ACC001" not in alone.codes()
    ended = check("lab", "--manifest", check.file("p.yaml", POD), "--format", "json")
    (found,) = (one for one in ended.findings() if one["code"] == "MUL705")
    assert (ended.code, found["accepted"]) == (0, "eth0 is fine")


def test_the_network_accepts_it_and_not_the_pod(check: Check) -> None:
    lab(check)
    accepts = nad("a", {ACCEPT: "MUL705: eth0 is fine"})
    files = [check.file("a.yaml", accepts), check.file("p.yaml", POD)]
    assert check("lab", "--manifest", *files).code == 0
    ended = check("lab", "--manifest", check.file("p.yaml", POD))
    assert ended.code == 1
    assert "or accept it" not in ended.out


# --- what is accepted -----------------------------------------------------------------------------

ACCEPT = "multus-lab/accept"


@pytest.mark.parametrize(
    ("stack", "file"),
    [
        pytest.param({"accept": {"LNK105": "a bond"}}, nad("a", master="eth9"), id="stack"),
        pytest.param(
            {"zone": {"accept": {"LNK105": "a bond"}}}, nad("a", master="eth9"), id="zone"
        ),
        pytest.param({}, nad("a", {ACCEPT: "LNK105: a bond"}, master="eth9"), id="file"),
    ],
)
def test_stack_and_file_accept_what_is_the_file_s(
    stack: dict[str, Any], file: str, check: Check
) -> None:
    lab(check, **stack)
    ended = check("lab", "--manifest", check.file("a.yaml", file), "--format", "json")
    (found,) = (one for one in ended.findings() if one["code"] == "LNK105")
    assert (ended.code, found["accepted"]) == (0, "a bond")
    assert "ACC001" not in ended.codes()


def test_file_accepts_for_its_own_network_alone(check: Check) -> None:
    lab(check)
    one, other = nad("a", {ACCEPT: "LNK105: x"}, master="eth9"), nad("b", master="eth9")
    ended = check(
        "lab", "--manifest", check.file("a.yaml", f"{one}---\n{other}"), "--format", "json"
    )
    accepted = [one["accepted"] for one in ended.findings() if one["code"] == "LNK105"]
    assert (ended.code, accepted) == (1, ["x", None])


BAD_MODE = nad("a", {ACCEPT: "LNK101: our fork has it"}, mode="Bridge")


def test_accepted_error_is_a_warning_in_every_run(check: Check) -> None:
    name = check.file("a.yaml", BAD_MODE)
    for _ in range(2):
        ended = check("--manifest", name)
        assert (ended.code, ended.err) == (0, "")
        assert ": warning LNK101 (" in ended.out
        assert "\n  accepted error: our fork has it\n" in ended.out
        assert ended.out.endswith("1 manifest, 1 network: 1 accepted\n")


@pytest.mark.parametrize("name", ["json", "sarif", "github"])
def test_accepted_error_for_programs(name: str, check: Check) -> None:
    ended = check("--manifest", check.file("a.yaml", BAD_MODE), "--format", name)
    assert ended.code == 0
    assert "our fork has it" in ended.out
    if name == "github":
        assert ended.out.startswith("::warning file=a.yaml,")


def test_accepted_error_of_a_stack(check: Check) -> None:
    routes = [{"dst": "10.9.0.0/16"}, {"dst": "10.9.0.0/16"}]
    one = {"name": "a", "master": "eth1", "ipam": pool(10, 50, routes=routes)}
    lab(check, one)
    errors = {
        code for code, weight in check("lab", "--format", "json").weighing() if weight == "error"
    }
    assert errors
    lab(check, one | {"accept": dict.fromkeys(errors, "a fork")})
    ended = check("lab")
    assert ended.code == 0
    assert ended.out.count("\n  accepted error: a fork\n") == len(errors)


def test_accepted_note_is_told_and_found_to_match(check: Check) -> None:
    note = nad("a", {ACCEPT: "LIF403: nobody asks"})
    ended = check("--manifest", check.file("a.yaml", note), "--format", "json")
    (found,) = ended.findings()
    assert (found["code"], found["severity"], found["accepted"]) == (
        "LIF403",
        "note",
        "nobody asks",
    )
    assert "LIF403" not in check("--manifest", "a.yaml").out


@pytest.mark.parametrize("code", ["XST503", "XST504", "SET001"])
def test_what_can_t_be_accepted(code: str, check: Check) -> None:
    lab(check, accept={code: "please"})
    ended = check("lab", "--format", "json")
    (found,) = (one for one in ended.findings() if one["code"] == "ACC001")
    assert found["message"] == f"{code} is accepted, but it can't be accepted"
    assert (found["severity"], ended.code) == ("note", 0)


def test_two_stacks_that_undo_each_other_are_refused_whatever_is_accepted(check: Check) -> None:
    network = {"name": "a", "master": "eth1", "ipam": {"type": "none"}}
    accept = {"XST502": "shared", "XST503": "please", "XST504": "please"}
    config = {
        "cluster": {"name": "c"},
        "zone": {"name": "lab", "range": "10.0.0.0/24"},
        "networks": [network],
        "accept": accept,
    }
    check.config("one", config)
    check.config("two", config)
    ended = check("one", "two", "--format", "json")
    refused = {one["code"] for one in ended.findings() if one["severity"] != "note"}
    accepted = {one["code"]: one["accepted"] for one in ended.findings() if one["stack"] == "two"}
    assert (ended.code, refused) == (1, {"XST502", "XST503", "XST504"})
    assert accepted["XST502"] == "shared"
    assert accepted["XST503"] is accepted["XST504"] is None


def test_setting_that_can_t_be_used_is_refused_whatever_is_accepted(check: Check) -> None:
    lab(check, zone={"nic": "eth1"}, accept={"SET001": "please"})
    ended = check("lab", "--format", "json")
    assert (ended.code, ended.weighing()) == (1, [("SET001", "error")])
