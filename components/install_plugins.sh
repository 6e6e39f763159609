# Copies CNI plugins of this image to a node: FROM TO OVERWRITE PLUGIN...
#
# Each one is copied aside and renamed, since the node may run the one that is there. What somebody
# else has put there stays, unless OVERWRITE is true. What comes from here is told apart by its
# checksum in TO/.multus-lab: another image's replaces it, and clean_node.sh takes it away.
set -eu
from=$1 to=$2 overwrite=$3
shift 3
kept=$to/.multus-lab
newline='
'
mkdir -p "$kept"
for name; do
    if [ ! -f "$from/$name" ]; then
        echo "the image has no $from/$name, but" "$from"/* >&2
        exit 1
    fi
    new=$(cksum <"$from/$name")
    ours=
    if [ -e "$to/$name" ] || [ -L "$to/$name" ]; then
        there=$({ cksum <"$to/$name"; } 2>/dev/null) || there=-
        ours=$(cat "$kept/$name" 2>/dev/null) || ours=
        case "$newline$ours$newline" in
        *"$newline$there$newline"*) ;;
        *) ours=another ;;
        esac
        if [ "$there" = "$new" ]; then
            echo "$name: it is there"
            continue
        fi
        if [ "$ours" = another ] && [ "$overwrite" != true ]; then
            echo "$name: there is another one, which stays"
            continue
        fi
    fi
    cp "$from/$name" "$kept/.$name"
    chmod 0755 "$kept/.$name"
    # Another's that is replaced isn't ours to take away. Both lines hold if we end in between.
    [ "$ours" = another ] || echo "$ours$newline$new" >"$kept/$name"
    mv -f "$kept/.$name" "$to/$name"
    [ "$ours" = another ] || echo "$new" >"$kept/$name"
    echo "$name: copied, ${new#* } bytes"
done
