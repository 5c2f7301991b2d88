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

tuck fit --date=soon >"$dir/soon" 2>&1 && fail "a day that is none is taken"
grep -q 'expected a day such as' "$dir/soon" || fail "$(cat "$dir/soon")"
exit $bad
