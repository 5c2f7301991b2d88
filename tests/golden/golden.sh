#!/bin/sh
# The golden stories: facts, plan, pages and notes as text, the text of the PDFs as
# pdftotext reads it and the symbols as zbar reads them, against what was blessed.
# `TUCK_BLESS=1 make check TESTS=tests/golden/golden.sh` blesses anew; read the diff.
# For stories of the sample shop and those under tests/golden/orders.
set -u
srcdir=${srcdir:-.}
here=$srcdir/tests/golden
for tool in pdftotext pdftoppm zbarimg; do
    command -v "$tool" >/dev/null || { echo "SKIP: no $tool"; exit 77; }
done
abs=$(cd "$srcdir" && pwd)
export TUCK_SHOP="$abs/samples/shop"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0 count=0

# Lam-alef ligatures come out of pdftotext in either order; digits and marks do not matter
# to what is looked for here. Blank lines and runs of blanks are layout.
plain_text() {
    pdftotext -layout "$1" - | tr -d '\014' | sed 's/[[:space:]]\{1,\}/ /g; s/^ //; s/ $//' |
        grep -v '^$'
}

for order in "$abs"/samples/shop/orders/*.xml; do
    story=$(basename "$order" .xml)
    out=$work/$story
    mkdir -p "$out"
    ./tests/golden/story "$order" "$out" >"$out/told" 2>"$out/errors" || {
        echo "FAIL: $story"; cat "$out/errors"; bad=1; continue; }
    for pdf in "$out"/*.pdf; do
        [ -f "$pdf" ] || continue
        name=$(basename "$pdf" .pdf)
        {
            echo "=== text of $name"
            plain_text "$pdf"
            echo "=== symbols of $name"
            pdftoppm -r 203 -singlefile "$pdf" "$out/$name" &&
                zbarimg --nodbus -q "$out/$name.ppm" || true
        } >>"$out/told"
    done
    count=$((count + 1))
    expected=$here/expected/$story.txt
    if [ "${TUCK_BLESS:-}" = 1 ]; then
        cp "$out/told" "$expected"
    elif ! diff -u "$expected" "$out/told"; then
        echo "FAIL: $story differs from what was blessed"
        bad=1
    fi
done
[ $count -ge 20 ] || { echo "FAIL: only $count stories"; bad=1; }
echo "$count stories"
exit $bad
