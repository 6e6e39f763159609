"""What a stack can have beside the daemon, on the real engine and API server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from multus_lab.prerequisites.presence import MissingError
from multus_lab.testbed import Testbed
from tests.conftest import Built
from tests.engine.lab import Lab

IMAGE = {"image": "registry.lab/cni-plugins:v1.9.1"}
CERTIFICATE = {"bootstrapKubeconfig": "/hostroot/etc/kubelet.conf", "certDir": "/etc/cni/certs"}
EVERYTHING: dict[str, Any] = {
    "installPlugins": {**IMAGE, "plugins": ["macvlan", "static"]},
    "dhcpDaemon": IMAGE,
    "daemonConfig": {"metricsPort": 9091, "perNodeCertificate": CERTIFICATE},
    "podMonitor": {"labels": {"release": "lab"}},
}
BESIDE = ("ds/multus-dhcp-daemon", "service/multus-metrics")
MONITORS = "podmonitors.monitoring.coreos.com"
OPERATOR = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": MONITORS},
    "spec": {
        "group": "monitoring.coreos.com",
        "names": {"kind": "PodMonitor", "plural": "podmonitors", "singular": "podmonitor"},
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "x-kubernetes-preserve-unknown-fields": True,
                    }
                },
            }
        ],
    },
}
"""The Prometheus operator's CRD, as far as the API server needs it."""


@pytest.fixture
def lab(testbed: Testbed, built: Built, tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path, testbed, name="beside")
    yield lab
    lab.bed.kubectl("delete", "-n", "kube-system", *BESIDE, "--ignore-not-found")
    lab.bed.kubectl("delete", "crd", MONITORS, "--ignore-not-found")
    lab.clear()


def multus(lab: Lab, **config: Any) -> None:
    with lab.edit() as written:
        written["multus-lab:multus"] = config


def test_it_comes_stays_and_goes(lab: Lab) -> None:
    lab.bed.kubectl("apply", "-f", "-", stdin=json.dumps(OPERATOR))
    lab.bed.kubectl("wait", "--for=condition=Established", f"crd/{MONITORS}", "--timeout=30s")
    multus(lab, **EVERYTHING)
    lab.up()
    assert len(lab.pods()) == 3
    dhcp, service = lab.get(*BESIDE)
    assert dhcp["status"]["numberReady"] == 3
    assert service["spec"]["clusterIP"] == "None"
    slices = (
        "endpointslices",
        "-n",
        "kube-system",
        "-l",
        "kubernetes.io/service-name=multus-metrics",
    )
    third = "--for=jsonpath={.endpoints[2].conditions.ready}=true"
    lab.bed.kubectl("wait", *slices, third, "--timeout=60s")
    assert len(lab.get(MONITORS)) == 1
    assert set(lab.up().changes) == {"same"}

    multus(lab)
    lab.up()
    assert lab.get(*BESIDE) == []
    assert lab.get(MONITORS) == []
    assert len(lab.pods()) == 3


def test_a_monitor_needs_its_operator(lab: Lab) -> None:
    multus(lab, daemonConfig={"metricsPort": 9091}, podMonitor={})
    engine = lab.engine
    with pytest.raises(MissingError, match="install the Prometheus operator first"):
        engine.up()
