"""What a run does while the engine waits for the daemon."""

import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pulumi.automation import CommandResult
from pulumi.automation.errors import CommandError
from pulumi.automation.events import EngineEvent, OpType

from multus_lab.cluster.client import Cluster
from multus_lab.cluster.errors import UnavailableError
from multus_lab.cluster.objects import Key
from multus_lab.engine import rollout
from multus_lab.engine.command import Command
from multus_lab.engine.rollout import COUNTER, DAEMON_SET, Rollout, UnreadyError, installed
from multus_lab.settings import Multus, Whereabouts
from multus_lab.settings.node_plugins import DHCP_DAEMON_SET
from multus_lab.status.daemon import Daemon
from multus_lab.status.patience import Patience

TYPE = "kubernetes:apps/v1:DaemonSet"
DAEMON = Key("DaemonSet", "kube-system", DAEMON_SET)
READY = Daemon(DAEMON, 2, 2, settled=True)
STUCK = Daemon(DAEMON, 2, 1, False, frozenset({"a"}), 0, (("b", "no image"),), (("c", "tainted"),))


class Engine:
    """Plays the command, and the engine that it cancels."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self.cancelled = threading.Event()

    def cancel(self) -> bool:
        self.cancelled.set()
        return True


def event(
    kind: str, op: OpType = OpType.UPDATE, type_: str = TYPE, name: str = DAEMON_SET
) -> EngineEvent:
    found = EngineEvent(sequence=0, timestamp=0)
    new = SimpleNamespace(inputs={"metadata": {"name": name}})
    metadata = SimpleNamespace(op=op, type=type_, new=new)
    setattr(found, kind, SimpleNamespace(metadata=metadata))
    return found


BEGUN, DONE = event("resource_pre_event"), event("res_outputs_event")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(rollout, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(rollout, "_SAY_SECONDS", 0.0)
    return Engine()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a twentieth of `readyTimeout`, where it ends for nothing going on."""
    monkeypatch.setattr(rollout, "Patience", lambda seconds, now: Patience(seconds / 20, now))


def waiting(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, look: Any, said: list[str] | None = None
) -> Rollout:
    """A rollout of a daemon of which each look is given; the last one stays."""
    looks = list(look)

    def seen(*_: Any, **__: Any) -> Daemon | None:
        found = looks.pop(0) if len(looks) > 1 else looks[0]
        if isinstance(found, Exception):
            raise found
        return cast("Daemon | None", found)

    monkeypatch.setattr(rollout, "look", seen)
    multus = Multus(ready_timeout="1s")
    say = (said if said is not None else []).append
    return Rollout(installed(multus), cast("Cluster", None), cast("Command", engine), say)


def cancelled(engine: Engine, one: Rollout, begun: EngineEvent = BEGUN) -> None:
    """Change the daemon as the engine does, which waits until it is cancelled, and fails."""
    with one.awaited():
        one.hear(begun)
        assert engine.cancelled.wait(30)
        raise CommandError(CommandResult("", "error: update failed", 255))


