"""Why a run of the engine failed, in one message that ends with the cause."""

import re
from collections.abc import Callable, Iterable

from pulumi.automation.events import DiagnosticEvent, EngineEvent

__all__ = ["Failure", "WithoutTraceback", "resource_name"]

# What the engine and the SDK add when something has failed already, and isn't a cause.
_CONSEQUENCE = re.compile(
    r"(preview|update|up|refresh|destroy|resource import) (failed|cancell?ed)\W*"
    r"|.*resource monitor (has terminated|shut ?down|is shutting down).*"
    r"|.*the monitor has shut down.*"
    r"|(BAIL|bail): .*",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*m")
_URN = re.compile(r"urn:pulumi:[^\s'\"`]+[^\s'\"`:,.;)]")
_ADDED = re.compile(r"^(error: |an unhandled error occurred: |Program failed with an )+")
_STACK = "pulumi:pulumi:Stack"
_UNWRITTEN = re.compile(
    r"(/[^\s:]+)[^/\n]*"
    r"(no space left on device|disk quota exceeded|read-only file system)"
)
# A file backend writes beside what it then renames.
_BESIDE = re.compile(r"\.[0-9a-f]+\.tmp$")

_ERROR = re.compile(
    r"^( *)(?:stderr: )?error: (.+(?:\n\1(?! *(?:error|warning|info): | *Traceback ).*\S.*)*)",
    re.MULTILINE,
)
"""An error as the engine prints it: its other lines are indented as its first, or deeper."""


class Failure:
    """The causes among what the engine reports, each once and in the order they came."""

    def __init__(self) -> None:
        self._causes: dict[str, str] = {}

    def hear(self, event: EngineEvent) -> None:
        """Keep an event's error, if it is one and is a cause."""
        told = event.diagnostic_event
        if told is not None and told.severity == "error" and (text := _text(told)):
            self._causes.setdefault(text, _of_resource(told.urn or ""))

    def told(self, printed: str) -> str:
        """The causes; those of the engine's events, or if none came, of what it printed."""
        causes = [name + text for text, name in self._causes.items()]
        return _mended("\n".join(causes or _printed(printed)))


_OF_PROGRAM = "python inline source runtime error: "
"""How the SDK begins to tell what the program has raised (v3.272.0 automation/_server.py)."""


class WithoutTraceback:
    """Passes on the lines that the engine prints, but no traceback of the program.

    A cancelled engine gives the program's calls up, and the SDK tells that as the program's fault.
    """

    def __init__(self, echo: Callable[[str], object]) -> None:
        self._echo = echo
        self._indent = ""

    def __call__(self, line: str) -> None:
        """Pass a line on, or not: what is told of an error is indented as that is, or empty."""
        if self._indent and (not line.strip() or line.startswith(self._indent)):
            return
        if self._indent:
            self._echo("")
        self._echo(line)
        of_program = _OF_PROGRAM in line
        self._indent = " " * (len(line) - len(line.lstrip(" "))) if of_program else ""


def _text(told: DiagnosticEvent) -> str:
    """An error's words, nothing where it only says that something has failed."""
    return _cause(_COLOUR.sub("", told.message))


def _cause(message: str) -> str:
    text = _ADDED.sub("", message.strip())
    return "" if _CONSEQUENCE.fullmatch(text) else text


def _printed(text: str) -> Iterable[str]:
    """The last error in what the engine printed that is a cause; else the last line."""
    said: list[tuple[str, str]] = _ERROR.findall(_COLOUR.sub("", text))
    causes = [cause for indent, one in said if (cause := _cause(one.replace(f"\n{indent}", "\n")))]
    return causes[-1:] or [line.strip() for line in text.strip().splitlines()[-1:]]


def _mended(text: str) -> str:
    """Resources by their names, and a full or read-only disk as what it is."""
    if found := _UNWRITTEN.search(text):
        return f"cannot write {_BESIDE.sub('', found[1])}: {found[2]}"
    return _URN.sub(lambda found: resource_name(found[0]), text)


def _of_resource(urn: str) -> str:
    return "" if not urn or f"::{_STACK}::" in urn else f"{resource_name(urn)}: "


def resource_name(urn: str) -> str:
    """A resource as its stack knows it: `DaemonSet multus-daemonset`."""
    _, _, kind, name = urn.split("::", 3) if urn.count("::") >= 3 else ("", "", "", urn)
    return f"{kind.rpartition('$')[2].rpartition(':')[2]} {name}".strip()
