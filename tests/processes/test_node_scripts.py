"""The scripts that run on nodes, on real files, by the machine's own shell."""

import os
import subprocess
from pathlib import Path

import pytest

from components.pods import script
from tests.unit.cases import cases


def run(name: str, *arguments: object, **env: str) -> "subprocess.CompletedProcess[str]":
    command = [*script(name), *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **env}
    )


@cases("name", ["install_plugins", "dhcp_daemon", "clean_node"])
def test_a_script_goes_without_its_comments(name: str) -> None:
    *shell, text, last = script(name)
    assert (shell, last) == (["/bin/sh", "-c"], name)
    assert text.startswith("set -eu\n")
    assert "$$" not in text  # which Kubernetes takes for an escaped $


# --- install_plugins.sh ---------------------------------------------------------------------------


class Node:
    """A node's folder of plugins, and an image's."""

    def __init__(self, folder: Path) -> None:
        self.image, self.bin = folder / "image", folder / "bin"
        self.image.mkdir()
        self.bin.mkdir()
        self.has(self.image, macvlan="macvlan 1", static="static 1")

    def has(self, folder: Path, **plugins: str) -> None:
        for name, text in plugins.items():
            (folder / name).write_text(text)

    def install(self, *plugins: str, overwrite: bool = False) -> list[str]:
        wanted = plugins or ("macvlan", "static")
        done = run("install_plugins", self.image, self.bin, str(overwrite).lower(), *wanted)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()

    def there(self) -> dict[str, str]:
        return {one.name: one.read_text() for one in self.bin.iterdir() if one.is_file()}


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def test_plugins_that_are_missing_are_copied(node: Node) -> None:
    assert node.install("macvlan") == ["macvlan: copied, 9 bytes"]
    assert node.there() == {"macvlan": "macvlan 1"}
    assert os.access(node.bin / "macvlan", os.X_OK)
    assert node.install("macvlan", "static") == ["macvlan: it is there", "static: copied, 8 bytes"]
    assert sorted(one.name for one in (node.bin / ".multus-lab").iterdir()) == ["macvlan", "static"]


@pytest.mark.parametrize(
    ("overwrite", "left", "says"),
    [
        pytest.param(
            False, "another", "macvlan: there is another one, which stays", id="asked-not"
        ),
        pytest.param(True, "macvlan 1", "macvlan: copied, 9 bytes", id="asked"),
    ],
)
def test_what_somebody_else_has_put_there_stays(
    node: Node, overwrite: bool, left: str, says: str
) -> None:
    node.has(node.bin, macvlan="another")
    assert node.install(overwrite=overwrite)[0] == says
    assert node.there() == {"macvlan": left, "static": "static 1"}
    # And it isn't ours, to be taken away, whatever we have made of it.
    assert [one.name for one in (node.bin / ".multus-lab").iterdir()] == ["static"]


def test_a_link_that_leads_nowhere_here_stays(node: Node) -> None:
    """As k3s has them: the container doesn't have what they lead to."""
    (node.bin / "macvlan").symlink_to("/var/lib/rancher/k3s/data/none/macvlan")
    assert node.install("macvlan") == ["macvlan: there is another one, which stays"]
    assert (node.bin / "macvlan").is_symlink()


def test_another_image_s_replaces_what_came_from_here(node: Node) -> None:
    node.install()
    busy = (node.bin / "macvlan").open()
    node.has(node.image, macvlan="macvlan 2 is longer")
    assert node.install() == ["macvlan: copied, 19 bytes", "static: it is there"]
    assert node.there() == {"macvlan": "macvlan 2 is longer", "static": "static 1"}
    with busy:  # which the node runs, perhaps
        assert busy.read() == "macvlan 1"


def test_what_somebody_has_put_over_ours_stays(node: Node) -> None:
    node.install("macvlan")
    node.has(node.bin, macvlan="another")
    node.has(node.image, macvlan="macvlan 2")
    assert node.install("macvlan") == ["macvlan: there is another one, which stays"]