def failed(one: Rollout) -> None:
    """Change the daemon as the engine does, which fails at once."""
    with one.awaited():
        one.hear(BEGUN)
        raise CommandError(CommandResult("", "error: forbidden", 255))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("look", "lines"),
    [
        pytest.param(
            [READY, STUCK],
            [
                f"{DAEMON}: 1 of 2 pods ready, and no further one within 1s:",
                "  it does not run on c: tainted",
                "  b: no image",
            ],
            id="ready-before-it-is-changed",
        ),
        pytest.param([None], [f"{DAEMON} is not there"], id="never-there"),
        pytest.param([UnavailableError("it is away")], ["it is away"], id="no-answer"),
    ],
)
def test_it_cancels_what_does_not_go_on(
    engine: Engine, look: list[Any], lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    one = waiting(engine, monkeypatch, look, said)
    with pytest.raises(UnreadyError) as error:
        cancelled(engine, one)
    assert str(error.value).splitlines() == lines
    assert said


def test_what_goes_wrong_in_the_watch_ends_the_run(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = waiting(engine, monkeypatch, [KeyError("status")])
    with pytest.raises(KeyError):
        cancelled(engine, one)


def test_a_failure_of_the_engine_s_own_stays_its_own(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = waiting(engine, monkeypatch, [STUCK])
    with pytest.raises(CommandError, match="forbidden"):
        failed(one)


@pytest.mark.parametrize(
    "other",
    [
        event("resource_pre_event", OpType.REFRESH),
        event("resource_pre_event", OpType.SAME),
        event("resource_pre_event", type_="kubernetes:core/v1:ConfigMap"),
        event("resource_pre_event", name="kube-proxy"),
    ],
    ids=["refresh", "same", "another resource", "another daemon"],
)
def test_it_watches_a_daemon_that_changes_alone(
    engine: Engine, other: EngineEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = waiting(engine, monkeypatch, [READY])
    (waits,) = one._sets.values()
    one.hear(other)
    assert waits._thread is None
    with one.awaited():
        one.hear(BEGUN)
        one.hear(DONE)
        assert waits._thread is not None


def test_in_the_end_it_waits_for_what_the_engine_has_not(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    with waiting(engine, monkeypatch, [STUCK, STUCK, READY], said).awaited():
        pass
    assert said[0].startswith(f"{DAEMON}: 1 of 2 pods ready (")
    assert said[1] == "  b: no image"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("last", "line"),
    [
        pytest.param(Daemon(DAEMON, 0, 0, True), f"{DAEMON} wants no pod on any node", id="none"),
        pytest.param(STUCK, "  b: no image", id="stuck"),
    ],
)
def test_in_the_end_it_fails_if_it_runs_too_little(
    engine: Engine, last: Daemon, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnreadyError) as error, waiting(engine, monkeypatch, [last]).awaited():
        pass
    assert str(error.value).splitlines()[-1] == line


def test_in_the_end_it_lists_where_it_does_not_run(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    without = Daemon(DAEMON, 2, 2, True, without=(("c", "tainted"), ("d", "tainted")))
    with waiting(engine, monkeypatch, [without], said).awaited():
        pass
    assert said == [f"{DAEMON}: 2 of 2 pods ready; it does not run on", "  c, d: tainted"]


def test_a_signal_ends_the_waiting(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with waiting(engine, monkeypatch, [STUCK]).awaited():
        engine.signal = 2


DHCP = {"image": "registry.lab/plugins:v1.9.1"}


@pytest.mark.usefixtures("impatient")
def test_the_daemon_of_dhcp_is_awaited_too(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    dhcp = Key("DaemonSet", "kube-system", DHCP_DAEMON_SET)
    states = {DAEMON: READY, dhcp: Daemon(dhcp, 2, 0, False, troubles=(("a", "no image"),))}
    monkeypatch.setattr(rollout, "look", lambda _, key, *__, **___: states[key])
    multus = Multus.model_validate({"ready_timeout": "1s", "dhcp_daemon": DHCP})
    one = Rollout(installed(multus), cast("Cluster", None), cast("Command", engine), print)
    with pytest.raises(UnreadyError) as error:
        cancelled(engine, one, event("resource_pre_event", OpType.CREATE, name=DHCP_DAEMON_SET))
    assert str(error.value).splitlines() == [
        f"{dhcp}: 0 of 2 pods ready, and no further one within 1s:",
        "  a: no image",
    ]


@pytest.mark.usefixtures("impatient")
def test_whereabouts_is_waited_for_likewise(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Key("DaemonSet", "net", COUNTER)
    looked: list[Key] = []

    def seen(_: Any, key: Key, *__: Any, **___: Any) -> Daemon:
        looked.append(key)
        return Daemon(key, 1, 0, settled=False, troubles=(("b", "no image"),))

    monkeypatch.setattr(rollout, "look", seen)
    told = Whereabouts(namespace="net", ready_timeout="1s")
    sets = installed(Multus(install=False), told)
    one = Rollout(sets, cast("Cluster", None), cast("Command", engine), lambda _: None)
    with pytest.raises(UnreadyError, match=f"{counter}: 0 of 1 pods ready"):
        cancelled(engine, one, event("resource_pre_event", OpType.CREATE, name=COUNTER))
    assert set(looked) == {counter}
    assert installed(Multus(install=False), Whereabouts(install=False)) == {}
