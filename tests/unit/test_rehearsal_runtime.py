"""What a plugin said, out of what stands around it."""

import pytest

from multus_lab.rehearsal.runtime import said_by_plugin

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


@pytest.mark.parametrize(
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
