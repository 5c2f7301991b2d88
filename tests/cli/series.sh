#!/bin/sh
# A series of follow-ups: one a parcel, in order, by what the ledger says was printed; none
# after an answer.
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
# a customer of black tea who was asked nothing yet; every other question is out of the way
sed '/<shown/d; s/FK-4142/FK-4149/' "$top/samples/shop/histories/C-2105.xml" >shop/histories/C-2105.xml
sed "s/name=\"talk-\([123]\)\" \(.*\) priority=\"[0-9]*\"/name=\"talk-\1\" \2 priority=\"5000\"/" \
    "$top/samples/shop/campaign.xml" >shop/campaign.xml
# parcel ID DAYS: another order of the same customer, so many days from now, since what is
# printed is printed now
now=$(date +%s)
parcel() {
    day=$(date -u -d "@$((now + $2 * 86400))" +%Y-%m-%d 2>/dev/null ||
        date -u -r "$((now + $2 * 86400))" +%Y-%m-%d)
    sed "s/ id=\"FK-[0-9]*\"/ id=\"$1\"/; s/placed-at=\"[^\"]*\"/placed-at=\"${day}T12:00:00Z\"/" \
        "$top/samples/shop/orders/talk-again.xml" >"shop/orders/$1.xml"
}
code_in() { sed -n "s/.* $1  *\([A-Z0-9-]*\) until .*/\1/p" out; }

begin 'the first parcel has the first step, also when it is packed again'
parcel P-1 0
run 0 pack -s shop -d paper P-1; prints 'insert  *print  *talk-1 '
run 0 pack -s shop -d paper P-1; prints 'insert  *print  *talk-1 '

begin 'the next one waits for the pause'
parcel P-2 13
run 0 why -s shop P-2; prints 'talk-2 .*series cup-talk: 1[234] of 21 days passed since step 1'
prints 'talk-1 .*series cup-talk: step 1 of 3 went out before'
prints 'talk-3 .*series cup-talk: step 2 comes before step 3'

begin 'the second step, and what is only looked at counts for nothing'
parcel P-3 23
run 0 preview -s shop P-3; prints 'insert  *print  *talk-2 '
run 0 pack -s shop -d paper P-3; prints 'insert  *print  *talk-2 '; code=$(code_in talk-2)
[ -n "$code" ] || miss 'the question has no code'

begin 'then the third'
parcel P-4 50
run 0 why -s shop P-4; prints 'talk-3  *chosen'

begin 'an answer stops it'
run 0 answer -s shop "$code" --question cup --value milk
run 0 why -s shop P-4; prints 'talk-3 .*series cup-talk: step 2 was answered'
run 0 pack -s shop -d paper P-4; prints_not 'talk-'
exit $bad
