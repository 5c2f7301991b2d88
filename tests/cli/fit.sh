#!/bin/sh
# tuck fit: what is learnt from a ledger, kept in it, and told.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
NO_COLOR=1 TUCK_KEYS=$dir/keys/shop.keys
export NO_COLOR TUCK_KEYS
cp -r "$top/samples/shop" "$dir/shop" && chmod -R u+w "$dir/shop"
sed '/<products/d' "$top/samples/shop/tuck.xml" >"$dir/shop/tuck.xml"
ledger=$dir/ledger.db
bad=0
fail() {
    echo "FAIL: $*" >&2
    bad=1
}
tuck() {
    "$tuck" -s "$dir/shop" "$@" --ledger="$ledger"
}

tuck fit >"$dir/none" 2>&1 && fail "an empty ledger teaches something"
grep -q 'no order of a known customer' "$dir/none" || fail "it is not said why: $(cat "$dir/none")"

# Sixty customers: who buys a teapot buys a strainer soon after; some come back often.
awk 'BEGIN {
    print "customer,date,order,sku,name,category,quantity,amount"
    for (c = 1; c <= 60; c++)
        for (o = 0; o < 1 + c % 6; o++) {
            day = 1 + (c * 7 + o * (11 + c % 5)) % 28; month = 1 + (o * 2 + c) % 9
            printf "C-%d,2026-%02d-%02d,O-%d-%d,POT,Pot,pot,1,%d.00\n", c, month, day, c, o, 20 + c % 7
            if (c % 2)
                printf "C-%d,2026-%02d-%02d,O-%d-%d,STRAINER,Strainer,tool,1,4.50\n", c, month, day, c, o
            else
                printf "C-%d,2026-%02d-%02d,O-%d-%d,TEA-%d,Tea,tea,1,6.90\n", c, month, day, c, o, c % 4
        }
}' >"$dir/purchases.csv"
tuck import "$dir/purchases.csv" >/dev/null 2>&1 || fail "the purchases are not imported"

tuck fit --trial --date=2026-10-01 >"$dir/trial" || fail "a trial fails"
grep -q 'a trial: nothing was kept' "$dir/trial" || fail "a trial does not say so"
grep -q 'purchases up to 2026-10-01, from 60 customers' "$dir/trial" ||
    fail "not from 60 customers: $(head -1 "$dir/trial")"
grep -q 'scores (RFM), fifths of 60 customers' "$dir/trial" || fail "no scores"
grep -q 'POT' "$dir/trial" || fail "what is bought most is not told"

tuck fit --json --date=2026-10-01 >"$dir/json" || fail "it fails"
grep -q '"number": 1, "trained": "2026-10-01", "customers": 60' "$dir/json" ||
    fail "the model is not the ledger's first: $(head -1 "$dir/json")"
grep -q '"next": {"products": ' "$dir/json" || fail "no products"
tuck fit --date=2026-05-01 >"$dir/second" || fail "a second time fails"
grep -q 'kept in the ledger as model 2' "$dir/second" || fail "the second is not the second"
early=$(sed -n 's/.*from \([0-9]*\) customers$/\1/p' "$dir/second" | head -1)
[ "$early" -lt 60 ] || fail "what happened later counts before it happened"

# At the bench: a customer of pots is told of a strainer, as long as there is one.
cat >"$dir/order.xml" <<'EOF'
<order xmlns="urn:tuck:order:1" merchant="fern-kettle" id="N-1"
       placed-at="2026-11-20T10:00:00Z" currency="EUR">
  <customer id="C-2"/>
  <lines><line sku="POT" quantity="1" unit-price="20.00"><name>The Pot</name></line></lines>
</order>
EOF
why() {
    tuck why "$dir/order.xml" >"$dir/why" 2>"$dir/err" || fail "why: $(cat "$dir/err")"
}
why
grep -Eq '^ *next-product +STRAINER$' "$dir/why" || fail "no pick: $(grep next- "$dir/why")"
grep -Eq '^ *next-reason +goes-with$' "$dir/why" || fail "not with its reason"
grep -Eq '^ *next-because +The Pot$' "$dir/why" || fail "not with what it goes with"
grep -Eq '^ *expected-orders +([0-9.]+|unknown)$' "$dir/why" || fail "no expectation"
cat >"$dir/shop/products.csv" <<'EOF'
sku,name,stock
POT,The Brown Pot,4
STRAINER,A fine strainer,9
EOF
sed 's#</shop>#<products path="products.csv"/></shop>#' "$dir/shop/tuck.xml" >"$dir/tuck.xml" &&
    mv "$dir/tuck.xml" "$dir/shop/tuck.xml"
why
grep -Eq '^ *next-name +A fine strainer$' "$dir/why" || fail "no name: $(grep next- "$dir/why")"
grep -Eq '^ *next-because +The Brown Pot$' "$dir/why" || fail "not the list's name"
tuck pack "$dir/order.xml" >/dev/null 2>"$dir/err" || fail "pack: $(cat "$dir/err")"
sed 's/id="N-1"/id="N-2"/' "$dir/order.xml" >"$dir/other" && mv "$dir/other" "$dir/order.xml"
printf 'sku,name,stock\nPOT,The Brown Pot,4\nSTRAINER,A fine strainer,0\n' >"$dir/shop/products.csv"
why
grep -Eq '^ *next-product *$' "$dir/why" || fail "what is sold out is picked: $(grep next- "$dir/why")"
tuck replay N-1 >"$dir/replay" 2>&1 || fail "the decision does not come out the same: $(cat "$dir/replay")"
printf 'sku,name,stock\nPOT,The Brown Pot,many\n' >"$dir/shop/products.csv"
tuck why "$dir/order.xml" >"$dir/why" 2>"$dir/err" || fail "a wrong list stops the carton"
grep -q 'products.csv:2: .*stock' "$dir/err" || fail "a wrong list is not told: $(cat "$dir/err")"

tuck fit --date=soon >"$dir/soon" 2>&1 && fail "a day that is none is taken"
grep -q 'expected a day such as' "$dir/soon" || fail "$(cat "$dir/soon")"
exit $bad
