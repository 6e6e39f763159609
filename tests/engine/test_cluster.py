"""The client of a cluster, on the real API server."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from multus_lab.cluster import client
from multus_lab.cluster.client import Cluster
from multus_lab.cluster.connection import connect
from multus_lab.cluster.errors import RefusedError, UnavailableError
from multus_lab.testbed import Testbed

LAB = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "client"}}


@pytest.fixture
def cluster(testbed: Testbed) -> Iterator[Cluster]:
    """The shared test bed as its kubeconfig has it, with a namespace."""
    found = connect(str(testbed.kubeconfig))
    found.apply(LAB, "test")
    yield found
    found.delete("ConfigMap", "one", "client")


def config_map(**data: str) -> dict[str, Any]:
    metadata = {"name": "one", "namespace": "client"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def owners(one: dict[str, Any]) -> dict[str, set[str]]:
    """The keys of a ConfigMap that each field manager owns."""
    return {
        each["manager"]: set(each["fieldsV1"].get("f:data", {})) - {"."}
        for each in one["metadata"]["managedFields"]
    }


def test_fields_have_owners(cluster: Cluster) -> None:
    cluster.apply(config_map(a="1"), "us")
    with pytest.raises(RefusedError, match='conflict with "us"') as caught:
        cluster.apply(config_map(a="2"), "them")
    assert caught.value.status == 409
    assert owners(cluster.get("ConfigMap", "one", "client")) == {"us": {"f:a"}}
    taken = cluster.apply(config_map(a="2"), "them", force=True)
    assert (taken["data"], owners(taken)) == ({"a": "2"}, {"them": {"f:a"}})


def test_a_json_patch(cluster: Cluster) -> None:
    cluster.create(config_map(a="1"))
    test = {"op": "test", "path": "/data/a", "value": "1"}
    done = cluster.patch(
        "ConfigMap", "one", "client", [test, {"op": "remove", "path": "/metadata/managedFields"}]
    )
    assert done["data"] == {"a": "1"}
    with pytest.raises(RefusedError) as caught:
        cluster.patch("ConfigMap", "one", "client", [test | {"value": "2"}])
    assert caught.value.status == 422


def test_what_there_is(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_PAGE", 2)
    assert [one["metadata"]["name"] for one in cluster.items("Node")] == [
        "master01",
        "worker01",
        "worker02",
    ]
    fields = "metadata.name=worker01"
    assert [one["metadata"]["name"] for one in cluster.items("Node", fields=fields)] == ["worker01"]
    assert list(cluster.items("Node", labels="none")) == []
    assert cluster.find("ConfigMap", "none", "client") is None
    assert not cluster.serves("IPPool")
    assert cluster.find("IPPool", "none", "client") is None


def test_who_may_not(testbed: Testbed, cluster: Cluster) -> None:
    account = {"kind": "ServiceAccount", "metadata": {"name": "poor", "namespace": "client"}}
    cluster.apply({"apiVersion": "v1", **account}, "test")
    document = yaml.safe_load(testbed.kubeconfig.read_text())
    document["users"][0]["user"] = {"token": cluster.token("poor", "client")}
    poor = connect(yaml.safe_dump(document))
    daemons = ("delete", "apps", "daemonsets", "kube-system")
    assert cluster.allows(*daemons)
    assert not poor.allows(*daemons)
    with pytest.raises(
        RefusedError, match=r'refuses to list nodes: .*cannot list resource "nodes"'
    ):
        list(poor.items("Node"))
    with pytest.raises(RefusedError, match=r"refuses to create ConfigMap one: .*cannot create"):
        poor.create(config_map())


def test_a_stranger_s_certificate(testbed: Testbed) -> None:
    document = yaml.safe_load(testbed.kubeconfig.read_text())
    del document["clusters"][0]["cluster"]["certificate-authority-data"]
    with pytest.raises(UnavailableError, match=r"TLS with .* fails: .*certificate verify failed"):
        connect(yaml.safe_dump(document)).ready()
    document["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = True
    assert connect(yaml.safe_dump(document)).ready()
