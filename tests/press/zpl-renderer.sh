#!/bin/sh
# Somebody else's renderer of ZPL draws our labels: the same dots, and symbols that scan.
# Needs node with zpl-renderer-js (NODE_PATH, or node_modules where the test runs), and
# zbarimg or dmtxread for the scans; what is not there is said and skipped.
set -u
here=${abs_top_srcdir:?}/tests/press
command -v node >/dev/null || { echo 'SKIP: node is not there'; exit 77; }
node "$here/zpl-renderer.mjs" --has || exit $?
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
"${ZPL_SAMPLES:-tests/press/zpl-samples}" "$work" || exit 1
node "$here/zpl-renderer.mjs" "$work" || exit 1

# and what the sample shop would print
bad=0
mkdir "$work/shop" "$work/dots"
# preview FORMAT FOLDER
preview() {
    cd "$abs_top_srcdir/samples/shop/orders" || exit 99
    exec "${TUCK:?}" preview -q -s .. --ledger none --format "$1" -d "$2" \
        birthday.xml first-pot.xml high-effort.xml lapsing-gold.xml
}
(preview zpl "$work/shop") || bad=1
(preview dots "$work/dots") || bad=1
for picture in "$work"/dots/*.png; do
    name=$(basename "$picture" .png)
    cp "$picture" "$work/shop/$name-0.dots.png"
done
node "$here/zpl-renderer.mjs" "$work/shop" || bad=1

for want in "$work"/*.scan; do
    name=${want%.scan}
    : >"$name.read"
    command -v zbarimg >/dev/null &&
        zbarimg --nodbus -q --raw "$name-0.png" >>"$name.read" 2>/dev/null
    if command -v dmtxread >/dev/null; then
        dmtxread -N1 -m5000 "$name-0.png" >>"$name.read" 2>/dev/null
        echo >>"$name.read"
    fi
    while IFS= read -r text; do
        case $text in
        01*17*) reader=dmtxread ;;
        *) reader=zbarimg ;;
        esac
        if ! command -v $reader >/dev/null; then
            echo "not scanned, $reader is not there: $text"
        elif ! tr -d '\035' <"$name.read" | grep -qF "$(printf %s "$text" | tr -d '\035')"; then
            echo "FAIL: $reader does not read \"$text\" in $(basename "$name"):"
            sed 's/^/    /' "$name.read"
            bad=1
        fi
    done <"$want"
done
exit $bad
