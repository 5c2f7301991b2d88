#!/bin/sh
# What the settings tell of places: holidays where a carton goes and shops near by, and
# holidays that are none. An advisor's word, as the report tells it, and stars for a lesson.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
. "$top/tests/cli/walk.sh"

cp -R "$top/samples/shop" shop && chmod -R u+w shop && rm -rf shop/var
# settings TEXT: the sample shop's, with TEXT instead of its holidays
settings() {
    sed "s|../../templates|$top/templates|; s|pack=\"1000ms\"|pack=\"60000ms\"|
         /<holidays>/,/<\/holidays>/d" "$top/samples/shop/tuck.xml" |
        sed "s|  <press |  $1\n&|" >shop/tuck.xml
}
# to REGION POSTCODE: the store's order, sent there instead
to() {
    sed "s/region=\"[^\"]*\" postcode=\"[^\"]*\"/region=\"$1\" postcode=\"$2\"/" \
        "$top/samples/shop/orders/store-near.xml" >shop/orders/to.xml
}

begin 'a holiday is one where the carton goes'
settings '<holidays><holiday name="Fair day" on="--11-19" countries="DE" regions="Berlin,BE"/><holiday name="All of us" on="2026-12-01"/></holidays>'
to BE 10997
run 0 why -s shop to; prints 'next-holiday  *Fair day'; prints 'days-to-holiday  *2'
to HH 20095
run 0 why -s shop to; prints 'next-holiday  *All of us'; prints 'next-holiday-on  *2026-12-01'

begin 'a shop is near by its postcodes'
to BE 10997
run 0 why -s shop to; prints 'store-near  *Fern & Kettle, Kreuzberg'
to SN 04229
run 0 why -s shop to; prints 'store-near-address  *Karl-Heine-Straße 41, 04229 Leipzig'
to HH 20095
run 0 why -s shop to; prints_not 'Fern & Kettle, '

begin 'a day that no calendar has is told, with its line'
line=$(grep -n '<press ' "$top/samples/shop/tuck.xml" | cut -d: -f1)
for day in --02-30 --13-01 2026-02-29; do
    settings "<holidays><holiday name=\"Never\" on=\"$day\"/></holidays>"
    run 1 why -s shop to
    says "holiday \"Never\": on=\"$day\" is no day of the calendar"; says 'station 1042'
done
settings '<holidays><holiday name="Leap day" on="--02-29"/></holidays>'
run 0 why -s shop to; prints 'next-holiday-on  *2027-03-01'
settings '<holidays><holiday name="Both" on="--01-01" easter="1"/></holidays>'
run 1 why -s shop to; says 'tuck.xml:'

begin "an advisor's word goes before the rules, and is told apart from them"
settings ''
run 0 pack -s shop -d paper taste-strong; prints 'insert  *print  *taste-strong'
run 0 pack -s shop -d paper advised; prints 'insert  *print  *taste-gentle .*an advisor said always'
run 0 report -s shop --date=2026-11-30; prints '^What advisors chose beside what rules chose$'
prints '^  decided  *1  *1$'
run 0 export -s shop C-2931; prints '"offer": "taste-gentle".*"is_advised": 1'
prints 'sleeps badly'

begin 'few stars by the code of a lesson, and there is no next lesson'
run 0 pack -s shop -d paper lesson-one
star=$(sed -n 's/.* lesson-1  *\([A-Z0-9-]*\) until .*/\1/p' out)
sed 's/FK-2910/FK-8101/; s/placed-at="[^"]*"/placed-at="2026-12-12T10:00:00Z"/' \
    shop/orders/lesson-one.xml >shop/orders/FK-8101.xml
run 0 why -s shop FK-8101; prints 'lesson-2  *\(chosen\|outranked\)'
run 0 answer -s shop "$star" --rating 2 --date 2026-11-25
run 0 why -s shop FK-8101; prints 'lesson-2  *not-eligible'
exit $bad
