"""For programs: one JSON object, whose `findings` each say all that is known of them."""

import json
from typing import Any

from multus_lab.problems import dotted
from multus_lab.report.located import Located, Report


def printed(report: Report) -> str:
    """The report as one JSON object."""
    value = {
        "findings": [_finding(one) for one in report.findings],
        "unreadable": [
            {
                "file": one.file,
                "line": one.line or None,
                "column": one.column or None,
                "message": one.message,
            }
            for one in report.unreadable
        ],
        "empty": [{"file": file, "kinds": list(kinds)} for file, kinds in report.empty],
        "summary": {
            "stacks": report.stacks,
            "manifests": report.manifests,
            "networks": report.networks,
            **report.counts(),
            "refused": report.exit_code != 0,
        },
    }
    return json.dumps(value, indent=2) + "\n"


def _finding(one: Located) -> dict[str, Any]:
    finding = one.finding
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "stack": one.spot.source.stack or None,
        "file": one.spot.source.file,
        "network": finding.network,
        "path": dotted(finding.path),
        "line": one.spot.line,
        "column": one.spot.column,
        "value": finding.value,
        "message": finding.message,
        "fix": finding.fix,
        "accepted": finding.accepted,
        "related": [
            {
                "file": spot.source.file,
                "line": spot.line,
                "column": spot.column,
                "message": spot.message,
            }
            for spot in one.related
        ],
    }
