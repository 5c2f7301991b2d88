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

bad=0
for notes in "$work"/symbols*.txt; do
    name=${notes%.txt}
    : >"$name.read"
    command -v zbarimg >/dev/null &&
        zbarimg --nodbus -q --raw "$name-0.png" >>"$name.read" 2>/dev/null
    if command -v dmtxread >/dev/null; then
        dmtxread -N1 -m5000 "$name-0.png" >>"$name.read" 2>/dev/null
        echo >>"$name.read"
    fi
    sed -n 's/^scan //p' "$notes" >"$name.want"
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
    done <"$name.want"
done
exit $bad
