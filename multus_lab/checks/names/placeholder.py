"""NAD013: a placeholder that is filled in later, such as `${MTU}`."""

from collections.abc import Iterator

from multus_lab.checks.among import untyped
from multus_lab.checks.finding import Finding, Path, Severity
from multus_lab.checks.network import Lab, Network
from multus_lab.checks.rule import CODES, Hit, network_rule
from multus_lab.plugins import Placeholder

_CODE = "NAD013"
_FIX = "render the file first (flux build, kustomize build, envsubst), and check the result"


@network_rule(
    _CODE,
    Severity.NOTE,
    "placeholder that is filled in later",
    among=untyped,
    why=(
        "Flux, Kustomize and envsubst replace `${…}` before the network reaches a cluster. Nothing "
        "that depends on such a value is checked here."
    ),
    fix=_FIX,
    source="Flux post-build variable substitution; envsubst(1)",
)
def placeholder(network: Network, _: Lab) -> Iterator[Hit]:
    """Find the first placeholder of a network: in its name, configuration or annotations."""
    if "${" in network.label:
        key, text = ("namespace", network.namespace)
        if "${" not in text:
            key, text = ("generateName" if network.generated else "name", network.name)
        yield Hit((key,), text, _message(text), in_metadata=True)
        return
    if network.later and (found := _first(network.config)) is not None:
        path, text = found
        yield Hit(path, text, _message(text))
        return
    annotations = network.settings.get("annotations") if network.in_json else None
    for key, text in annotations.items() if isinstance(annotations, dict) else ():
        if isinstance(text, str) and "${" in text:
            yield Hit(("annotations", key), text, _message(text), in_metadata=True)
            return


def rendered_later(label: str, path: Path, text: str, source: int) -> Finding:
    """The finding of a network that can't be read before `text`, at `path`, is filled in."""
    code = CODES[_CODE]
    return Finding(
        code.code,
        code.severity,
        label,
        path,
        text,
        f"{text} is a placeholder: render it first; nothing of this network is checked before",
        _FIX,
        source=source,
    )


def _message(text: str) -> str:
    return f"{text} is a placeholder: render it first; nothing is checked that depends on it"


def _first(value: object) -> tuple[Path, str] | None:
    """The first placeholder in a configuration, in its order."""
    pending: list[tuple[Path, object]] = [((), value)]
    while pending:
        path, one = pending.pop()
        if isinstance(one, Placeholder):
            return path, one.text
        if isinstance(one, dict):
            parts = one.items()
            if (key := next((key for key in one if "${" in key), None)) is not None:
                return (*path, key), key
            pending += (((*path, key), part) for key, part in reversed(parts))
        elif isinstance(one, list):
            pending += (((*path, index), part) for index, part in reversed(list(enumerate(one))))
    return None
