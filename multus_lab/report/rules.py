"""How the rules themselves look: in a list, one explained, and as the page docs/rules.md.

`python -m multus_lab.report.rules` prints the page.
"""

import sys
from itertools import groupby

from multus_lab.checks.catalogue import Entry, catalogue
from multus_lab.manifests import ACCEPT

_FAMILIES = {
    "ACC": "Accepting risks",
    "IPA": "Addresses",
    "LIF": "What pods and clusters live through",
    "LNK": "The link under a network",
    "NAD": "Shape and names",
    "RTE": "Routes",
    "SET": "A stack's settings",
    "XST": "Between stacks",
}

_HEAD = """\
# Rules

<!-- Generated from the code: python -m multus_lab.report.rules > docs/rules.md -->

`multus-lab check` and every `pulumi preview` judge networks by these rules. An **error** is certain
to fail or to collide, and is refused. A **risk** is silent or likely wrong, and is refused until it
is [accepted](#accepting-risks) with a reason; then it is a warning. A **note** is told and never in
the way. Some findings of a rule weigh more or less than the rule's own severity, where what is
known of the zone decides it. `multus-lab check --explain CODE` prints one.

What a cluster says of a network that is refused, by plugin, Multus, API server or kernel, is quoted
from rehearsals (`multus-lab rehearse`); `…` stands for what differs.
"""

_INTRODUCED = {
    "ACC": f"""\
A stack accepts a risk where its network, its zone or the stack as a whole says
`accept: {{CODE: reason}}`. In a manifest an annotation of the network does, whose text is that
mapping in YAML or JSON:

```yaml
metadata:
  annotations:
    {ACCEPT}: '{{RTE301: the pods have no other network}}'
```

An error can't be accepted. A code that no rule has is refused, and so is an empty reason.
"""
}
"""What is said of a family before its rules."""


def listed() -> str:
    """Every code with its severity and title, one a line."""
    return "".join(
        f"{entry.code}  {entry.severity.value:5}  {entry.title}\n" for entry in catalogue().values()
    )


def explained(code: str) -> str | None:
    """All that is known of a code, or None where no rule has it."""
    entry = catalogue().get(code.upper())
    if entry is None:
        return None
    return (
        f"{entry.code} ({entry.severity.value}): {entry.title}\n\n"
        f"why:    {entry.why}\n"
        + "".join(f"says:   {one}\n" for one in entry.says)
        + f"fix:    {entry.fix}\n"
        f"source: {entry.source}\n"
    )


def page() -> str:
    """docs/rules.md."""
    parts = [_HEAD]
    for family, entries in groupby(catalogue().values(), lambda entry: entry.code[:3]):
        found = list(entries)
        parts.append(f"## {_FAMILIES.get(family, family)}\n")
        if family in _INTRODUCED:
            parts.append(_INTRODUCED[family])
        parts.append("| code | severity | |\n| --- | --- | --- |")
        parts += [
            f"| [{one.code}](#{one.code.lower()}) | {one.severity.value} | {_cell(one.title)} |"
            for one in found
        ]
        parts.append("")
        parts += map(_section, found)
    return "\n".join(parts)


def _section(entry: Entry) -> str:
    fence = "`" * (3 if "```" not in entry.fix else 4)
    return (
        f"### {entry.code}\n\n"
        f"**{entry.title}** ({entry.severity.value})\n\n"
        f"{entry.why}\n\n"
        f"{_said(entry)}"
        f"Fix:\n\n{fence}\n{entry.fix}\n{fence}\n\n"
        f"Source: {entry.source}\n"
    )


def _said(entry: Entry) -> str:
    words = "".join(f"- `{one}`\n" for one in entry.says)
    return f"A cluster says:\n\n{words}\n" if words else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
