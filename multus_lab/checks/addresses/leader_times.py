"""What whereabouts asks of the times of its leader election."""

from collections.abc import Iterator, Mapping
from typing import Any

from multus_lab.checks.finding import Severity
from multus_lab.checks.network import Network
from multus_lab.checks.rule import Hit
from multus_lab.plugins import number
from multus_lab.plugins.kinds import INT
from multus_lab.plugins.whereabouts import RECORD

_DEFAULTS = {
    key: number(RECORD.keys.keys[key].default)
    for key in ("leader_lease_duration", "leader_renew_deadline", "leader_retry_period")
}
"""Milliseconds, which stand in for 0 too (pkg/types/types.go, pkg/config LoadIPAMConfig)."""

LEADER = frozenset(_DEFAULTS)
"""The keys."""

_FIX = (
    "keep leader_lease_duration above leader_renew_deadline, and that above 1.2 times "
    "leader_retry_period, as 1500, 1000 and 500 are, the defaults"
)


def leader_times(network: Network) -> Iterator[Hit]:
    """Find times with which there is no election: whereabouts goes on without one, and crashes.

    client-go v0.34.1 tools/leaderelection NewLeaderElector refuses them. What isn't written the
    node's whereabouts.conf may have, or it is the default.
    """
    ipam = network.main.ipam
    if any(key in ipam and not INT.fits(ipam[key]) for key in LEADER):
        return  # rendered later, or of another kind, which is found
    lease, renew, retry = (number(ipam.get(key)) or value for key, value in _DEFAULTS.items())
    for key, value in zip(_DEFAULTS, (lease, renew, retry), strict=True):
        if value < 0:
            yield _hit(network, f"{key} {value} is below 0", key)
            return
    if lease <= renew:
        message = f"leader_lease_duration {lease} isn't above leader_renew_deadline {renew}"
        yield _hit(network, message, "leader_lease_duration", "leader_renew_deadline")
    if 10 * renew <= 12 * retry:
        message = f"leader_renew_deadline {renew} isn't above 1.2 times leader_retry_period {retry}"
        yield _hit(network, message, "leader_renew_deadline", "leader_retry_period")


def _hit(network: Network, message: str, *keys: str) -> Hit:
    ipam: Mapping[str, Any] = network.main.ipam
    written = [key for key in keys if number(ipam.get(key))]
    unwritten = [key for key in keys if key not in written]
    default = f" ({unwritten[0]} by default)" if unwritten else ""
    return Hit(
        (*network.ipam_path, written[0]),
        ipam[written[0]],
        f"{message}{default}; whereabouts crashes, and every pod fails",
        fix=_FIX,
        severity=Severity.RISK if unwritten else None,
    )
