"""What a log says of why its program has ended, and what is left of a session."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from multus_lab.processes import end_session, reason

PANIC = """panic: {message}

goroutine 1 [running]:
go.uber.org/zap/zapcore.CheckWriteAction.OnWrite(0x2?, 0x1?)
\tgo.uber.org/zap@v1.27.0/zapcore/entry.go:196 +0x78
main.main()
\tgo.etcd.io/etcd/server/v3/main.go:31 +0x28
"""
ZAP = (
    '{"level":"panic","ts":"2026-11-26T15:00:00Z","caller":"backend/backend.go:219",'
    '"msg":"failed to open database","path":"etcd/member/snap/db","error":"no space left on '
    'device","stacktrace":"go.etcd.io/etcd/server"}\n'
)
KLOG = "1126 15:00:00.000000    4711 run.go:72] "


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("", []),
        ("one\ntwo\nthree\n", ["two", "three"]),
        (
            ZAP + PANIC.format(message="failed to open database"),
            ["failed to open database: no space left on device"],
        ),
        (
            ZAP.replace("panic", "warn") + PANIC.format(message="index out of range"),
            ["index out of range"],
        ),
        (
            f'I{KLOG}starting\nE{KLOG}"command failed" err="open \\"t\\": no such file"\n',
            ['command failed: open "t": no such file'],
        ),
        (f'E{KLOG}"Unhandled Error" err="a" logger="UnhandledError"\n', ["Unhandled Error: a"]),
        (f'E{KLOG}"not ready" check="etcd" err="refused"\n', ["not ready: refused"]),
        (f"F{KLOG}plain words\nI{KLOG}ending\n", ["plain words"]),
        ("Usage:\n  etcd\n\nError: unknown flag: --x\n", ["unknown flag: --x"]),
        (
            "fatal error: all goroutines are asleep\n\ngoroutine 1 [x]:\n\tmain.go:1\n",
            ["all goroutines are asleep"],
        ),
        ("{not json\n", ["{not json"]),
        (f"Error: {'x' * 400}\n", ["x" * 300]),
    ],
)
def test_the_reason_is_the_error(log: str, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "log").write_text(log)
    assert reason(tmp_path / "log") == expected


FAMILY = """
import subprocess, sys
# As the engine starts a plugin: in a process group of its own.
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], process_group=0)
print("started", flush=True)
{then}
"""


@pytest.mark.parametrize("then", ["import time; time.sleep(600)", "pass"], ids=["led", "orphaned"])
def test_a_session_is_ended_whole(then: str) -> None:
    leader = subprocess.Popen(
        [sys.executable, "-c", FAMILY.format(then=then)],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert leader.stdout is not None
    assert leader.stdout.readline() == b"started\n"
    if then == "pass":
        leader.wait()
    assert end_session(leader.pid)
    # Their common output ends when the last of them has.
    assert leader.stdout.read() == b""
    leader.wait()
    assert not end_session(leader.pid)
    assert os.getsid(0) != leader.pid
