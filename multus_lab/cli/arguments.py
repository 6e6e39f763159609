"""What the command line takes."""

import argparse
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

_DESCRIPTION = "Multus and secondary networks on Kubernetes: declared, checked, reversible."
_EXAMPLES = """\
examples:
  multus-lab check                    all stacks of the project
  multus-lab check --manifest nads/*.yaml
  kubectl get net-attach-def -A -o json | multus-lab import --manifest -
  multus-lab render dev --crd | kubectl apply --server-side -f -    once, before the rest
  multus-lab render dev | kubectl apply --server-side -f -
  sudo multus-lab rehearse dev        on real CNI plugins, on this machine
  multus-lab up dev --testbed         on a throw-away cluster on this machine
  multus-lab preview lab              on the cluster of your kubeconfig

exit codes: 0 fine, 1 refused or failed, 2 usage or unreadable file; 130 after Ctrl-C (143
after SIGTERM, 129 after SIGHUP)
"""


@cache
def parser() -> argparse.ArgumentParser:
    """The parser; of what it reads, `run` is `room:function` of the command."""
    root = argparse.ArgumentParser(
        prog="multus-lab",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=_narrow,
    )
    commands = root.add_subparsers(metavar="COMMAND", required=True, prog=root.prog)

    def command(name: str, run: str, text: str, *examples: str) -> Any:
        made = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog="examples:\n" + "".join(f"  {one}\n" for one in examples),
            formatter_class=_narrow,
        )
        made.set_defaults(run=run)
        return made

    _add_check(command)

    render = command(
        "render",
        "render:render",
        "print the Kubernetes objects of a stack",
        "multus-lab render dev --crd | kubectl apply --server-side -f -",
        "multus-lab render dev | kubectl apply --server-side -f -",
        "multus-lab render dev --output manifests",
    )
    render.add_argument("stacks", nargs="+", metavar="STACK", help="name or stack file")
    render.add_argument(
        "--crd",
        action="store_true",
        help="print the CRD alone: kubectl takes no networks until the cluster has it",
    )
    render.add_argument("--output", metavar="DIR", type=Path, help="write one file per object")

    _add_import(command)
    _add_rehearse(command)

    _add_engine(command)
    _add_testbed(command)
    for one in (root, *commands.choices.values()):
        one.formatter_class = argparse.RawDescriptionHelpFormatter
    return root


def _narrow(prog: str) -> argparse.HelpFormatter:
    """What argparse tries each argument on: help's own takes long to find the terminal's width."""
    return argparse.HelpFormatter(prog, width=80)


def _add_check(command: Callable[..., Any]) -> None:
    check = command(
        "check",
        "check:check",
        "find mistakes in stacks, or in any NetworkAttachmentDefinitions",
        "multus-lab check dev",
        "multus-lab check --manifest nads/*.yaml",
        "multus-lab check dev --manifest nads/*.yaml",
        "kubectl get net-attach-def -A -o yaml | multus-lab check --manifest -",
        "multus-lab check --explain RTE301",
    )
    check.add_argument(
        "stacks",
        nargs="*",
        metavar="STACK",
        help="name or stack file; default: all stacks of the project",
    )
    _take_manifests(
        check,
        "YAML or JSON with NetworkAttachmentDefinitions of one cluster, - for standard input; "
        "with a STACK they are judged together with its networks, zone and cluster",
    )
    check.add_argument(
        "--each",
        action="store_true",
        help="judge each file by itself or with the STACK, not as one cluster",
    )
    check.add_argument(
        "--quiet", action="store_true", help="print one line per finding, like grep, no summary"
    )
    check.add_argument(
        "--notes",
        choices=("all", "grouped", "none"),
        default="grouped",
        help="all: every note at its place; grouped (default): one line per code for notes that "
        "most networks have; none: no notes",
    )
    check.add_argument(
        "--format",
        choices=("text", "json", "sarif", "github"),
        default="text",
        help="default: text",
    )
    check.add_argument("--explain", metavar="CODE", help="explain a code, then exit")
    check.add_argument("--rules", action="store_true", help="list all codes, then exit")


def _take_manifests(command: "argparse._ActionsContainer", text: str) -> None:
    command.add_argument(
        "--manifest", nargs="+", action="extend", default=[], metavar="FILE", help=text
    )


