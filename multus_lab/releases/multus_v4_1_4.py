"""Multus v4.1.4 (December 2024)."""

from multus_lab.releases import troubles
from multus_lab.releases.record import Multus

_DAEMON = frozenset(
    {
        *("chrootDir", "logFile", "logLevel", "logToStderr", "metricsPort", "socketDir"),
        "perNodeCertificate",
    }
)
"""pkg/server/types.go ControllerNetConf."""

_SHIM = frozenset(
    {
        *("binDir", "capabilities", "clusterNetwork", "cniConfigDir", "cniDir", "cniVersion"),
        *("daemonSocketDir", "forceCNIVersion", "globalNamespaces", "logFile", "logLevel"),
        *("logOptions", "logToStderr", "multusAutoconfigDir", "multusConfigFile"),
        *("multusMasterCNI", "name", "namespaceIsolation", "overrideNetworkName"),
        *("readinessindicatorfile", "type"),
    }
)
"""pkg/server/config/generator.go MultusConf: what becomes 00-multus.conf, and how."""

_REQUEST = frozenset(
    {
        *("binDir", "clusterNetwork", "cniDir", "confDir", "defaultNetworks", "delegates"),
        *("globalNamespaces", "kubeconfig", "logFile", "logLevel", "logOptions", "logToStderr"),
        *("multusNamespace", "namespaceIsolation", "readinessindicatorfile"),
        *("retryDeleteOnError", "runtimeConfig", "systemNamespaces"),
    }
)
"""pkg/types/types.go NetConf, which the daemon lays over every request."""

RELEASE = Multus(
    "v4.1.4",
    "multus-cni v4.1.4 deployments/multus-daemonset-thick.yml, cmd/, pkg/",
    keys=_DAEMON | _SHIM | _REQUEST,
    newest_cni="1.0.0",
    short_names=("net-attach-def",),
    conf_dir=False,
    grace=10,
    troubles=(
        troubles.LEFT_RESULTS,
        troubles.UNVERSIONED_LIST,
        troubles.STATUS_NEEDS_A_POD,
        troubles.NO_SECOND_NETWORK,
        troubles.FILE_ENDS_DAEMON,
    ),
    unlike={
        "DaemonSet/kube-multus-ds spec.template.spec.initContainers[0].command": (
            "install_multus, which the image has too, replaces the shim at once; the manifest's cp "
            "fails while a pod is being attached (multus-cni #1221)."
        ),
    },
)
