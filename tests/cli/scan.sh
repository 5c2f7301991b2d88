#!/bin/bash
# tuck preview --scan: what decoders say of the symbols of sheets, and a check that has them
# tried. Symbols are never called read where nobody can read them.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=${abs_top_srcdir:-$(cd "$here/../.." && pwd)}
tuck=${TUCK:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
fail() { echo "FAIL: $*" >&2; failed=1; }

grep -q '^#define HAVE_ZBAR 1' "${abs_top_builddir:-.}/config.h" || exit 77
cp -r "$top/samples/shop" "$work/shop" && chmod -R u+w "$work/shop" || exit 99
order=$top/samples/shop/orders/first-order.xml
[ -f "$order" ] || order=$(grep -l . "$top"/samples/shop/orders/*.xml | head -n 1)

"$tuck" preview -s "$work/shop" --ledger=none --offer=welcome --scan "$order" \
    >"$work/out" 2>"$work/err" || fail "a good symbol: status $?"
for dpi in 203 300 600; do
    grep -q "welcome:[0-9]* *qr *$dpi dpi .* sure .*zbar" "$work/out" ||
        fail "welcome's symbol at $dpi dpi"
done

"$tuck" preview -s "$work/shop" --ledger=none --offer=welcome --scan --json "$order" \
    >"$work/json" 2>>"$work/err" || fail "--json: status $?"
if command -v python3 >/dev/null; then
    python3 - "$work/json" <<'PY' || fail "the JSON"
import json, sys
rows = [r for r in json.load(open(sys.argv[1])) if r["template"] == "welcome"]
assert {r["dpi"] for r in rows} == {203, 300, 600}, rows
for row in rows:
    assert row["read"] and row["sure"] and "zbar" in row["read-by"], row
    assert 0 < row["gain-um"] < row["module-um"] and row["complaint"] is None, row
PY
fi

# A check refuses what is not read, with its line, and lets pass what is.
mkdir -p "$work/bad/templates/bad"
cat >"$work/bad/tuck.xml" <<'XML'
<shop xmlns="urn:tuck:shop:1" merchant="m" name="A shop" time-zone="Europe/Berlin"
      language="en" currency="EUR">
  <campaign href="campaign.xml"/>
  <templates href="templates"/>
</shop>
XML
cat >"$work/bad/campaign.xml" <<'XML'
<campaign xmlns="urn:tuck:campaign:1" name="c">
  <placement name="insert" kind="insert"/>
  <offer name="symbols" placement="insert" priority="1"><print template="bad"/></offer>
</campaign>
XML
cat >"$work/bad/templates/bad/template.xml" <<'XML'
<template xmlns="urn:tuck:template:1" name="bad" kind="insert" media="iso_a6_105x148mm" safe="4mm">
  <page ground="#FFFFFF">
    <symbol x="8" y="8" w="25" h="25" type="qr" value="https://example.com/fine" ecc="L"/>
    <symbol x="60" y="8" w="25" h="25" type="qr" value="https://example.com/over" ecc="L"/>
    <box x="64" y="12" w="12" h="12" fill="black"/>
    <symbol x="8" y="44" w="25" h="25" type="gs1-datamatrix" value="[01]09506000134352[10]A7[21]9"/>
    <symbol x="60" y="44" w="25" h="25" type="aztec" value="TEA-042"/>
    <symbol x="8" y="80" w="85" h="14" type="gs1-128" value="[01]09506000134352[10]A7"/>
    <symbol x="8" y="104" w="85" h="30" type="databar-expanded-stacked"
            value="[8110]106141416543213500110000310123196000"/>
  </page>
</template>
XML
"$tuck" check -s "$work/bad" >"$work/out" 2>&1 && fail "a symbol that is not read is let pass"
grep -q 'bad/template.xml:4:.*not read' "$work/out" || fail "no word of the symbol in line 4"
grep 'not read\|not when' "$work/out" | grep -v ':4:' | grep . >&2 && fail "good symbols are refused"

# A scanner that is not there is told of, and nothing is called read.
mkdir "$work/bin" && cp "${TUCK_PRESS:?}" "$work/bin/tuck-press" 2>/dev/null
[ -e "${TUCK_PRESS%/*}/.libs/tuck-press" ] && cp "${TUCK_PRESS%/*}/.libs/tuck-press" "$work/bin/"
TUCK_PRESS=$work/bin/tuck-press "$tuck" preview -s "$work/shop" --ledger=none \
    --offer=welcome --scan "$order" >"$work/out" 2>"$work/err" &&
    fail "no scanner, and yet all is well"
grep -q 'no symbol was tried' "$work/err" || fail "no word of the missing scanner"
grep -q ' sure ' "$work/out" && fail "read without a scanner"

[ $failed = 0 ] || cat "$work/out" "$work/err" >&2
exit $failed