@pytest.mark.parametrize("done", [False, True], ids=["before the rename", "after it"])
def test_it_goes_on_where_it_was_ended(node: Node, done: bool) -> None:
    """It was ended between the two lines that say whose it is."""
    node.install("macvlan")
    kept = node.bin / ".multus-lab" / "macvlan"
    before = kept.read_text()
    node.has(node.image, macvlan="macvlan 2")
    if done:
        node.has(node.bin, macvlan="macvlan 2")
    now = subprocess.check_output(["cksum"], input="macvlan 2", text=True)
    kept.write_text(before + now)
    node.install("macvlan")
    node.has(node.image, macvlan="macvlan 3")
    assert node.install("macvlan") == ["macvlan: copied, 9 bytes"]


def test_a_plugin_that_the_image_lacks_ends_it(node: Node) -> None:
    done = run("install_plugins", node.image, node.bin, "false", "macvlan", "vrf", "static")
    assert done.returncode == 1
    said = f"the image has no {node.image}/vrf, but {node.image}/macvlan {node.image}/static\n"
    assert done.stderr == said
    assert node.there() == {"macvlan": "macvlan 1"}


# --- dhcp_daemon.sh -------------------------------------------------------------------------------


def test_the_daemon_of_dhcp_finds_no_socket_of_one_before(tmp_path: Path) -> None:
    socket, program = tmp_path / "dhcp.sock", tmp_path / "dhcp"
    socket.touch()
    program.write_text(f'#!/bin/sh\n[ ! -e "{socket}" ] && echo "$@"\n')
    program.chmod(0o755)
    done = run("dhcp_daemon", program, socket)
    assert done.stdout == f"daemon -socketpath {socket}\n"


# --- clean_node.sh --------------------------------------------------------------------------------


class Cleaned:
    """A node with Multus on it, and the primary network's file."""

    def __init__(self, folder: Path) -> None:
        self.root, self.report = folder / "node", folder / "report"
        for name in (
            *("net.d/00-multus.conf", "net.d/10-calico.conflist", "run/multus/multus.sock"),
            *("bin/multus-shim", "bin/passthru", "bin/bridge", "bin/.multus-lab/macvlan"),
            *("caches/0a1b", "caches/results/net-0a1b", "run/other.sock"),
        ):
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
        (self.root / "net.d/10-calico.conflist").write_text('{"plugins": [{"type": "calico"}]}')
        (self.root / "bin/macvlan").write_text("macvlan 1")
        checksum = subprocess.check_output(["cksum"], input="macvlan 1", text=True)
        (self.root / "bin/.multus-lab/macvlan").write_text(checksum)

    def run(self, *arguments: str, code: int = 0) -> list[str]:
        """What the node's pod reports of a step."""
        told = [str(self.root / one[1:]) if one.startswith("/") else one for one in arguments]
        done = run("clean_node", *told, NODE="worker01", REPORT=str(self.report))
        assert (done.returncode, done.stderr) == (code, "")
        said = self.report.read_text() if self.report.exists() else ""
        assert done.stdout == said
        self.report.unlink(missing_ok=True)
        return said.splitlines()

    def configuration(self, code: int = 0) -> list[str]:
        return self.run("configuration", "/net.d", code=code)

    def rest(self, by_shim: str = "", attached: str = "") -> list[str]:
        return self.run("rest", "/bin", "/run/multus", "/caches", by_shim, attached)

    def there(self) -> set[str]:
        found = (one for one in self.root.rglob("*") if not one.is_dir() or not any(one.iterdir()))
        return {str(one.relative_to(self.root)) for one in found}


@pytest.fixture
def cleaned(tmp_path: Path) -> Cleaned:
    return Cleaned(tmp_path)


