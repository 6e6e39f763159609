"""Rules MUL: what each catches, and the neighbours that it spares."""

from typing import Any

from multus_lab.checks.network import Network
from tests.unit.rules import Case, E, N, R, lab, macvlan, network, pod

WHERE = "multus.daemonConfig.cniVersion"
SMALL = {"resources": {"limits": {"memory": "100Mi"}}}
UPSTREAMS = {"resources": {"limits": {"memory": "50Mi"}}}
POOL = {"type": "whereabouts", "range": "10.12.34.0/24"}
POOLED = {"type": "macvlan", "master": "eth1", "ipam": POOL}
OTHERS = Network("lab", "default", ("spec", "config"), ("metadata",), POOLED, source=1)
NEW = {"daemonConfig": {"cniVersion": "0.4.0"}}
RELEASE = "multus.release"
ASKS = "metadata.annotations.k8s.v1.cni.cncf.io/networks"
BY_LAB = {"name": "lab", "default-route": ["10.12.34.254"]}
TAKES = {
    "type": "static",
    "addresses": [{"address": "10.12.34.5/24"}],
    "routes": [{"dst": "0.0.0.0/0", "gw": "10.12.34.254"}],
}


def over(file: str | None, release: str = "v4.3.0", **multus: Any) -> Any:
    """A daemon of the release over a primary network in a file of that name."""
    primary = {"file": file} if file else {}
    return lab(multus={"release": release, **multus}, primaryNetwork=primary)


BY_DEFAULT = {"daemonConfig": {"defaultNetworks": ["storage"]}}
DEFAULTS = "multus.daemonConfig.defaultNetworks"
SLICED = network({**POOLED, "ipam": {**POOL, "node_slice_size": "/28"}})
METRICS = "multus.daemonConfig.metricsPort"
CONF = "/whereabouts.d/whereabouts.conf"
LOOKING = {**POOL, "configuration_path": f"/var/lib/rancher/k3s/agent/etc/cni/net.d{CONF}"}


