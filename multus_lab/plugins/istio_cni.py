"""istio-cni: sends a pod's traffic through its proxy, behind the plugin of its network."""

from multus_lab.plugins.kinds import ANY, FILE, FLAG, TEXT, TEXTS, Items, keys
from multus_lab.plugins.record import Record, plugin_keys

RECORD = Record(
    "istio-cni",
    "istio/istio 86c9f01f cni/pkg/plugin/plugin.go, cni/pkg/util/enablement_selector.go, "
    "cni/cmd/istio-cni/main.go",
    plugin_keys(
        {
            "plugin_log_level": TEXT,
            "cni_agent_run_dir": FILE,
            "ambient_enabled": FLAG,
            "enablement_selectors": Items(
                keys({"podSelector": ANY, "namespaceSelector": ANY}), "a list of mappings"
            ),
            "exclude_namespaces": TEXTS,
            "pod_namespace": TEXT,
            "native_nftables": FLAG,
            "enable_ambient_detection_retry": FLAG,
        },
        closed=False,
    ),
    chained=True,
)
