"""A test bed: a real control plane on loopback, with nodes that kwok plays."""

import os
import re
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from multus_lab import cache
from multus_lab.cluster.errors import ClusterError
from multus_lab.processes import living, stop
from multus_lab.programs import KUBERNETES, build
from multus_lab.progress import Progress
from multus_lab.testbed import nodes as bed_nodes
from multus_lab.testbed.errors import TestbedError
from multus_lab.testbed.nodes import MAX_NODES, Node
from multus_lab.testbed.parts import DATA, KUBECONFIG, PARTS
from multus_lab.testbed.pruning import UNUSED_DAYS, prune, summary
from multus_lab.testbed.startup import Startup, connect, log_of, state_of
from multus_lab.testbed.state import State
from multus_lab.testbed.status import Process, Status

__all__ = ["Testbed"]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_DEFAULT_NODES = 3  # the how-to's lab


class Testbed:
    """A control plane and nodes of one's own, reached on 127.0.0.1 alone.

    etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok, at the versions of the
    `kubernetes` group of programs. They go on running when this process ends, until `down`.

    Args:
        folder: where all of it is kept, private to the user; made by `up`.

    """

    __test__ = False  # pytest takes classes by their name

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    @classmethod
    def named(cls, name: str = "default") -> "Testbed":
        """Return the test bed of that name in the cache folder.

        Raises:
            TestbedError: the name isn't lower-case letters, digits and dashes.

        """
        if not _NAME.fullmatch(name):
            raise TestbedError(
                f"a test bed's name is up to 63 lower-case letters, digits and dashes and "
                f"begins with no dash, which {name!r} is not"
            )
        return cls(cache.folder() / "testbeds" / name)

    @property
    def name(self) -> str:
        """The name by which it is spoken of."""
        return self.folder.name

    @property
    def kubeconfig(self) -> Path:
        """The kubeconfig's path; the file is there unless the test bed is down."""
        return self.folder / KUBECONFIG

    @property
    def kubectl_program(self) -> Path:
        """The kubectl of the test bed's release."""
        return build(KUBERNETES) / "kubectl"

    def up(
        self,
        nodes: int | None = None,
        port: int | None = None,
        progress: Progress | None = None,
    ) -> Status:
        """Have it running and ready: the API server, the nodes, the default service account.

        The programs are built first where they aren't yet. What runs is left alone; what has
        ended is started again with the data it had. Where that fails, what this call started is
        stopped again. What the cache has that nothing has used for long is removed.

        Args:
            nodes: how many there are to be, 1 to 256, the control plane included; as many as
                last time where None, and 3 the first time.
            port: the API server's on 127.0.0.1; the one of last time where None, or a free one.
            progress: where to tell what takes longer than two seconds.

        Raises:
            TestbedError: the port is in use.
            ProcessError: a part doesn't start or is never ready.
            BuildError: the programs can't be built.

        """
        if nodes is not None and not 1 <= nodes <= MAX_NODES:
            raise TestbedError(f"a test bed has 1 to {MAX_NODES} nodes, not {nodes}")
        if port is not None and not 1 <= port <= 65535:
            raise TestbedError(f"a port is 1 to 65535, not {port}")
        progress = progress or Progress()
        programs = build(KUBERNETES, progress=progress)
        self._make_folders()
        with (
            cache.lock(
                self.folder / "lock",
                waiting=lambda: progress.line(f"waiting for another run on test bed {self.name}"),
            ),
            progress.task(f"starting test bed {self.name}", delay=2.0) as task,
        ):
            startup = Startup(self.folder, programs, progress, task)
            try:
                changed = self._bring_up(startup, nodes, port)
            except BaseException:
                startup.undo()
                raise
            status = replace(self.status(), changed=changed)
        with suppress(OSError):  # it is up all the same
            if removed := prune(UNUSED_DAYS):
                told = f"removed what nothing has used for {UNUSED_DAYS} days"
                progress.line(f"{told}: {summary(removed)}")
        return status

    def down(self) -> tuple[str, ...]:
        """Stop what it started and remove its data; its logs and its port are kept.

        Returns:
            The parts that ran; none where it was down.

        Raises:
            ProcessError: a process can't be ended.

        """
        if not self.folder.is_dir():
            return ()
        with cache.lock(self.folder / "lock"):
            state = State.load(state_of(self.folder))
            stopped = tuple(
                part
                for part in reversed(PARTS)
                if part in state.processes and stop(part, state.processes[part])
            )
            for name in DATA:
                _remove(self.folder / name)
            State(port=state.port).save(state_of(self.folder))
        return stopped

    def status(self) -> Status:
        """Look at it, and change nothing.

        Raises:
            TestbedError: its state file is damaged.

        """
        state = State.load(state_of(self.folder))
        processes = tuple(self._process(part, state) for part in PARTS)
        running = [each for each in processes if each.pid is not None]
        down = not running and not state.processes
        nodes, problems = ((), []) if down else self._look(state)
        problems = [
            f"{each.name} does not run; its log is {each.log}"
            for each in processes
            if each.pid is None and not down
        ] + problems
        return Status(
            state="down" if down else "broken" if problems else "up",
            changed=False,
            kubeconfig=self.kubeconfig,
            server=f"https://127.0.0.1:{state.port}" if state.port else None,
            nodes=nodes,
            processes=processes,
            problems=tuple(problems),
        )

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """Run the kubectl of the test bed's release against it, and return what it prints.

        Neither the user's kubeconfig nor kubectl's settings and cache in the home folder are
        touched.

        Args:
            arguments: as on its command line, without the leading `kubectl`.
            stdin: what it reads from standard input (`-f -`).

        Raises:
            TestbedError: the test bed is down, or kubectl fails; with what it said.

        """
        if not self.kubeconfig.exists():
            raise TestbedError(f"the test bed {self.name} is down")
        env = {
            **os.environ,
            "KUBECONFIG": str(self.kubeconfig),
            "KUBECACHEDIR": str(self.folder / "home" / ".kube" / "cache"),
            "KUBERC": "off",  # its file of preferences, read by default since Kubernetes 1.34
        }
        done = subprocess.run(
            [self.kubectl_program, *arguments],
            check=False,
            input=stdin or "",
            env=env,
            text=True,
            capture_output=True,
        )
        if done.returncode != 0:
            raise TestbedError(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def _bring_up(self, startup: Startup, asked: int | None, port: int | None) -> bool:
        """Start, fit the nodes and wait; tell whether anything was changed."""
        api = startup.start(port)
        startup.wait("the API server", api.ready)
        count = startup.settle_nodes(asked, default=_DEFAULT_NODES)
        changed = False

        def fit() -> bool:
            nonlocal changed
            changed |= bed_nodes.fit(api, count, KUBERNETES.release)
            return True

        def ready() -> bool:
            return all(node.ready for node in bed_nodes.seen(api))

        def account() -> bool:
            return api.find("ServiceAccount", "default", "default") is not None

        startup.wait("the nodes to be registered", fit)
        startup.wait("the nodes to be Ready", ready)
        startup.wait("the default service account", account)
        return changed or bool(startup.started)

    def _make_folders(self) -> None:
        try:
            self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            # Whoever can look inside is an administrator of the test bed.
            self.folder.chmod(0o700)
            (self.folder / "logs").mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise TestbedError(f"cannot make {self.folder}: {error.strerror}") from error

    def _process(self, part: str, state: State) -> Process:
        record = state.processes.get(part)
        runs = record is not None and living(record) is not None
        return Process(part, record.pid if record and runs else None, log_of(self.folder, part))

    def _look(self, state: State) -> tuple[tuple[Node, ...], list[str]]:
        """Ask the API server for its nodes, and say what is wrong with either."""
        log = log_of(self.folder, "kube-apiserver")
        try:
            found = bed_nodes.seen(connect(self.folder, state.port or 0))
        except (ClusterError, TestbedError):
            return (), [f"the API server does not answer; its log is {log}"]
        problems = [f"node {node.name} is not Ready" for node in found if not node.ready]
        if state.nodes is not None and len(found) != state.nodes:
            problems.append(f"there are {len(found)} nodes, not {state.nodes}")
        return found, problems


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
