"""whereabouts v0.9.4 (June 2026): the reconciler is a Deployment, and the node's name a file."""

from multus_lab.releases.record import Whereabouts

RELEASE = Whereabouts(
    name="v0.9.4",
    read="whereabouts v0.9.4 doc/crds, script/install-cni.sh, cmd/, pkg/",
)
