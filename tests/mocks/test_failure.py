"""What the last line of a failed run says."""

import pytest
from pulumi.automation.events import DiagnosticEvent, EngineEvent

from multus_lab.engine.failure import Failure, WithoutTraceback, resource_name

STACK = "urn:pulumi:dev::multus-lab::pulumi:pulumi:Stack::multus-lab-dev"
DAEMON = (
    "urn:pulumi:dev::multus-lab::multus-lab:multus:Multus$kubernetes:apps/v1:DaemonSet"
    "::multus-daemonset"
)
NAME = "DaemonSet multus-daemonset"


def told(*errors: tuple[str, str], printed: str = "", severity: str = "error") -> str:
    failure = Failure()
    for number, (urn, message) in enumerate(errors):
        event = DiagnosticEvent(message, "never", severity, urn=urn)
        failure.hear(EngineEvent(number, 0, diagnostic_event=event))
    return failure.told(printed)


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([(DAEMON, "it is forbidden\n")], f"{NAME}: it is forbidden"),
        ([(STACK, "update failed"), (DAEMON, "it is forbidden")], f"{NAME}: it is forbidden"),
        ([(DAEMON, "it is forbidden"), (STACK, "update failed\n")], f"{NAME}: it is forbidden"),
        (
            [
                (STACK, "Resource monitor has terminated, shutting down"),
                (DAEMON, "one"),
                (DAEMON, "one"),
                (STACK, "preview failed"),
                ("", "two"),
            ],
            f"{NAME}: one\ntwo",
        ),
        ([(STACK, "update failed: no disk")], "update failed: no disk"),
        ([("", f"creating {DAEMON}: timed out")], f"creating {NAME}: timed out"),
        ([(STACK, "the checks refuse the stack:\na\nb")], "the checks refuse the stack:\na\nb"),
        (
            [("", "<{%fg 1%}>error: <{%reset%}>an unhandled error occurred: no zone")],
            "no zone",
        ),
        (
            [
                (
                    DAEMON,
                    "post-step event returned an error: failed to save snapshot: An IO error "
                    'occurred while writing the new snapshot file: blob (key ".pulumi/dev.json") '
                    "(code=Unknown): write /a/b/dev.json.18eba414f9578cb0.tmp: no space left on "
                    "device",
                )
            ],
            "cannot write /a/b/dev.json: no space left on device",
        ),
    ],
)
def test_the_cause_is_told(errors: list[tuple[str, str]], expected: str) -> None:
    assert told(*errors) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("\n code: 255\n stdout: \n stderr: error: no such stack\n", "no such stack"),
        ("error: could not read it\nerror: update failed\n", "could not read it"),
        ("error: the first\nerror: the second\n", "the second"),
        ("  error: two\n  lines\nwarning: x\n", "two\nlines"),
        ("no error in it\n and an end\n", "and an end"),
        ("error: failed at urn:pulumi:dev::p::a:b:C::d.\n", "failed at C d."),
        (
            "error: 2 errors occurred:\n"
            "    1) open /a/locks/7.json.18ebca651f2c1569.tmp: read-only file system\n"
            "    2) Unknown\n",
            "cannot write /a/locks/7.json: read-only file system",
        ),
        (
            "error: could not save: open /a/Pulumi.lab.yaml: read-only file system\n",
            "cannot write /a/Pulumi.lab.yaml: read-only file system",
        ),
    ],
)
def test_without_events_what_was_printed_is_told(printed: str, expected: str) -> None:
    assert told(printed=printed) == expected


def test_a_warning_is_no_cause() -> None:
    assert told((DAEMON, "deprecated"), printed="error: real", severity="warning") == "real"


@pytest.mark.parametrize(
    ("urn", "expected"),
    [(DAEMON, NAME), (STACK, "Stack multus-lab-dev"), ("other", "other")],
)
def test_a_resource_by_its_name(urn: str, expected: str) -> None:
    assert resource_name(urn) == expected


CANCELLED = """\
Diagnostics:
  pulumi:pulumi:Stack (multus-lab-dev):
    error: update canceled
    error: python inline source runtime error: context canceled
    Traceback (most recent call last):
      File "resource.py", line 1340, in do_rpc_call
    grpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with:
    \tstatus = StatusCode.CANCELLED
    >

    During handling of the above exception, another exception occurred:

    Traceback (most recent call last):
      File "_server.py", line 95, in run
    Exception: context canceled

Outputs:
    multus: "v4.3.1"

Resources:
    1 errored"""


def test_a_cancelled_run_prints_no_traceback() -> None:
    said: list[str] = []
    echo = WithoutTraceback(said.append)
    for line in CANCELLED.splitlines():
        echo(line)
    before, behind = CANCELLED.split("    Traceback", 1)[0], CANCELLED.split("canceled\n\n")[1]
    assert "\n".join(said) == f"{before}\n{behind}"
