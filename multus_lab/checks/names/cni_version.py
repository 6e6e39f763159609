"""NAD005: a cniVersion that a plugin of the chain doesn't take."""

import re
from collections.abc import Iterator, Mapping

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import CNI_VERSIONS, OLD_RESULTS, Placeholder, Record, in_any_case
from multus_lab.versions import OLDEST, Span, shown

_ORDER = {version: index for index, version in enumerate(CNI_VERSIONS)}
_CURRENT = "1.1.0"
"""The version of libcni itself."""


@network_rule(
    "NAD005",
    Severity.ERROR,
    "cniVersion that a plugin of the chain doesn't take",
    why=(
        "A plugin compares the version letter by letter with those it knows. Without a version, or "
        "with 0.1.0 or 0.2.0, it answers in an old form: Multus writes no network-status for it, "
        "and without addresses there is no such form. From a list without a version Multus "
        "detaches nothing, so that host-local's addresses are never given back."
    ),
    fix=Line("cniVersion", "1.0.0"),
    source=(
        "plugins v1.9.1 (version.All, VersionsStartingFrom); cni v1.3.0 pkg/version, types/020, "
        "libcni/conf.go; multus-cni v4.3.0, as rehearsed"
    ),
    says=(
        "incompatible CNI versions; config is …, plugin supports …",
        "cannot convert: no valid IP addresses",
        "invalid cniVersion type …",
        "invalid cniVersions entry …",
    ),
)
def cni_version(network: Network, lab: Lab) -> Iterator[Hit]:
    """Find versions that no plugin takes, or one of the chain doesn't."""
    if not network.plugins or not network.config:
        return
    if wrong := _lacks_version(network) or _unreadable(network):
        yield wrong
        return
    version = _version(network)
    if version is None:
        return
    records = _records(network)
    names = tuple(one.name for one in records)
    # Thousands of networks have the same version and plugins.
    taken, hits = lab.once(("cniVersion", version, names), lambda: _taken(version, records, lab))
    if taken and version in OLD_RESULTS and records:
        yield _old_form(network, version)
    yield from hits


def _taken(version: str, records: list[Record], lab: Lab) -> tuple[bool, list[Hit]]:
    """Whether these plugins take the version, as far as is known, and what is wrong with it."""
    if (version or "0.1.0") not in CNI_VERSIONS:
        return False, [_no_version(version, records)]
    refused = _too_old(version, records) or _beyond(version, records)
    reference = version and any(one.family == "plugins" for one in records)
    newer = _too_new(version, lab) if reference else ()
    return refused is None, [*([refused] if refused else []), *newer]


def _records(network: Network) -> list[Record]:
    """The plugins of which it is known what versions they take."""
    found = []
    for plugin in network.plugins:
        asked = plugin.ipam_record if plugin.asks_ipam else None
        found += [one for one in (plugin.record, asked) if one is not None and one.oldest]
    return found


def _no_version(version: str, records: list[Record]) -> Hit:
    if records:
        first = _ORDER[records[0].oldest]
        last = _ORDER.get(records[0].newest, len(_ORDER))
        takes = ", ".join(one for one, index in _ORDER.items() if first <= index <= last)
        message = f"{records[0].name} refuses it; it takes {takes}"
        return Hit(("cniVersion",), version, message)
    message = f"the CNI specification has no such version; there are {', '.join(CNI_VERSIONS)}"
    return Hit(("cniVersion",), version, message, severity=Severity.RISK)


def _too_old(version: str, records: list[Record]) -> Hit | None:
    newest = max(records, key=lambda one: _ORDER[one.oldest], default=None)
    if newest is None or _ORDER[version or "0.1.0"] >= _ORDER[newest.oldest]:
        return None
    message = f"{newest.name} takes none before {newest.oldest}"
    return Hit(("cniVersion",), version or None, message)


