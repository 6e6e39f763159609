"""How the rules themselves look: in a list, one explained, and as the page docs/rules.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from multus_lab.attachment import ACCEPT
from multus_lab.checks import Code, every_code
from multus_lab.checks.fix import told

_FAMILIES = {
    "ACC": "Accepting findings",
    "IPA": "Addresses",
    "LIF": "What pods and clusters live through",
    "LNK": "The link under a network",
    "MUL": "The Multus daemon and whereabouts",
    "NAD": "Shape and names",
    "RTE": "Routes",
    "SET": "A stack's settings",
    "WIR": "Seen in rehearsals alone",
    "XST": "Between stacks",
}

_HEAD = """\
# Rules

<!-- Generated from the code and its test cases: python -m tests.rules_page > docs/rules.md -->

`multus-lab check` and every `pulumi preview` judge networks by these rules. **Errors** block: the
network is certain to fail or to collide. **Risks** block until somebody
[accepts](#accepting-findings) them with a reason; after that they are warnings. **Notes** never
block. A finding can weigh more or less than its rule's own severity, if what is known of the zone
and the cluster decides it: what holds only for some releases of the CNI plugins is a note until
`cluster.cniPlugins` names the release. `multus-lab check --explain CODE` prints one rule.

Each rule shows a network that it finds something in, what `check` prints, and a neighbour with
which it has no quarrel. "A cluster says" quotes the plugin, Multus, the API server or the kernel
as rehearsals hear them (`multus-lab rehearse`); `…` stands for what differs.
"""

_INTRODUCED = {
    "ACC": f"""\
A stack accepts a finding where its network, its zone or the stack as a whole says
`accept: {{CODE: reason}}`. In a manifest an annotation of the network does; its text is that
mapping in YAML or JSON:

```yaml
metadata:
  annotations:
    {ACCEPT}: '{{RTE301: the pods have no other network}}'
```

`up` and `render` write that annotation with what the stack, its zone and the network itself accept
of the network, so that a rendered manifest is checked as its stack is. Without the stack's zone and
cluster some findings aren't there; their accepts are notes then (ACC001).

Most errors can be accepted too: a fork or a newer plugin may know better. They stay warnings in
every run. What settings refuse (SET001), what two stacks would undo to each other (XST503 to
XST505), and what only a rehearsal sees (WIR), can't be accepted. A code that no rule has is an
error, and so is an empty reason.
"""
}
"""What is said of a family before its rules."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a rule finds something in, what `check` prints of it, and a neighbour that it spares."""

    bad: str
    output: str
    good: str


def listed() -> str:
    """Every code with its severity and title, one per line."""
    return "".join(f"{one.code}  {one.severity.value:5}  {one.title}\n" for one in _codes())


def explained(code: str) -> str | None:
    """All that is known of a code, or None where no rule has it."""
    one = every_code().get(code.upper())
    if one is None:
        return None
    return (
        f"{one.code} ({one.severity.value}): {one.title}\n\n"
        f"why:    {one.why}\n"
        + "".join(f"says:   {words}\n" for words in one.says)
        + f"fix:    {told(one.fix, in_json=False)}\n"
        f"source: {one.source}\n"
    )


def page(examples: Mapping[str, Example]) -> str:
    """docs/rules.md, with an example for each code that has one."""
    parts = [_HEAD]
    for family, codes in groupby(_codes(), lambda one: one.code[:3]):
        found = list(codes)
        parts.append(f"## {_FAMILIES.get(family, family)}\n")
        if family in _INTRODUCED:
            parts.append(_INTRODUCED[family])
        parts.append("| code | severity | |\n| --- | --- | --- |")
        parts += [
            f"| [{one.code}](#{one.code.lower()}) | {one.severity.value} | {_cell(one.title)} |"
            for one in found
        ]
        parts.append("")
        parts += [_section(one, examples.get(one.code)) for one in found]
    return "\n".join(parts)


def _codes() -> list[Code]:
    return [one for _, one in sorted(every_code().items())]


def _section(one: Code, example: Example | None) -> str:
    shown = "" if example is None else _shown(example)
    return (
        f"### {one.code}\n\n"
        f"**{one.title}** ({one.severity.value})\n\n"
        f"{one.why}\n\n"
        f"{shown}"
        f"{_said(one)}"
        f"Fix:\n\n{_fenced(told(one.fix, in_json=False))}\n\n"
        f"Source: {one.source}\n"
    )


def _shown(example: Example) -> str:
    return (
        f"{_fenced(example.bad, 'yaml')}\n\n"
        f"`check` prints:\n\n{_fenced(example.output)}\n\n"
        f"Use instead:\n\n{_fenced(example.good, 'yaml')}\n\n"
    )


def _fenced(text: str, language: str = "") -> str:
    fence = "`" * (3 if "```" not in text else 4)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _said(one: Code) -> str:
    words = "".join(f"- `{each}`\n" for each in one.says)
    return f"A cluster says:\n\n{words}\n" if words else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
