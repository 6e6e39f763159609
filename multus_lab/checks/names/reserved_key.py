"""NAD007: keys that only the runtime may write."""

from collections.abc import Iterator
from functools import lru_cache

from multus_lab.checks.finding import Severity
from multus_lab.checks.fix import Line
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import Hit, network_rule
from multus_lab.plugins import Placeholder

_RESERVED = ("runtimeconfig", "args")


@lru_cache(maxsize=1024)  # the same few keys stand in thousands of networks
def is_reserved(key: str) -> bool:
    """Whether a key is the runtime's, in whatever case: plugins read it into a struct."""
    lowered = key.lower()
    return lowered in _RESERVED or lowered.startswith("cni.dev/")


def _with_reserved_key(network: Network) -> bool:
    """Those with such a key on top or in a plugin."""
    places = (network.config, *[one.config for one in network.plugins])
    return any(is_reserved(key) for config in places for key in config)


@network_rule(
    "NAD007",
    Severity.RISK,
    "key that the runtime writes",
    among=_with_reserved_key,
    why=(
        "The specification keeps runtimeConfig, args and cni.dev/… for the runtime. Plugins read "
        "them all the same, in any case of letters, so what is written here holds for every pod "
        "until the runtime replaces it: two pods get one address or one MAC."
    ),
    fix=Line("capabilities", {"ips": True}, "and let the pod ask"),
    source=(
        "CNI SPEC.md 1.1.0, section 1; cni v1.3.0 libcni/api.go injectRuntimeConfig; plugins "
        "v1.9.1 macvlan.go, static/main.go, host-local allocator/config.go, as rehearsed"
    ),
    says=(
        "address already in use",
        "requested IP address … is not available in range set …",
    ),
)
def reserved_key(network: Network, _: Lab) -> Iterator[Hit]:
    """Find reserved keys on top and in plugins."""
    beside = network.main.path != ()
    places = {one.path: one.config for one in network.plugins} | {(): network.config}
    for path, config in places.items():
        for key in filter(is_reserved, config):
            if isinstance(value := config[key], Placeholder):
                continue
            does, note = "applies to every pod alike", None
            if not value:
                does, note = "is empty", Severity.NOTE
            elif not path and beside:
                does, note = "no plugin reads it beside `plugins`", Severity.NOTE
            message = f"only the runtime may write `{key}`; here it {does}"
            if note and value:
                message = f"only the runtime may write `{key}`; {does}"
            fix = f"remove {key}" if note else _by_capability(value)
            yield Hit((*path, key), value, message, fix, note)


def _by_capability(value: object) -> Line:
    """The capability by which pods ask for what is written."""
    inside = value.get("cni", value) if isinstance(value, dict) else {}
    asked = "mac" if isinstance(inside, dict) and "mac" in inside else "ips"
    return Line("capabilities", {asked: True}, "and let the pod ask")
