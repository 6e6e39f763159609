# Takes Multus off a node: `configuration CONF`, and once its daemon is gone
# `rest BIN SOCKETS CACHES ENDED_BY_SHIM ATTACHED`, of which the last two are lists of nodes.
#
# The runtime goes back to the primary network once the configuration is gone, so that pods can end
# without daemon and shim. What is said goes into the pod's status, by REPORT.
set -eu
say() {
    echo "$*"
    echo "$*" >>"$REPORT"
}
is_in() {
    case " $1 " in
    *" $NODE "*) true ;;
    *) false ;;
    esac
}

remove() {
    if ! why=$(rm -rf -- "$1" 2>&1); then
        say "$why"
        exit 1
    fi
}

configuration() {
    other=
    for file in "$1"/*.conf "$1"/*.conflist "$1"/*.json; do
        case ${file##*/} in
        00-multus.*) continue ;;
        esac
        # Loopback is on every pod, and an empty file on none.
        if [ -f "$file" ] && grep -q '"type"' "$file" && ! grep -q '"loopback"' "$file"; then
            other=$file
        fi
    done
    if [ -z "$other" ]; then
        say "without Multus' configuration the node would have no network: there is no other one"
        exit 1
    fi
    for file in "$1"/00-multus.*; do
        [ -f "$file" ] || continue
        remove "$file"
        say "${file##*/} removed"
    done
}

rest() {
    if is_in "$4"; then
        say "multus-shim stays: CRI-O ends by it the pods that began with it"
    else
        for name in multus-shim passthru; do
            [ -e "$1/$name" ] || continue
            remove "$1/$name"
            say "$name removed"
        done
    fi
    if [ -d "$2" ]; then
        remove "$2"
        say "sockets removed"
    fi
    if is_in "$5"; then
        say "caches and plugins stay: pods are attached still"
        return
    fi
    for file in "$3"/* "$3"/.[!.]*; do
        [ -e "$file" ] || continue
        remove "$file"
        emptied=1
    done
    [ -z "${emptied:-}" ] || say "caches removed"
    for kept in "$1"/.multus-lab/*; do
        [ -f "$kept" ] || continue
        name=${kept##*/}
        there=$({ cksum <"$1/$name"; } 2>/dev/null) || continue
        while read -r line; do
            [ "$line" = "$there" ] || continue
            remove "$1/$name"
            say "plugin $name removed"
        done <"$kept"
    done
    remove "$1/.multus-lab"
}

"$@"
