"""Upstream's manifests, as its tags have them.

Sources, at the tag in each name: k8snetworkplumbingwg/multus-cni, deployments/ (v4.2.0's thick
manifest is v4.1.4's), and k8snetworkplumbingwg/whereabouts, doc/crds/.
"""

import hashlib
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "unit" / "upstream"

SHA256 = {
    "multus-daemonset-crio-v4.3.0": (
        "15fe00a3fc864ecbc7942127752d5c8b036bea019ddc2dd32b2079fcf4902f29"
    ),
    "multus-daemonset-thick-v4.0.2": (
        "5472d942f12043c1380dc1f8e428ddcd3ae228dd7006d79d7f41605d4425d6c8"
    ),
    "multus-daemonset-thick-v4.1.4": (
        "33fef64fbb67ef5d68183bad5b2aec4163dad0ebb0b63abe25343155d0d8b4be"
    ),
    "multus-daemonset-thick-v4.2.4": (
        "3deea054dc2dca607c2c859e5f31a8fb82389f68c13b5f8be054607151391290"
    ),
    "multus-daemonset-thick-v4.3.0": (
        "2d622f697809644a12704497bbf5c3256adc1e7f5b5504655e4993743651b585"
    ),
    "multus-daemonset-thick-v4.3.1": (
        "24fb29530b760d28126bba76bd91fac8fd74100b53d9fc65943c223e3a82be30"
    ),
    "multus-daemonset-v4.3.0": "290c502f3923864392f0bd7dd5f03e23262565853100c0ebfd7b35cc79ec565a",
    "whereabouts-daemonset-install-v0.9.4": (
        "5c4e4d528cb29f5b1ce0cda304485c6fc51e8187f2cced7c24df97e332803ab2"
    ),
    "whereabouts-ippools-v0.9.4": (
        "8957e53f260e5ee0ad6560743d02c609ff21e15f6c3b23851971522b3bf6027a"
    ),
    "whereabouts-node-slice-controller-v0.9.4": (
        "93a8e094309e20bbcdd7f8a7761bbfb09837b1eb954043470c048dbd83e6cc25"
    ),
    "whereabouts-nodeslicepools-v0.9.4": (
        "30fa5262387a7e66e9fe4e8bc4968d8ec95d160667a3634bf53a91ed0b6b4c74"
    ),
    "whereabouts-overlappingrangeipreservations-v0.9.4": (
        "59ff31b1cbe8ff7732160f3f533a71884c4bb03b18d2aa48c97b0a2aadcc4cb0"
    ),
    "whereabouts-reconciler-deployment-v0.9.4": (
        "4201b8d320e04af66d23ec42df21a1b328c59af20bedda8e7eb300dd7ee651c4"
    ),
}

SAME = {"v4.2.0": "v4.1.4"}
"""Releases whose thick manifest is another's, byte by byte."""

THICK = sorted(name for name in SHA256 if "-thick-" in name)


def text(name: str) -> str:
    """A manifest, as it was published."""
    content = (_FOLDER / f"{name}.yml").read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256[name]
    return content.decode()


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, if PyYAML has it


def documents(written: str) -> list[Any]:
    """The documents of a YAML text."""
    return list(yaml.load_all(written, _LOADER))


def objects(name: str) -> list[dict[str, Any]]:
    """The objects of a manifest."""
    return [one for one in documents(text(name)) if one]


def thick(release: str) -> list[dict[str, Any]]:
    """The objects of a release's thick manifest."""
    return objects(f"multus-daemonset-thick-{SAME.get(release, release)}")


def whereabouts(release: str) -> list[dict[str, Any]]:
    """The objects of all manifests of a release of whereabouts."""
    names = (one for one in SHA256 if one.startswith("whereabouts-") and one.endswith(release))
    return [one for name in names for one in objects(name)]
