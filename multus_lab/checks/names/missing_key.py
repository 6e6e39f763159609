"""NAD010: a key that a plugin can't do without."""

from collections.abc import Iterator, Mapping

from multus_lab.checks.finding import Path, Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.names.meant_key import stands_for
from multus_lab.checks.names.unread_key import by_device
from multus_lab.checks.network import Lab, Network, Part
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Object


def _without_key(network: Network) -> bool:
    """Those that aren't tidy, or have an `ipam` without a type."""
    return any(
        not all(part.tidy for part in one.parts) or (one.ipam and not one.ipam_type)
        for one in network.plugins
    )


@network_rule(
    "NAD010",
    Severity.ERROR,
    "key that the plugin can't do without",
    among=_without_key,
    why="The plugin refuses the configuration, and the pod doesn't start.",
    fix=Line("master", "eth1"),
    source=(
        "plugins v1.9.1 vlan.go, host-device.go, vrf.go, static/main.go, "
        "host-local allocator/config.go; whereabouts v0.9.4 pkg/config/config.go; each plugin's "
        "record"
    ),
    says=(
        '"master" field is required',
        'specify either "device", "hwaddr", "kernelpath" or "pciBusID"',
        "configuration is expected to have a valid vrf name",
        "the 'address' field is expected to be in CIDR notation, got: ''",
        "no IP ranges specified",
        "IP <nil> not v4 nor v6",
        "IPAM plugin returned missing IP config",
        "invalid CIDR address: …",
    ),
)
def missing_key(network: Network, _: Lab) -> Iterator[Hit]:
    """Find mappings without a key that is required; also an `ipam` without a type."""
    for plugin in network.plugins:
        for part in plugin.parts:
            if not part.tidy and not by_device(network, part):
                yield from _missing(part)
        if plugin.asks_ipam and plugin.ipam and plugin.ipam.get("type") in (None, ""):
            message = "without a type no IPAM plugin is asked, and pods get no address"
            path = (*plugin.path, "ipam")
            yield Hit(path, plugin.ipam, message, Line("type", "host-local"), Severity.RISK)


def _missing(part: Part) -> Iterator[Hit]:
    of_plugins = part.record.family == "plugins"
    for found in part.keys.objects(part.config, part.path):
        for group in _groups(found):
            hit = _instead(_needed(part, found[0], group), found, group)
            # A release that doesn't have the list passes over it, which NAD003 tells.
            inside = found[0][len(part.path) :]
            yield hit._replace(held=part.keys.held_at(inside)) if of_plugins else hit


def _groups(found: Object) -> Iterator[tuple[str, ...]]:
    """The required groups of which no key is there, in a kind that can be read or in another."""
    _, value, kind = found
    for group in kind.required:
        given = [value[key] for key in group if value.get(key) is not None]
        wrong = any(not kind.keys[key].kind.fits(value[key]) for key in group if key in value)
        if any(given) or (given and wrong) or any(_may_be(key, group) for key in value):
            continue
        yield group


def _may_be(key: str, group: tuple[str, ...]) -> bool:
    """Whether a key is rendered later, or one of the group in another case, which NAD003 finds."""
    return "${" in key or (key not in group and key.lower() in map(str.lower, group))


def _needed(part: Part, path: Path, group: tuple[str, ...]) -> Hit:
    record = part.record
    *others, last = (f"`{key}`" for key in group)
    what = f"{', '.join(others)} or {last}" if others else last
    fix = Line(group[0], _EXAMPLES.get(group[0], ...))
    inside = path[len(part.path) :]
    if inside:
        lists = [part for part in inside if isinstance(part, str)]
        return Hit(path, None, f"{record.name} needs {what} in each entry of `{lists[-1]}`", fix)
    if record.elsewhere:
        message = f"without {what} here, pods start only if {record.elsewhere}"
        return Hit(path, None, message, fix, Severity.RISK)
    return Hit(path, None, f"{record.name} needs {what}", fix)


def _instead(hit: Hit, found: Object, group: tuple[str, ...]) -> Hit:
    """The hit at the key that is there for a missing one, if there is such."""
    path, value, kind = found
    for key in value if kind.closed else ():
        if meant := stands_for(key, group, kind):
            fix = Line(meant, value[key], f"instead of {key}")
            message = f"{hit.message}, and `{key}` isn't read"
            return hit._replace(path=(*path, key), value=value[key], message=message, fix=fix)
    return hit


_EXAMPLES: Mapping[str, object] = {
    "address": "10.12.34.5/24",
    "device": "eth1",
    "dst": "10.12.0.0/16",
    "links": [{"name": "net1"}, {"name": "net2"}],
    "master": "eth1",
    "miimon": "100",
    "mode": "active-backup",
    "name": "net1",
    "range": "10.12.34.0/24",
    "subnet": "10.12.34.0/24",
    "vrfname": "blue",
}
