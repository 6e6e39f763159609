"""LNK104: a master that no interface can be called."""

import re
from collections.abc import Iterator

from multus_lab.checks.among import with_master
from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.names import LONG, SHORT, is_interface


@network_rule(
    "LNK104",
    Severity.ERROR,
    "master that no interface can be called",
    among=with_master,
    why="The plugin looks an interface up by its name or alternative name. An alias such as "
    "`ens33:1` is only a label of an address.",
    fix=Line("master", "ens33"),
    source="cni v1.3.0 pkg/utils ValidateInterfaceName; Linux IFNAMSIZ, ALTIFNAMSIZ; "
    "multus-cni #720",
    says=("Link not found", "numerical result out of range"),
)
def master_name(network: Network, _: Lab) -> Iterator[Hit]:
    """Find masters whose name is no interface's, or can only be an alternative one."""
    master = network.lies_on
    if master is None or is_interface(master, SHORT):
        return
    path = (*network.main.path, "master")
    if is_interface(master):
        message = (
            f"longer than {SHORT} characters: only an alternative name (altname) can be that long"
        )
        yield Hit(path, master, message, severity=Severity.RISK)
        return
    message = (
        f"an interface's name has at most {LONG} characters, without '/', ':' and white space, and "
        "is not '.' or '..'"
    )
    name = re.split(r"[/:\s]", master.strip())[0][:SHORT] or "eth1"
    yield Hit(path, master, message, Line("master", name))