CASES: list[Case] = [
    Case(
        "MUL701",
        "a daemon newer than the primary network",
        lab(multus=NEW, primaryNetwork={"file": "10-flannel.conflist", "cniVersion": "0.3.1"}),
        [(E, WHERE)],
    ),
    Case(
        "MUL701",
        "a daemon of 1.0.0 over an old primary network",
        lab(
            multus={"daemonConfig": {"cniVersion": "1.0.0"}},
            primaryNetwork={"cniVersion": "0.2.0"},
        ),
        [(E, WHERE)],
    ),
    Case("MUL701", "a new daemon, and the primary network untold", lab(multus=NEW), [(N, WHERE)]),
    Case("MUL701", "both new", lab(multus=NEW, primaryNetwork={"cniVersion": "1.0.0"})),
    Case("MUL701", "an old daemon", lab(multus={}, primaryNetwork={"cniVersion": "0.3.1"})),
    Case(
        "MUL701",
        "another stack's daemon",
        lab(multus={"install": False, **NEW}, primaryNetwork={"cniVersion": "0.3.1"}),
    ),
    Case(
        "MUL701",
        "a daemon that rewrites the primary network's file",
        lab(
            multus={"daemonConfig": {"cniVersion": "0.4.0", "forceCNIVersion": True}},
            primaryNetwork={"cniVersion": "0.3.1"},
        ),
    ),
    Case(
        "MUL701",
        "a new daemon over kindnet",
        lab(multus=NEW, distribution="kind"),
        [(R, WHERE)],
    ),
    Case(
        "MUL701",
        "a new daemon over kindnet, by its file",
        lab(multus=NEW, distribution="kind", primaryNetwork={"file": "10-kindnet.conflist"}),
        [(R, WHERE)],
    ),
    Case(
        "MUL701",
        "a new daemon over another network of kind",
        lab(multus=NEW, distribution="kind", primaryNetwork={"file": "05-cilium.conflist"}),
        [(N, WHERE)],
    ),
    Case(
        "MUL701",
        "a new daemon over a new network of kind",
        lab(multus=NEW, distribution="kind", primaryNetwork={"cniVersion": "1.0.0"}),
    ),
    Case("MUL701", "an old daemon over kindnet", lab(multus={}, distribution="kind")),
    Case(
        "MUL701",
        "a new daemon that looks for another file of kind",
        lab(
            multus={"daemonConfig": {"cniVersion": "0.4.0", "multusMasterCNI": "05-cilium.conf"}},
            distribution="kind",
        ),
        [(N, WHERE)],
    ),
    Case(
        "MUL701",
        "a daemon with STATUS on GKE",
        lab(
            multus={"daemonConfig": {"cniVersion": "1.1.0"}},
            distribution="gke",
            primaryNetwork={"cniVersion": "1.1.0"},
        ),
        [(N, WHERE)],
    ),
    Case(
        "MUL701",
        "a daemon without STATUS on GKE",
        lab(
            multus={"daemonConfig": {"cniVersion": "1.0.0"}},
            distribution="gke",
            primaryNetwork={"cniVersion": "1.0.0"},
        ),
    ),
    Case(
        "MUL702",
        "a daemon beside RKE2's",
        lab(multus={"install": True}, distribution="rke2"),
        [(R, "multus.install")],
    ),
    Case(
        "MUL702",
        "a daemon beside OpenShift's",
        lab(multus={"install": True}, distribution="openshift"),
        [(R, "multus.install")],
    ),
    Case("MUL702", "networks alone", lab(multus={}, distribution="rke2")),
    Case("MUL702", "a daemon of k3s", lab(multus={"install": True}, distribution="k3s")),
    Case("MUL702", "a daemon of an unknown cluster", lab(multus={"install": True})),
    Case("MUL703", "a small limit", lab(multus=SMALL), [(R, "multus.resources.limits.memory")]),
    Case(
        "MUL703", "upstream's limit", lab(multus=UPSTREAMS), [(R, "multus.resources.limits.memory")]
    ),
    Case(
        "MUL703",
        "a small limit of a release without connectionLimit",
        lab(multus={"release": "v4.2.4", **SMALL}),
        [(R, "multus.resources.limits.memory")],
    ),
    Case("MUL703", "enough", lab(multus={"resources": {"limits": {"memory": "256Mi"}}})),
    Case("MUL703", "more than enough", lab(multus={"resources": {"limits": {"memory": "1.5G"}}})),
    Case(
        "MUL703",
        "upstream's limit, one at a time",
        lab(multus={"daemonConfig": {"connectionLimit": 1}, **UPSTREAMS}),
        [(R, "multus.resources.limits.memory")],
    ),
    Case("MUL703", "one at a time", lab(multus={"daemonConfig": {"connectionLimit": 1}, **SMALL})),
    Case(
        "MUL703",
        "less than Talos takes, one at a time",
        lab(multus={"daemonConfig": {"connectionLimit": 2}, **SMALL}, distribution="talos"),
        [(R, "multus.resources.limits.memory")],
    ),
    Case(
        "MUL703",
        "as much as Talos takes, one at a time",
        lab(
            multus={
                "daemonConfig": {"connectionLimit": 2},
                "resources": {"limits": {"memory": "150Mi"}},
            },
            distribution="talos",
        ),
    ),
    Case("MUL703", "no limit", lab(multus={})),
    Case("MUL703", "another stack's daemon", lab(multus={"install": False, **SMALL})),
    Case("MUL704", "v4.3.0 over Calico", over("10-calico.conflist"), [(R, RELEASE)]),
    Case("MUL704", "v4.2.4 over Canal", over("10-canal.conflist", "v4.2.4"), [(R, RELEASE)]),
    Case(
        "MUL704",
        "a release that is like one",
        over("10-kuberouter.conflist", "v4.2.2", releaseAs="v4.2.4"),
        [(R, RELEASE)],
    ),
    Case(
        "MUL704",
        "a release that leaks, said to be like one that doesn't",
        over("10-calico.conflist", "v4.2.1", releaseAs="v4.2.0"),
        [(R, RELEASE)],
    ),
    Case(
        "MUL704",
        "a build of one's own that is like one that leaks",
        over("10-calico.conflist", "v4.4.0-lab", releaseAs="v4.3.0"),
        [(R, RELEASE)],
    ),
    Case("MUL704", "a primary network untold", over(None), [(N, RELEASE)]),
    Case("MUL704", "v4.3.1 over Calico", over("10-calico.conflist", "v4.3.1")),
    Case(
        "MUL704",
        "a release after the repair that is like one before",
        over("10-calico.conflist", "v4.4.0", releaseAs="v4.3.0"),
    ),
    Case("MUL704", "v4.2.0 over Calico", over("10-calico.conflist", "v4.2.0")),
    Case("MUL704", "a plugin by itself", over("10-ovn-kubernetes.conf")),
    Case("MUL704", "flannel, which keeps its own file", over("10-flannel.conflist")),
    Case("MUL704", "Cilium, which asks its agent", over("05-cilium.conflist")),
    Case("MUL704", "another stack's daemon", over("10-calico.conflist", install=False)),
    Case(
        "MUL704",
        "a file that the daemon is told of",
        over(None, daemonConfig={"multusMasterCNI": "10-calico.conflist"}),
        [(R, RELEASE)],
    ),
    Case(
        "MUL704",
        "a list of plugins in place of the cluster's, which asks its agent",
        over("05-cilium.conflist", daemonConfig={"multusMasterCNI": "10-calico.conflist"}),
        [(R, RELEASE)],
    ),
    Case(
        "MUL704",
        "a plugin by itself in place of the cluster's file",
        over("10-calico.conflist", daemonConfig={"multusMasterCNI": "10-calico.conf"}),
    ),
    Case(
        "MUL704",
        "v4.3.0 over kindnet",
        lab(multus={"release": "v4.3.0"}, distribution="kind"),
        [(R, RELEASE)],
    ),
    Case(
        "MUL705",
        "a pod of the default release",
        lab(multus={"release": "v4.3.1"}, pods=[pod(BY_LAB)]),
        [(R, ASKS)],
    ),
    Case(
        "MUL705",
        "two networks of one pod",
        lab(
            multus={"release": "v4.2.4"},
            pods=[pod(BY_LAB, {**BY_LAB, "name": "other", "namespace": "web"})],
        ),
        [(R, ASKS), (R, ASKS)],
    ),
    Case("MUL705", "a release untold", lab(pods=[pod(BY_LAB, namespace="web")]), [(N, ASKS)]),
    Case(
        "MUL705",
        "another stack's daemon, of a release untold",
        lab(multus={"install": False}, pods=[pod(BY_LAB)]),
        [(N, ASKS)],
    ),
    Case(
        "MUL705",
        "another stack's daemon, of a release that is told",
        lab(multus={"install": False, "release": "v4.3.1"}, pods=[pod(BY_LAB)]),
        [(R, ASKS)],
    ),
    Case(
        "MUL705",
        "another stack's daemon, of a release that does it",
        lab(multus={"install": False, "release": "v4.2.0"}, pods=[pod(BY_LAB)]),
    ),
    Case("MUL705", "v4.2.0", lab(multus={"release": "v4.2.0"}, pods=[pod(BY_LAB)])),
    Case("MUL705", "no default route", lab(multus={}, pods=[pod({"name": "lab"})])),
    Case(
        "MUL705", "an empty one", lab(multus={}, pods=[pod({"name": "lab", "default-route": []})])
    ),
    Case(
        "MUL705",
        "a network with a default route of its own",
        lab(macvlan(ipam=TAKES), multus={}, pods=[pod(BY_LAB)]),
    ),
    Case(
        "MUL706",
        "nobody brings whereabouts",
        lab(network(POOLED, pods_per_node=2), multus={}),
        [(R, "ipam.type")],
    ),
    Case(
        "MUL706",
        "nobody brings it to two networks",
        lab(macvlan("a", ipam=POOL), macvlan("b", ipam=POOL), multus={}),
        [(R, "a:ipam.type")],
    ),
    Case(
        "MUL706",
        "the distribution can, and nobody says so",
        lab(macvlan(ipam=POOL), distribution="rke2"),
        [(R, "ipam.type")],
    ),
    Case(
        "MUL706",
        "the stack does",
        lab(network(POOLED, pods_per_node=2), whereabouts={"install": True}),
    ),
    Case("MUL706", "another stack does", lab(macvlan(ipam=POOL), whereabouts={"install": False})),
    Case("MUL706", "no network needs it", lab(macvlan(), multus={})),
    Case("MUL706", "networks of no stack", lab(macvlan(ipam=POOL))),
    Case("MUL706", "a network that isn't the stack's", lab(OTHERS, multus={})),
    Case(
        "MUL707",
        "what is set of another stack's daemon",
        lab(multus={"install": False, "namespace": "net", "tolerations": []}),
        [(N, "multus.namespace")],
    ),
    Case(
        "MUL707",
        "what is set of the distribution's daemon",
        lab(multus={"daemonConfig": {"logLevel": "debug"}}, distribution="rke2"),
        [(N, "multus.daemonConfig")],
    ),
    Case(
        "MUL707",
        "what is set of another stack's whereabouts",
        lab(
            multus={},
            whereabouts={
                "install": False,
                "reconcilerCron": "@daily",
                "paths": {"binDir": "/opt/cni/bin"},
            },
        ),
        [(N, "whereabouts.reconcilerCron"), (N, "whereabouts.paths.binDir")],
    ),
    Case(
        "MUL707",
        "what is read of another stack's daemon",
        lab(
            multus={"install": False, "release": "v4.2.4", "paths": {"binDir": "/a"}},
            whereabouts={"install": False, "paths": {"configDir": "/srv"}},
        ),
    ),
    Case("MUL707", "a daemon of the stack's own", lab(multus={"namespace": "net"})),
    Case(
        "MUL707",
        "a daemon of the stack's own beside the distribution's",
        lab(multus={"install": True, "namespace": "net"}, distribution="rke2"),
    ),
    Case(
        "MUL708",
        "a whereabouts that the daemon doesn't see",
        lab(multus={}, whereabouts={"install": True, "paths": {"binDir": "/usr/lib/cni"}}),
        [(R, "whereabouts.paths.binDir")],
    ),
    Case(
        "MUL708",
        "a daemon that looks elsewhere",
        lab(
            multus={"paths": {"binDir": "/usr/lib/cni"}},
            whereabouts={"install": True, "paths": {"binDir": "/opt/cni/bin"}},
        ),
        [(R, "whereabouts.paths.binDir")],
    ),
    Case(
        "MUL708",
        "one folder for both",
        lab(
            multus={"paths": {"binDir": "/usr/lib/cni"}},
            whereabouts={"install": True, "paths": {"binDir": "/usr/lib/cni/"}},
        ),
    ),
    Case(
        "MUL708",
        "a whereabouts that follows the daemon",
        lab(multus={"paths": {"binDir": "/usr/lib/cni"}}, whereabouts={"install": True}),
    ),
    Case(
        "MUL708",
        "another stack's whereabouts",
        lab(multus={}, whereabouts={"install": False, "paths": {"binDir": "/usr/lib/cni"}}),
    ),
    Case(
        "MUL709",
        "a path of another installation",
        lab(macvlan(ipam=LOOKING), multus={}, whereabouts={"install": True}),
        [(N, "ipam.configuration_path")],
    ),
    Case(
        "MUL709",
        "a path beside a folder that nothing finds",
        lab(
            macvlan(ipam=LOOKING),
            multus={},
            whereabouts={"install": True, "paths": {"configDir": "/srv/cni"}},
        ),
        [(R, "ipam.configuration_path")],
    ),
    Case(
        "MUL709",
        "the path of the stack's own",
        lab(
            macvlan(ipam={**POOL, "configuration_path": f"/srv/cni{CONF}"}),
            multus={},
            whereabouts={"install": True, "paths": {"configDir": "/srv/cni"}},
        ),
    ),
    Case(
        "MUL709",
        "a path where it looks by itself",
        lab(
            macvlan(ipam={**POOL, "configuration_path": f"/etc/cni/net.d{CONF}"}),
            multus={},
            whereabouts={"install": True},
        ),
    ),
    Case(
        "MUL709",
        "a path of another stack's whereabouts",
        lab(macvlan(ipam=LOOKING), multus={}, whereabouts={"install": False}),
    ),
    Case("MUL709", "no path", lab(macvlan(ipam=POOL), multus={}, whereabouts={"install": True})),
    Case(
        "MUL710",
        "the kubelet's port",
        lab(multus={"daemonConfig": {"metricsPort": 10250}}),
        [(R, METRICS)],
    ),
    Case(
        "MUL710",
        "the scheduler's port",
        lab(multus={"daemonConfig": {"metricsPort": 10259}}),
        [(R, METRICS)],
    ),
    Case("MUL710", "a port of its own", lab(multus={"daemonConfig": {"metricsPort": 10251}})),
    Case("MUL710", "no metrics", lab(multus={})),
    Case(
        "MUL710",
        "another stack's daemon",
        lab(multus={"install": False, "daemonConfig": {"metricsPort": 10250}}),
    ),
    Case(
        "MUL706",
        "slices without their controller",
        lab(SLICED, whereabouts={"nodeSlices": False}),
        [(R, "whereabouts.nodeSlices")],
    ),
    Case("MUL706", "slices with it", lab(SLICED, whereabouts={"nodeSlices": True})),
    Case("MUL706", "slices, and nothing said", lab(SLICED, whereabouts={"retainCrd": True})),
    Case(
        "MUL706",
        "no slices, and no controller",
        lab(network(POOLED), whereabouts={"nodeSlices": False}),
    ),
    Case(
        "MUL706",
        "slices of another stack's whereabouts",
        lab(SLICED, whereabouts={"install": False, "nodeSlices": False}),
    ),
    Case(
        "MUL712",
        "a network of another namespace for every pod",
        lab(macvlan("storage"), multus=BY_DEFAULT),
        [(R, f"{DEFAULTS}.0")],
    ),
    Case(
        "MUL712",
        "a network beside the one that is found",
        lab(
            macvlan("storage"),
            network(macvlan().config, "lab", "kube-system"),
            multus={"daemonConfig": {"defaultNetworks": ["lab", "storage"]}},
        ),
        [(R, f"{DEFAULTS}.1")],
    ),
    Case(
        "MUL712",
        "a network of Multus' own namespace",
        lab(network(macvlan().config, "storage", "kube-system"), multus=BY_DEFAULT),
    ),
    Case(
        "MUL712",
        "a network of the namespace that is told",
        lab(
            macvlan("storage"),
            multus={"daemonConfig": {"defaultNetworks": ["storage"], "multusNamespace": "default"}},
        ),
    ),
    Case("MUL712", "a network of whoever", lab(macvlan("other"), multus=BY_DEFAULT)),
    Case(
        "MUL712",
        "another stack's daemon",
        lab(macvlan("storage"), multus={"install": False, **BY_DEFAULT}),
    ),
    Case(
        "MUL711",
        "a file of AKS",
        lab(multus={}, distribution="aks", primaryNetwork={"file": "10-azure.conflist"}),
        [(N, "cluster.primaryNetwork.file")],
    ),
    Case(
        "MUL711",
        "a daemon's file of AKS",
        lab(
            multus={"daemonConfig": {"multusMasterCNI": "05-cilium.conflist"}},
            distribution="aks",
        ),
        [(N, "multus.daemonConfig.multusMasterCNI")],
    ),
    Case("MUL711", "no file of AKS", lab(multus={}, distribution="aks")),
    Case(
        "MUL711",
        "two names",
        over("10-calico.conflist", daemonConfig={"multusMasterCNI": "10-canal.conflist"}),
        [(N, "multus.daemonConfig.multusMasterCNI")],
    ),
    Case(
        "MUL711",
        "one name twice",
        over("10-calico.conflist", daemonConfig={"multusMasterCNI": "10-calico.conflist"}),
    ),
    Case("MUL711", "the file of kind", lab(multus={}, distribution="kind")),
    Case(
        "MUL713",
        "upstream's CPU limit",
        lab(multus={"resources": {"limits": {"cpu": "100m"}}}),
        [(R, "multus.resources.limits.cpu")],
    ),
    Case("MUL713", "a core", lab(multus={"resources": {"limits": {"cpu": 1}}})),
    Case("MUL713", "no CPU limit", lab(multus={})),
    Case(
        "MUL713",
        "another stack's daemon",
        lab(multus={"install": False, "resources": {"limits": {"cpu": "100m"}}}),
    ),
    Case(
        "MUL711",
        "a file of EKS",
        lab(multus={}, distribution="eks", primaryNetwork={"file": "10-aws.conflist"}),
    ),
    Case(
        "MUL711",
        "another stack's daemon",
        lab(
            multus={"install": False},
            distribution="aks",
            primaryNetwork={"file": "10-azure.conflist"},
        ),
    ),
]
