"""How networks of each type are declared in a stack: the page docs/networks.md.

`python -m multus_lab.report.networks > docs/networks.md` writes it.
"""

import sys
from collections.abc import Iterable
from dataclasses import replace

import yaml

from multus_lab import plugins
from multus_lab.plugins import Record
from multus_lab.report.plugins import table
from multus_lab.settings import ipam
from multus_lab.settings.network_types import DEFAULT, chained_names, names
from multus_lab.versions import EVER

ZONE = """\
config:
  multus-lab:zone:
    name: private
    range: 10.12.34.0/24
    gateway: 10.12.34.254
    interface: eth1
    mtu: 1500
    nodes:
      - name: worker01
      - name: worker02
    platform: bare-metal
  multus-lab:whereabouts: {install: true}
"""
"""The zone of the entries."""

_OF_ALL = {
    "`name`, `namespace`, `labels`, `annotations`": "of the NetworkAttachmentDefinition",
    "`cniName`": "the CNI network's name, by which plugins keep their books: `name` without one",
    "`type`": f"{DEFAULT} without one",
    "`cniVersion`": "0.3.1 without one",
    "`ipam`": "who gives addresses ([below](#addresses)); `type: none` for nobody",
    "`chain`": "plugins behind it, in their order ([below](#chained-plugins))",
    "`defaultRoute`": "`source-based` chains sbr last, so that answers go back by the network; "
    "`takeover` moves the pod's default route into it; `never` without one. Both write it into "
    "`ipam`; `check` tells (RTE312) if the IPAM plugin takes none from there",
    "`resourceName`": "the device plugin's resource of which each pod takes one",
    "`capabilities`": "what pods may ask for at run time, such as `{ips: true}`",
    "`podsPerNode`, `accept`": "for the checks",
    "`dns`": "copied into the result",
}

_HEAD = f"""\
# Networks

<!-- Generated from the records: python -m multus_lab.report.networks > docs/networks.md -->

A stack's `networks` may be of these types. Each has the keys of its plugin, as the CNI
configuration has them, and those that all have:

| key | |
| --- | --- |
{"".join(f"| {key} | {what} |{chr(10)}" for key, what in _OF_ALL.items())}
macvlan's `mode` is written out, so that it doesn't change with the plugin's default; `mode: null`
leaves it to the plugin.

What no type fits is declared by its whole configuration. The checks judge it as they judge a
manifest's:

    - name: anything
      config: {{cniVersion: 1.0.0, type: userspace, host: {{engine: ovs-dpdk}}}}

If a network gets another type, its NetworkAttachmentDefinition is changed in place. Running pods
keep the interface that they have until they are made anew; `preview` says so.

Each entry here passes `check` in this zone. `rehearse` names the networks that it leaves out, and
why.

```yaml
{ZONE}```
"""


CHAIN = """\
- name: lab
  type: bridge
  bridge: br-lab
  ipam:
    type: none
  chain:
    - type: tuning
      sysctl: {net.core.somaxconn: "1024"}
    - type: bandwidth
      ingressRate: 100000000
      ingressBurst: 10000000
"""
"""A network with chained plugins, as a stack has it."""

_CHAIN_HEAD = f"""\
Each works on the interface that the network's plugin has made, in their order, with the keys of its
record:

```yaml
{CHAIN}```

"""


def page() -> str:
    """docs/networks.md."""
    sections = [_section(one) for one in map(plugins.record, names()) if one is not None]
    chained = f"## Chained plugins\n\n{_CHAIN_HEAD}{_listed(chained_names())}"
    addresses = f"## Addresses\n\n{_listed(one for one in ipam.names() if one != 'none')}"
    return "\n".join([_HEAD, *sections, chained, addresses])


def entry(record: Record) -> str:
    """The network of a record, as a stack file has it."""
    written = {"name": "lab", "type": record.name, **record.entry}
    return yaml.safe_dump([written], sort_keys=False, width=100)


def _section(record: Record) -> str:
    since = "" if record.held == EVER else f"\n\nFor {record.held} of the CNI plugins."
    about = plugins.about(record.name)
    own = {key: one for key, one in record.keys.keys.items() if key != "ipam"}
    listed = table(replace(record.keys, keys=own), record.elsewhere).rstrip()
    return (
        f"## {record.name}\n\n{about[0].upper()}{about[1:]} {record.taken}{since}\n\n"
        f"```yaml\n{entry(record)}```\n\n{listed}\n"
    )


def _listed(kinds: Iterable[str]) -> str:
    lines = (f"| [{one}](plugins.md#{one}) | {plugins.about(one)} |\n" for one in kinds)
    return f"| type | |\n| --- | --- |\n{''.join(lines)}"


if __name__ == "__main__":
    sys.stdout.write(page())
