"""What a plugin said, out of what stands around it; and which network a runtime takes."""

from collections.abc import Mapping
from pathlib import Path

from multus_lab.rehearsal.node import first_network
from multus_lab.rehearsal.runtime import said_by_plugin
from tests.unit.cases import cases

USAGE = """Usage:
  cnitool add <network-name> <netns> [flags]

Flags:
  -h, --help   help for add

"""
SHIM = 'plugin type="multus-shim" name="multus-cni-network" failed (add): CmdAdd (shim): '
DAEMON = (
    'CNI request failed with status 400: \'ContainerID:"1" Netns:"/run/netns/1" ERRORED: error '
    "configuring pod [default/a] networking: [default/a/1:lab]: error adding container to network "
)
DATA = r"\n': StdinData: {\"cniVersion\":\"0.3.1\"}"


@cases(
    ("said", "plain"),
    [
        (f"Error: nothing found\n{USAGE}nothing found", "nothing found"),
        (SHIM + DAEMON + '"lab": Link not found' + DATA, "Link not found"),
        (f'Error: {SHIM}{DAEMON}"lab": Link not found{DATA}\n{USAGE}again', "Link not found"),
        ("EOF", "EOF"),
    ],
    ids=["cnitool's own", "the plugin's", "the plugin's with a usage", "as it is"],
)
def test_words(said: str, plain: str) -> None:
    assert said_by_plugin(said) == plain


@cases(
    ("files", "network"),
    [
        ({}, ""),
        ({"10-a.conflist": '{"name": "a"}', "00-multus.conf": '{"name": "m"}'}, "m"),
        ({"10-a.conflist": '{"name": "a"}', "00-multus.conf": '{"na'}, "a"),
        ({"10-a.conflist": '{"name": "a"}', "00-multus.conf.bak": '{"name": "m"}'}, "a"),
        ({"10-b.json": '{"name": "b"}', "multus.d": ""}, "b"),
    ],
)
def test_the_runtime_takes_the_first_file(
    files: Mapping[str, str], network: str, tmp_path: Path
) -> None:
    folder = tmp_path / "-".join(["of", *files])
    folder = folder if not folder.exists() else folder.with_name(f"{folder.name}-again")
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    assert first_network(folder) == network