def test_the_configuration_goes_first(cleaned: Cleaned) -> None:
    before = cleaned.there()
    assert cleaned.configuration() == ["00-multus.conf removed"]
    assert before - cleaned.there() == {"net.d/00-multus.conf"}
    assert cleaned.configuration() == []


@pytest.mark.parametrize("name", ["00-multus.conf.cilium_bak", "00-multus.conflist"])
def test_other_names_of_the_configuration(cleaned: Cleaned, name: str) -> None:
    folder = cleaned.root / "net.d"
    (folder / "00-multus.conf").rename(folder / name)
    assert cleaned.configuration() == [f"{name} removed"]


def test_a_node_that_would_have_no_network_keeps_it(cleaned: Cleaned) -> None:
    """As in the layout with two folders, and where others have renamed theirs."""
    folder = cleaned.root / "net.d"
    (folder / "10-calico.conflist").rename(folder / "10-calico.conflist.bak")
    before = cleaned.there()
    (said,) = cleaned.configuration(code=1)
    assert said.startswith("without Multus' configuration the node would have no network")
    assert cleaned.there() == before


@pytest.mark.parametrize("text", ["", "{}", '{"type": "loopback"}'])
def test_a_file_that_is_no_network_of_pods_does_not_count(cleaned: Cleaned, text: str) -> None:
    folder = cleaned.root / "net.d"
    (folder / "10-calico.conflist").unlink()
    (folder / "99-other.conf").write_text(text)
    cleaned.configuration(code=1)
    assert (folder / "00-multus.conf").exists()


def test_a_name_with_blanks_names_no_other_file(cleaned: Cleaned) -> None:
    (cleaned.root / "net.d" / "00-multus.conf.a 10-calico.conflist").write_text("{}")
    assert len(cleaned.configuration()) == 2
    assert "net.d/10-calico.conflist" in cleaned.there()


def test_what_cannot_be_removed_ends_it(cleaned: Cleaned, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = cleaned.root / "failing"
    failing.mkdir()
    (failing / "rm").write_text('#!/bin/sh\necho "rm: $3: Read-only file system" >&2\nexit 1\n')
    (failing / "rm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{failing}:{os.environ['PATH']}")
    (said,) = cleaned.run("rest", "/bin", "/run/multus", "/caches", "", "", code=1)
    assert said.endswith("multus-shim: Read-only file system")
    assert (cleaned.root / "bin/multus-shim").exists()


PRIMARY = {"net.d/00-multus.conf", "net.d/10-calico.conflist", "bin/bridge", "run/other.sock"}


def test_the_rest_goes_but_for_what_is_of_others(cleaned: Cleaned) -> None:
    assert cleaned.rest(by_shim="master01 worker02", attached="worker011") == [
        "multus-shim removed",
        "passthru removed",
        "sockets removed",
        "caches removed",
        "plugin macvlan removed",
    ]
    assert cleaned.there() == {*PRIMARY, "caches"}
    assert cleaned.rest() == []


def test_caches_and_plugins_stay_with_attached_pods(cleaned: Cleaned) -> None:
    said = cleaned.rest(attached="master01 worker01")
    assert said[-1] == "caches and plugins stay: pods are attached still"
    caches = {"caches/0a1b", "caches/results/net-0a1b"}
    assert cleaned.there() == {*PRIMARY, *caches, "bin/macvlan", "bin/.multus-lab/macvlan"}


def test_cri_o_ends_pods_by_the_shim(cleaned: Cleaned) -> None:
    assert cleaned.rest(by_shim="worker01")[0].startswith("multus-shim stays: CRI-O")
    assert {"bin/multus-shim", "bin/passthru"} <= cleaned.there()


def test_a_plugin_that_somebody_has_replaced_stays(cleaned: Cleaned) -> None:
    (cleaned.root / "bin/macvlan").write_text("another")
    assert "plugin macvlan removed" not in cleaned.rest()
    assert "bin/macvlan" in cleaned.there()