def _add_import(command: Callable[..., Any]) -> None:
    made = command(
        "import",
        "importing:import_stack",
        "print a stack file that makes networks which are there already",
        "kubectl get net-attach-def -A -o json | multus-lab import --manifest -",
        "multus-lab import --context lab --output lab",
        "multus-lab import --manifest nads/*.yaml --accept > Pulumi.lab.yaml",
    )
    given = made.add_mutually_exclusive_group(required=True)
    _take_manifests(given, "YAML or JSON with the networks of one cluster, - for standard input")
    given.add_argument(
        "--context", metavar="NAME", help="read them from a cluster, by its context in kubeconfig"
    )
    made.add_argument(
        "--accept",
        action="store_true",
        help='accept what is found in them, with the reason "taken over as it was"',
    )
    made.add_argument(
        "--output",
        metavar="STACK",
        help="name of a stack of the project, or a path: write the file instead of printing it",
    )
    made.add_argument("--force", action="store_true", help="overwrite the file if it is there")


def _add_rehearse(command: Callable[..., Any]) -> None:
    rehearse = command(
        "rehearse",
        "rehearse:rehearse",
        "run a stack's networks on the real Multus and CNI plugins, in throw-away namespaces",
        "sudo multus-lab rehearse dev",
        "sudo multus-lab rehearse --manifest nad.yaml --pods 1",
        "sudo multus-lab rehearse lab --daemon",
        "sudo multus-lab rehearse lab --daemon --from v4.2.4 --json",
    )
    rehearse.add_argument("stack", nargs="?", metavar="STACK", help="name or stack file")
    _take_manifests(
        rehearse,
        "YAML or JSON with NetworkAttachmentDefinitions, instead of a stack; - for standard input",
    )
    rehearse.add_argument(
        "--pods", type=int, default=2, metavar="N", help="pods per network and node; default 2"
    )
    rehearse.add_argument(
        "--daemon",
        action="store_true",
        help="rehearse the installation: install, attach, restart under load, memory, removal",
    )
    rehearse.add_argument(
        "--from",
        dest="before",
        metavar="RELEASE",
        help="with --daemon: the release that is on the nodes first, and upgraded to the stack's",
    )
    rehearse.add_argument("--json", action="store_true", help="print all that was seen as JSON")
    rehearse.add_argument(
        "--clean",
        action="store_true",
        help="end processes left by killed rehearsals, then exit",
    )


def _add_engine(command: Callable[..., Any]) -> None:
    for name, text in (
        ("preview", "show what `up` would change"),
        ("up", "create or update what a stack declares on its cluster"),
        ("refresh", "read the cluster back into a stack's state; nothing else changes"),
        ("down", "delete what a stack declares from its cluster"),
    ):
        examples = [f"multus-lab {name} lab", f"multus-lab {name} dev --testbed"]
        examples.append(f"multus-lab {name} daemon private storage")
        if name == "up":
            examples.append("multus-lab up lab --adopt default/private")
        made = command(name, f"engine:{name}", text, *examples)
        made.add_argument(
            "stacks",
            nargs="+",
            metavar="STACK",
            help="name of a stack, or its file, which with --testbed may lie anywhere; of several, "
            f"those that bring daemons go {'last' if name == 'down' else 'first'}",
        )
        made.add_argument(
            "--testbed",
            nargs="?",
            const="default",
            metavar="NAME",
            help="use a test bed on this machine; it is started if it isn't running",
        )
        made.add_argument("--json", action="store_true", help="print the outcome as JSON")
        if name in ("preview", "up"):
            made.add_argument(
                "--no-refresh",
                dest="refresh",
                action="store_false",
                help="don't read what the cluster has of the stack first: faster, but what was "
                "changed or deleted by hand isn't seen",
            )
        if name == "up":
            made.add_argument(
                "--adopt",
                nargs="*",
                metavar="NAMESPACE/NAME",
                help="take over what the cluster has and isn't the stack's: a Multus of nobody's, "
                "and the networks and other stacks' objects that are named",
            )
        if name == "down":
            made.add_argument(
                "--yes", action="store_true", help="agree to what networks of others lose by it"
            )
            made.add_argument(
                "--clean-nodes",
                action="store_true",
                help="take Multus off the nodes first: its configuration, then the daemon, then "
                "shim, sockets and caches",
            )


def _add_testbed(command: Callable[..., Any]) -> None:
    testbed = command(
        "testbed",
        "testbed:testbed",
        "run a throw-away cluster on this machine",
        "multus-lab testbed up --nodes 5",
        "multus-lab testbed status",
        "multus-lab testbed prune",
    )
    testbed.add_argument(
        "action",
        choices=("up", "down", "status", "prune"),
        help="prune removes programs of other releases and old logs from the cache, which `up` "
        "does by the way with what nothing has used for 30 days",
    )
    testbed.add_argument(
        "--name", default="default", help="name of the test bed, if there are several"
    )
    testbed.add_argument("--nodes", type=int, metavar="N", help="number of nodes; default 3")
    testbed.add_argument(
        "--port", type=int, help="port of the API server on 127.0.0.1; default: a free one"
    )
    testbed.add_argument("--json", action="store_true", help="print the state as JSON")