def _beyond(version: str, records: list[Record]) -> Hit | None:
    """A version newer than a plugin's newest; of what its later releases take nothing is known."""
    for one in records:
        if one.newest and _ORDER[version or "0.1.0"] > _ORDER[one.newest]:
            message = f"{one.name} takes none newer than {one.newest}, as far as we know"
            fix = Line("cniVersion", one.newest)
            return Hit(("cniVersion",), version, message, fix, Severity.RISK)
    return None


def _old_form(network: Network, version: str) -> Hit:
    main = network.main
    asks = main.asks_ipam and main.record.link is not None and main.record.link.takes_ipam
    if asks and not network.ipam_type and not isinstance(main.config.get("ipam"), Placeholder):
        message = "pods fail, as this version can't describe a network without addresses"
        return Hit(("cniVersion",), version or None, message)
    message = "Multus writes no network-status for this network; it does from 0.3.0 on"
    return Hit(("cniVersion",), version or None, message, severity=Severity.RISK)


def _too_new(version: str, lab: Lab) -> Iterator[Hit]:
    first = CNI_VERSIONS[version]
    if lab.release is None and first <= OLDEST:
        return
    before = [one for one, since in CNI_VERSIONS.items() if since < first]
    fix = Line("cniVersion", before[-1]) if before else None
    message = f"CNI plugins before {shown(first)} refuse {version}"
    yield Hit(("cniVersion",), version, message, fix, held=Span(before=first))


def _lacks_version(network: Network) -> Hit | None:
    """What becomes of a list that has no version of its own."""
    config = network.config
    if network.main.path == () or config.get("cniVersion") not in (None, ""):
        return None
    other = next((key for key in config if key.lower() == "cniversion" and key != "cniVersion"), "")
    if config.get("cniVersion", "") is None:
        return Hit(("cniVersion",), None, "libcni refuses null as a list's version")
    message = "a list needs it: without, Multus doesn't detach pods from the network"
    if other:
        message = f"libcni spells a list's version `cniVersion`, to the letter; {message}"
        fix = Line("cniVersion", config[other], f"instead of {other}")
        return Hit((other,), config[other], message, fix)
    return Hit(("cniVersion",), None, message)


_NUMBERS = r"(?:[+-]?[0-9]{1,9}(?:\.[+-]?[0-9]{1,9}){0,2})?"
"""What libcni reads as a version; the empty text is 0.1.0 (cni v1.3.0 pkg/version/plugin.go)."""


def _numbers(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in version.split(".")] if version else [0, 1]
    return (*parts, 0, 0)[:3]


def _unreadable(network: Network) -> Hit | None:
    """A version that libcni can't compare with those of `cniVersions` beside it."""
    listed = network.config.get("cniVersions")
    if network.main.path == () or not isinstance(listed, list):
        return None
    written = [(("cniVersions", index), one) for index, one in enumerate(listed)]
    for path, one in [(("cniVersion",), network.config.get("cniVersion")), *written]:
        if one is None or (isinstance(one, str) and not re.fullmatch(_NUMBERS, one)):
            message = "libcni can't read this version, so it refuses the whole list"
            return Hit(path, one, message, Line(path[-1], "1.0.0"))
    return None


def _version(network: Network) -> str | None:
    """The version that plugins are given, "" for none; None if it can't be read yet.

    In a list the highest of `cniVersions` counts, without those of the future (cni v1.3.0
    libcni/conf.go).
    """
    config: Mapping[str, object] = network.config
    if network.main.path == ():
        version = in_any_case(config, "cniVersion")
        return version if isinstance(version, str) else ("" if version is None else None)
    version, listed = config.get("cniVersion"), config.get("cniVersions")
    if not isinstance(version, str):
        return None
    if not isinstance(listed, list):
        return version
    if not all(isinstance(one, str) for one in listed):
        return None
    known = (one for one in (*listed, version) if _numbers(one) <= _numbers(_CURRENT))
    return max(known, key=_numbers, default=version)
