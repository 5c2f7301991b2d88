#!/bin/sh
# tuck simulate: the log under another campaign, what it would have been worth, and when
# that cannot be told. A campaign draws between two inserts; one of them is worth more, and
# how much is known here.
set -u
tuck=${TUCK:?}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
NO_COLOR=1 TUCK_KEYS=$dir/keys/shop.keys
export NO_COLOR TUCK_KEYS
bad=0
fail() {
    echo "FAIL: $*" >&2
    bad=1
}
tuck() {
    "$tuck" -s "$dir/shop" "$@" --ledger="$dir/ledger"
}
figure() {
    python3 -c "import json,sys; d=json.load(sys.stdin); print($1)"
}

mkdir -p "$dir/shop" "$dir/orders"
cat >"$dir/shop/tuck.xml" <<'EOF'
<shop xmlns="urn:tuck:shop:1" merchant="m" name="M" time-zone="Europe/Berlin" language="en" currency="EUR">
  <campaign href="both.xml"/>
  <report within="30d"/>
</shop>
EOF
cat >"$dir/shop/both.xml" <<'EOF'
<campaign xmlns="urn:tuck:campaign:1" name="both">
  <placement name="insert" kind="insert"/>
  <segment name="large" when="$order-total &gt; 2500"/>
  <offer name="tea" placement="insert" weight="50"><preprinted sku="P-TEA" bin="1"/></offer>
  <offer name="pot" placement="insert" weight="50"><preprinted sku="P-POT" bin="2"/></offer>
</campaign>
EOF
sed 's/name="both"/name="pots"/; /name="tea"/d' "$dir/shop/both.xml" >"$dir/pots.xml"
sed 's/name="both"/name="cups"/; /name="tea"/d; s/name="pot"/name="cup"/' "$dir/shop/both.xml" >"$dir/cups.xml"
sed 's/name="both"/name="tilted"/; s/name="tea" placement="insert" weight="50"/name="tea" placement="insert" weight="25"/' \
    "$dir/shop/both.xml" >"$dir/tilted.xml"
i=1
while [ $i -le 800 ]; do
    cat >"$dir/orders/$i.xml" <<EOF
<order xmlns="urn:tuck:order:1" merchant="m" id="O-$i" placed-at="2026-11-20T10:00:00Z" currency="EUR">
  <customer id="C-$i"/><lines><line sku="X" quantity="1" unit-price="$((10 + i % 30)).00"><name>X</name></line></lines>
</order>
EOF
    i=$((i + 1))
done
tuck pack -d "$dir/out" "$dir/orders" >"$dir/packed" 2>&1 || fail "packing: $(tail -3 "$dir/packed")"

# One of two orders again: for about 33 who got the pot, for about 12 who got the tea.
later=$(date -u -d '+10 days' +%F) asof=$(date -u -d '+60 days' +%F)
awk -v later="$later" 'BEGIN { print "customer,date,order,amount" }
    $1 ~ /^O-/ { n = substr($1, 3) }
    $1 == "insert" && n % 2 == 0 { printf "C-%s,%s,B-%s,%d.00\n", n, later, n, $3 == "pot" ? 30 + n % 7 : 10 + n % 5 }' \
    "$dir/packed" >"$dir/again.csv"
tuck import "$dir/again.csv" --currency=EUR >/dev/null 2>&1 || fail "the outcomes are not imported"

tuck simulate --campaign="$dir/pots.xml" --date="$asof" >"$dir/text" || fail "it fails"
grep -q 'Campaign pots over the log: 800 of 800 decisions made again' "$dir/text" || fail "not all: $(head -3 "$dir/text")"
grep -q '  tea -> pot  (O-' "$dir/text" || fail "what changes is not told: $(cat "$dir/text")"
grep -q '  large  *[1-9][0-9]* of 3[0-9][0-9] change' "$dir/text" || fail "nor for whom"
grep -q '^BETTER. It would have brought more revenue' "$dir/text" || fail "a gain is not seen: $(tail -12 "$dir/text")"
tuck simulate --campaign="$dir/pots.xml" --date="$asof" --json >"$dir/json" || fail "no JSON"
# pots for all would have brought 33 from every second customer
for of in snips robust; do
    near=$(figure "abs(d['value']['$of']['value'] - 16.5) < 1.5 and d['value']['$of']['low'] < 16.5 < d['value']['$of']['high']" <"$dir/json")
    [ "$near" = True ] || fail "$of is far from 16.50: $(figure "d['value']['$of']" <"$dir/json")"
done
changed=$(figure "d['changed']" <"$dir/json")
teas=$(grep -c '  insert  *pick  *tea ' "$dir/packed")
[ "$changed" = "$teas" ] || fail "$changed change, but $teas had tea"

# Twice as many pots as teas: between the two.
tuck simulate --campaign="$dir/tilted.xml" --date="$asof" --json >"$dir/json" || fail "no JSON"
near=$(figure "abs(d['value']['snips']['value'] - (2 * 16.5 + 6) / 3) < 1.2" <"$dir/json")
[ "$near" = True ] || fail "tilted is $(figure "d['value']['snips']" <"$dir/json"), not about 13"

# What was never tried has no value, and the same campaign no difference.
tuck simulate --campaign="$dir/cups.xml" --date="$asof" >"$dir/text" || fail "cups fail"
grep -q '^CANNOT TELL: this policy does what was never tried' "$dir/text" || fail "cups have a value: $(tail -5 "$dir/text")"
grep -q 'SNIPS' "$dir/text" && fail "a figure is given all the same"
tuck simulate --date="$asof" >"$dir/text" || fail "the same campaign fails"
grep -q '^NO DIFFERENCE' "$dir/text" || fail "the same is different: $(tail -5 "$dir/text")"
tuck simulate >"$dir/text" || fail "before any window is over it fails"
grep -q 'of 0 decisions' "$dir/text" || fail "decisions count before their time: $(tail -5 "$dir/text")"

tuck simulate --date="$asof" --vowpal="$dir/log.vw" || fail "no log for Vowpal Wabbit"
[ "$(wc -l <"$dir/log.vw")" -eq 800 ] || fail "not a line for each"
grep -vqE "^[12]:(0|-[0-9.]+):0\.5 '(pot|tea)\|p insert( \|s large)?$" "$dir/log.vw" &&
    fail "no line of Vowpal Wabbit: $(grep -vE "^[12]:(0|-[0-9.]+):0\.5 '(pot|tea)\|p insert( \|s large)?$" "$dir/log.vw" | head -2)"
grep -q 'C-1\|O-1' "$dir/log.vw" && fail "customers are in the log"
tuck simulate --date="$asof" --bandit="$dir/log.csv" || fail "no log for the Open Bandit Pipeline"
head -1 "$dir/log.csv" | grep -q '^,timestamp,item_id,position,click,propensity_score,user_feature_0' || fail "no such columns"
[ "$(awk -F, 'NR > 1 && $5 == 1' "$dir/log.csv" | wc -l)" -eq 400 ] || fail "not 400 clicks"
tuck ledger --check >/dev/null || fail "the ledger is not sound"
exit $bad
