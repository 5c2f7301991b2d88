#!/bin/sh
# Points as a shop lives with them: reckoned from what was packed and imported, spent,
# taken over by a points service; and schemes that make no sense.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
NO_COLOR=1 TUCK_KEYS=$work/keys/shop.keys
export NO_COLOR TUCK_KEYS
bad=0 step=''

begin() { step=$1; }
miss() {
    echo "FAIL: $step: $1"
    sed 's/^/    out: /' out | head -30
    sed 's/^/    err: /' err | head -30
    bad=1
}
run() {
    want=$1
    shift
    "$tuck" "$@" >out 2>err </dev/null
    rc=$?
    [ $rc -eq "$want" ] || miss "tuck $*: exit status $rc, not $want"
}
prints() { grep -q -e "$1" out || miss "standard output lacks: $1"; }
says() { grep -q -e "$1" err || miss "standard error lacks: $1"; }
# order ID DAY PRICE: an order of C-1
order() {
    cat >"$1.xml" <<XML
<order xmlns="urn:tuck:order:1" merchant="fern-kettle" id="$1" currency="EUR"
       placed-at="$2T10:20:00+01:00">
  <customer id="C-1" language="en"/>
  <lines><line sku="TEA-1" quantity="1" unit-price="$3"/></lines>
</order>
XML
}
# settings POINTS
settings() {
    cat >shop/tuck.xml <<XML
<shop xmlns="urn:tuck:shop:1" merchant="fern-kettle" name="Fern" time-zone="Europe/Berlin"
      language="en" currency="EUR">
  <campaign href="campaign.xml"/><templates href="$top/templates"/>
  <ledger path="var/ledger"/><budget pack="30000ms"/>
  $1
</shop>
XML
}
# fails POINTS NOTE WORDS: settings that are told to be wrong, with their line
fails() {
    settings "$1"
    run 1 why -s shop C.xml
    says "tuck.xml:5"
    says "$2"
    says "$3"
}

mkdir -p shop
cat >shop/campaign.xml <<'XML'
<campaign xmlns="urn:tuck:campaign:1" name="points">
  <placement name="card" kind="insert"/>
  <offer name="thanks" placement="card" sells="no"><print template="thank-you"/></offer>
</campaign>
XML
settings '<points per-unit="1" last="12mo" tiers-by="points">
  <tier name="Leaf" from="0"/><tier name="Bud" from="100" multiplier="2"/>
  <reward name="a strainer" points="60"/></points>'

begin 'what was packed earns points'
order A 2026-01-10 70.90
order B 2026-03-10 40.00
order C 2026-11-17 10.00
for id in A B; do run 0 pack -s shop $id.xml; done
run 0 why -s shop C.xml
prints '^ *points  *110$'
prints '^ *tier  *Bud$'
prints '^ *points-earned  *20$'
prints '^ *reward  *a strainer$'

begin 'points that were spent are gone'
cat >told.xml <<'XML'
<history xmlns="urn:tuck:history:1" customer="C-1">
  <points-spent at="2026-04-01" points="60" reward="a strainer"/>
</history>
XML
run 0 import -s shop told.xml
run 0 why -s shop C.xml
prints '^ *points  *50$'
prints '^ *points-to-reward  *10$'
run 0 import -s shop told.xml
run 0 why -s shop C.xml
prints '^ *points  *50$'

begin 'a points service goes first'
cat >told.xml <<'XML'
<history xmlns="urn:tuck:history:1" customer="C-1">
  <loyalty tier="Gold" points="7" as-of="2026-11-01" expiring="5" expires="2026-12-31"
           place="3" of="40"/>
</history>
XML
run 0 import -s shop told.xml
run 0 why -s shop C.xml
prints '^ *tier  *Gold$'
prints '^ *points  *7$'
prints '^ *points-expire-on  *2026-12-31$'
prints '^ *points-earned  *unknown$'
prints '^ *leaderboard-place  *unknown$'

begin 'schemes that make no sense'
fails '<points per-unit="0"/>' 1041 'over 0'
fails '<points per-unit="1"><tier name="A" from="5"/><tier name="B" from="5"/></points>' \
    1041 'no higher'
fails '<points per-unit="1"><tier name="A" from="0"/><tier name="A" from="5"/></points>' \
    1041 'twice'
fails '<points per-unit="1"><tier name="A" from="0.001"/></points>' 1041 'currency'
fails '<points per-unit="1" tiers-by="points"><tier name="A" from="0.5"/></points>' \
    1041 'whole number'
fails '<points per-unit="1"><tier name="A" from="0" multiplier="0"/></points>' \
    1041 'no points'
fails '<points per-unit="1"><reward name="R" points="1"/><reward name="R" points="2"/></points>' \
    1041 'twice'
fails '<points per-unit="1" last="1y"/>' 106 'last'
exit $bad
