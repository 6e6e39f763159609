"""MUL708 and MUL709: a whereabouts that isn't where Multus and the networks look for it."""

from collections.abc import Iterator

from multus_lab.checks.among import with_ipam
from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, Place, lab_rule, network_rule
from multus_lab.distributions import WHEREABOUTS_SEEN as SEEN


@lab_rule(
    "MUL708",
    Severity.RISK,
    "whereabouts in another folder than the other plugins",
    why="The daemon looks for plugins in its own `binDir` alone, and whereabouts isn't there: each "
    "pod of the network waits for it (`failed to find plugin`). If a link makes the two one "
    "folder, accept the finding and say so.",
    fix="remove whereabouts.paths.binDir: it follows multus.paths.binDir",
    source="multus-cni v4.3.0 pkg/server/exec_chroot.go; whereabouts v0.9.4 script/install-cni.sh",
)
def other_bin_dir(lab: Lab) -> Iterator[Hit]:
    """Find a stack that puts whereabouts where its Multus doesn't look."""
    own, multus = lab.whereabouts, lab.multus
    if own is None or multus is None or not own.install or own.paths.bin_dir is None:
        return
    from multus_lab.settings.folders import in_run  # noqa: PLC0415 - manifests do without

    if in_run(own.bin_dir) == in_run(multus.folders.bin_dir):
        return
    message = f"the daemon looks in {multus.folders.bin_dir} alone, and whereabouts isn't there"
    named = multus.paths.bin_dir is not None
    there = Place(None, ("multus", "paths", "binDir"), "the daemon's")
    path = ("whereabouts", "paths", "binDir")
    yield Hit(path, own.paths.bin_dir, message, related=(there,) if named else ())


@network_rule(
    "MUL709",
    Severity.RISK,
    "configuration_path beside the stack's own whereabouts",
    among=with_ipam("whereabouts"),
    why="The program reads the file at configuration_path if it is there, whoever wrote it, and "
    "else looks in /etc/kubernetes/cni/net.d and /etc/cni/net.d. A file that is left of another "
    "installation has that one's namespace and credentials.",
    fix="remove configuration_path: the network gets the one that it needs",
    source="whereabouts v0.9.4 pkg/config/config.go GetFlatIPAM",
)
def other_configuration(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find networks of a stack that look elsewhere than where it puts the configuration."""
    own, written = lab.whereabouts, network.main.ipam.get("configuration_path")
    if own is None or not own.install or network.in_json or not isinstance(written, str):
        return
    ours = f"{own.config_dir}/whereabouts.d/whereabouts.conf"
    if not written or written in (ours, *(f"{one}/whereabouts.d/whereabouts.conf" for one in SEEN)):
        return
    place = (*network.ipam_path, "configuration_path")
    if own.config_dir in SEEN:
        message = (
            f"the stack's whereabouts has its configuration in {ours}; a file of another "
            "installation would come first, if there is one here"
        )
        yield Hit(place, written, message, severity=Severity.NOTE)
    else:
        message = f"pods look here, and not in {ours}, where the stack puts the configuration"
        yield Hit(place, written, message)
