#!/bin/sh
# A code that leaves a choice: what was chosen is kept, and the next card tells what was given.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
. "$top/tests/cli/walk.sh"

cp -R "$top/samples/shop" shop && chmod -R u+w shop && rm -rf shop/var
sed "s|../../templates|$top/templates|; s|pack=\"1000ms\"|pack=\"60000ms\"|" \
    "$top/samples/shop/tuck.xml" >shop/tuck.xml
# another ID: the same order, of another customer with the same past
another() {
    sed "s/FK-2908/FK-$1/; s/C-2908/C-$1/" "shop/orders/choose-one.xml" >"shop/orders/$1.xml"
    sed "s/C-2908/C-$1/" shop/histories/C-2908.xml >"shop/histories/C-$1.xml"
}
# given NUMBER FOLDER: what the card of that folder says was given so far
given() {
    pdftotext -layout "$2"/*coupon*.pdf - | grep -q "Given so far: $1\$" ||
        miss "not $1 given: $(pdftotext -layout "$2"/*coupon*.pdf - | grep 'so far')"
}
command -v pdftotext >/dev/null || { echo "SKIP: no pdftotext"; exit 77; }

begin 'before anybody chose, the card tells what was given before'
run 0 pack -s shop -d first shop/orders/choose-one.xml
pick=$(sed -n 's/.* choose-one  *\([A-Z0-9-]*\) until .*/\1/p' out)
given 1180 first

begin 'who gives away is counted, who keeps is not'
another 8001; another 8002
run 0 pack -s shop -d second 8001
keep=$(sed -n 's/.* choose-one  *\([A-Z0-9-]*\) until .*/\1/p' out)
run 0 redeem -s shop "$pick" --choice=lunches
run 0 redeem -s shop "$keep" --choice=tin
run 0 pack -s shop -d third 8002
given 1181 third

begin 'a carton packed again tells what it told'
run 0 pack -s shop -d again shop/orders/choose-one.xml
cmp first/*coupon*.pdf again/*coupon*.pdf || miss 'the card changed'
run 0 replay -s shop FK-8002; silent

begin 'a file of redemptions tells choices, too'
another 8003; another 8004
run 0 pack -s shop -d fourth 8003
code=$(sed -n 's/.* choose-one  *\([A-Z0-9-]*\) until .*/\1/p' out)
printf 'code,date,choice\n%s,2026-11-20,bushes\n' "$code" >used.csv
run 0 redeem -s shop --file=used.csv --currency=EUR; prints '1 redeemed'
run 0 pack -s shop -d fifth 8004
given 1182 fifth
exit $bad
