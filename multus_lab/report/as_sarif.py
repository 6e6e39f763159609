"""For code scanning: SARIF 2.1.0 (OASIS, errata 01), one run.

Of the rules it holds those that found something.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from multus_lab.checks import CODES, Code, Severity
from multus_lab.checks.fix import told
from multus_lab.problems import dotted
from multus_lab.report.located import Located, Report, Unreadable

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

_LEVELS = {Severity.ERROR: "error", Severity.RISK: "warning", Severity.NOTE: "note"}


def printed(report: Report) -> str:
    """The report as a SARIF log."""
    codes = sorted({one.finding.code for one in report.findings})
    index = {code: position for position, code in enumerate(codes)}
    driver = {"name": "multus-lab", "rules": [_rule(code, CODES.get(code)) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report.unreadable)],
        "results": [_result(one, index) for one in report.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, entry: Code | None) -> dict[str, Any]:
    if entry is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": entry.why},
        "help": {
            "text": f"{entry.why}\nFix: {told(entry.fix, in_json=False)}\nSource: {entry.source}"
        },
        "defaultConfiguration": {"level": _LEVELS[entry.severity]},
    }


def _invocation(unreadable: Iterable[Unreadable]) -> dict[str, Any]:
    notes = [
        {
            "level": "error",
            "message": {"text": one.message},
            "locations": [_location(one.file, one.line, one.column)],
        }
        for one in unreadable
    ]
    return {"executionSuccessful": not notes, "toolExecutionNotifications": notes}


def _result(one: Located, index: dict[str, int]) -> dict[str, Any]:
    finding = one.finding
    path = dotted(finding.path)
    spot = one.spot
    file = spot.source.file
    location = _location(file, spot.line, spot.column)
    location["logicalLocations"] = [{"fullyQualifiedName": path, "kind": "value"}]
    fingerprint = "\0".join((finding.code, file, finding.network, path))
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}\nFix: {finding.fix}".removesuffix("\nFix: ")},
        "locations": [location],
        "partialFingerprints": {"place/v1": _hash(fingerprint)},
        "properties": {
            "severity": finding.severity.value,
            "stack": spot.source.stack,
            "network": finding.network,
            "value": finding.value,
            "fix": finding.fix,
        },
    }
    if one.related:
        result["relatedLocations"] = [
            {
                "id": number,
                **_location(other.source.file, other.line, other.column),
                "message": {"text": other.message},
            }
            for number, other in enumerate(one.related)
        ]
    if finding.accepted is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.accepted}]
    return result


def _location(file: str, line: int, column: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(file.replace("\\", "/"))}}
    if line:
        physical["region"] = {"startLine": line, "startColumn": column}
    return {"physicalLocation": physical}


def _hash(text: str) -> str:
    return sha256(text.encode(errors="backslashreplace")).hexdigest()[:32]
