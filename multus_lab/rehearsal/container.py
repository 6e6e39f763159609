"""A container of a node: a root folder, and what is mounted there for its processes alone."""

import shlex
from pathlib import Path

from multus_lab.rehearsal.commands import within
from multus_lab.rehearsal.layout import inside

USERS = "root:x:0:0:root:/root:/bin/sh\n"

_FOLDERS = ("dev", "etc", "proc", "run", "tmp", "var")
_OF_THE_MACHINE = ("usr", "etc/alternatives")
_LINKS = ("bin", "lib", "lib64", "sbin")
_PROPAGATION = {None: "rprivate", "HostToContainer": "rslave", "Bidirectional": "rshared"}
"""How the node's mounts come and go in a container (`mountPropagation`, as the kubelet has it)."""


class Container:
    """A container's root in a folder, with what each command that is run there finds mounted."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self._lines = ["set -e"]
        for name in _FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.link("var/run", "/run")
        (folder / "etc/passwd").write_text(USERS)
        self.bind_file(Path("/dev/null"), "dev/null")
        # The kernel's own settings stay as they are; those of the network are the namespace's.
        proc = shlex.quote(str(folder / "proc"))
        self._lines += [
            f"mount -t proc proc {proc}",
            f"mount --rbind {proc}/sys {proc}/sys",
            f"mount -o remount,bind,ro {proc}/sys",
            f"mount --rbind {proc}/sys/net {proc}/sys/net",
            f"mount -o remount,bind,rw {proc}/sys/net",
        ]

    def write(self, path: str, text: str) -> None:
        """Have a file in it."""
        file = inside(self.root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def link(self, path: str, target: str | Path) -> None:
        """Have a symbolic link in it."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.is_symlink():
            place.symlink_to(target)

    def bind(
        self, source: Path, path: str, mode: str = "ro", propagation: str | None = None
    ) -> None:
        """Have a folder at a path of it; `mode` is rw or ro, `propagation` as a mount has it."""
        target = shlex.quote(str(inside(self.root, path)))
        how = f"--make-{_PROPAGATION[propagation]}"
        self._lines += [
            f"mkdir -p {target}",
            f"mount --rbind {how} {shlex.quote(str(source))} {target}",
            *([f"mount -o remount,bind,ro {target}"] if mode == "ro" else []),
        ]

    def bind_file(self, source: Path, path: str) -> None:
        """Have a file at a path of it."""
        target = shlex.quote(str(inside(self.root, path)))
        self._lines += [
            f"mkdir -p {shlex.quote(str(inside(self.root, path).parent))}",
            f"touch {target}",
            f"mount --bind {shlex.quote(str(source))} {target}",
        ]

    def bind_machine(self, shell: str = "") -> None:
        """Have this machine's programs in it, for those of an image; `shell` is its /bin/sh."""
        for name in _OF_THE_MACHINE:
            if (Path("/") / name).is_dir():
                self.bind(Path("/") / name, name)
        for name in _LINKS:
            theirs = Path("/") / name
            if shell and name == "bin":
                self.link("bin/sh", shell)
            elif theirs.is_symlink():
                self.link(name, theirs.readlink())
            elif theirs.is_dir():
                self.bind(theirs, name)

    def command(self, netns: Path, *words: str | Path) -> list[str]:
        """The command, run in it and in a network namespace; its mounts end with it."""
        command = shlex.join(map(str, ("chroot", self.root, *words)))
        script = "\n".join([*self._lines, f"exec {command}"])
        unshared = ("unshare", "--mount", "--propagation", "unchanged", "--", "sh", "-c", script)
        return list(map(str, within(netns, *unshared)))
