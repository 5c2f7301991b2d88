#!/bin/sh
# What a customer answers comes back by the code on their paper, and the next carton knows.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
. "$top/tests/cli/walk.sh"

cp -R "$top/samples/shop" shop && chmod -R u+w shop && rm -rf shop/var
sed "s|../../templates|$top/templates|; s|pack=\"1000ms\"|pack=\"60000ms\"|; s|</shop>|<codes kind=\"signed\"/></shop>|" \
    "$top/samples/shop/tuck.xml" >shop/tuck.xml
# again NAME ID DAY: an order of the same customer, later
again() {
    sed "s/ id=\"FK-[0-9]*\"/ id=\"$2\"/; s/placed-at=\"[^\"]*\"/placed-at=\"$3T10:00:00Z\"/" \
        "shop/orders/$1.xml" >"shop/orders/$2.xml"
}
code_in() { sed -n "s/.* $1  *\([A-Z0-9-]*\) until .*/\1/p" out; }

begin 'the question is printed with a code, and nothing is owed on it'
run 0 preview -s shop asked; prints 'how-was-it .*ASK-SPEC-IMEN-SPEC-IMEN until '
run 0 pack -s shop -d paper asked; ask=$(code_in how-was-it)
case $ask in ASK-????-????-????-????) ;; *) miss "no signed code: $ask" ;; esac
run 0 liability -s shop; prints '^nothing is owed on paper$'
run 1 code verify -s shop "$ask"; says 'brings an answer back, and is worth nothing'
run 1 redeem -s shop "$ask"; says "$ask: it brings an answer back, and is worth nothing at a till$"
run 0 ledger -s shop "$ask"; prints "^$ask  printed  how-was-it  "; prints_not redeemed

begin 'an answer is kept'
small=$(echo "$ask" | tr 'A-Z' 'a-z')
run 0 answer -s shop "$small" --nps 9 --effort 2 --date 2026-11-20T10:00:00Z; silent
prints "^$ask: ok: kept for order FK-2091: nps 9, effort 2$"
run 0 answer -s shop "$ask" --nps 9 --date 2026-11-21; prints "^$ask: again: kept already, as of 2026-11-20 11:00$"
run 0 answer -s shop -q "$ask" --nps 9; prints_not .; silent
run 0 ledger -s shop "$ask"; prints ' answered  *nps$'; prints ' answered  *effort$'
[ "$(grep -c ' answered ' out)" -eq 2 ] || miss 'what was said once is told twice'

begin 'the next carton knows'
again asked FK-9001 2026-12-05
run 0 why -s shop FK-9001
prints 'nps-class  *promoter'; prints 'nps-score  *9'; prints 'effort-class  *low'

begin 'a later answer takes the place of an earlier one, and not the other way'
run 0 answer -s shop "$ask" --nps 3 --effort 6 --date 2026-11-22T10:00:00Z
prints "^$ask: ok: kept for order FK-2091: nps 3, effort 6, instead of nps 9 and effort 2$"
run 1 answer -s shop "$ask" --nps 10 --date 2026-11-21
says "$ask: by this code something else was said on 2026-11-22 11:00, which is later and stands$"
run 0 why -s shop FK-9001; prints 'nps-class  *detractor'; prints 'effort-class  *high'
prints 'mended  *chosen'
run 0 preview -s shop FK-9001; prints 'insert  *print  *mended '; prints 'coupon  *print  *make-good '

begin 'who gave a low mark is sold nothing, whatever the rules of offers say'
run 0 why -s shop detractor-mended; prints 'found-it .*segment unhappy bars: this offer sells'
again detractor-mended FK-9010 2027-06-01
run 0 why -s shop FK-9010; prints_not 'unhappy bars'

begin 'a rating is of the piece that the code is on'
run 0 answer -s shop "$ask" --rating 4 --date 2026-11-22; prints 'kept for order FK-2091: rating 4$'
run 0 answer -s shop "$ask" --rating 2 --date 2026-11-23; prints 'rating 2, instead of rating 4$'
run 2 answer -s shop "$ask" --rating 6; says 'from 1 to 5'
sed 's|<offer name="thank-you" |<offer name="disliked" placement="insert" priority="999" sells="no" when="rating('\''how-was-it'\'') = 2"><print template="thank-you"/></offer> &|' \
    shop/campaign.xml >campaign.xml && mv campaign.xml shop/campaign.xml
run 0 why -s shop FK-9001; prints 'disliked  *chosen'

begin 'questions of the shop'
run 0 answer -s shop "$ask" --question wish --value 'more oolong' --date 2026-11-22
prints 'kept for order FK-2091: wish$'; prints_not oolong
run 0 answer -s shop "$ask" --question wish --value 'less rain' --date 2026-11-23 --channel phone
prints 'wish, instead of other words$'
run 0 export -s shop C-2091; prints '"less rain"'; prints_not oolong

begin 'what is refused, and why'
case $ask in *2) other=3 ;; *) other=2 ;; esac
run 1 answer -s shop "${ask%?}$other" --nps 9; says 'it is mistyped'
run 1 answer -s shop NEVER-WAS --nps 9; says 'no such code was ever promised here$'
run 1 answer -s shop "$ask" --nps 9 --date 2031-01-01; says 'it is too late: the last day to answer was 20'
run 1 answer -s shop "$ask" --nps 9 --date soon; says '"soon" is no time.*station 1011'
run 2 answer -s shop "$ask" --nps 11; says '"11"; expected a whole number from 0 to 10'
run 2 answer -s shop "$ask" --effort 0; says 'from 1 to 7'
run 2 answer -s shop "$ask" --question wish; says 'go together'
run 2 answer -s shop "$ask"; says 'answer wants --nps'
run 2 answer -s shop; says 'wants'

begin 'a file of answers'
sed 's/FK-2091/FK-9002/; s/C-2091/C-9092/' shop/orders/asked.xml >shop/orders/FK-9002.xml
sed 's/C-2091/C-9092/; s/FK-91/FK-92/' shop/histories/C-2091.xml >shop/histories/C-9092.xml
run 0 pack -s shop -d paper FK-9002; second=$(code_in how-was-it)
[ -n "$second" ] || miss 'no second code'
cat >wrong.csv <<CSV
code,date,nps,effort,question,value
$second,2026-11-24,12,,,
$second,soon,9,,,
$second,2026-11-24,,,wish,
$second,2026-11-24,,,,
CSV
run 1 import -s shop --answers wrong.csv
for line in '2: .*from 0 to 10' '3: .*a day' '4: .*a question and a value' '5: .*an answer'; do
    says "wrong.csv:$line"
done
cat >told.csv <<CSV
code,date,nps,effort,question,value,channel
$second,2026-11-25,8,,,,web
$second,2026-11-24,2,,,,web
$ask,2026-11-22T10:00:00Z,3,,,,
GONE-1,2026-11-25,5,,,,
$second,2031-01-01,5,,,,
CSV
run 0 import -s shop --answers told.csv
prints '1 answer kept, 1 there already, 2 too late or nobody.s, 1 of unknown codes$'
says 'told.csv:3: .*not kept: used.*station 1050'; says 'told.csv:5: .*unknown'; says 'told.csv:6: .*expired'
run 0 import -s shop --answers --json told.csv; prints '"new": 0.*"again": 2'
run 2 import -s shop --answers --decisions told.csv; says 'not of both'

begin 'who is cancelled or forgotten is not asked any more'
run 0 void -s shop --reason='sent back' FK-9002
run 1 answer -s shop "$second" --nps 1 --date 2026-11-26; says 'it was voided: sent back$'
run 0 forget -s shop C-2091
run 1 answer -s shop "$ask" --nps 1; says 'nobody is behind it'
run 1 export -s shop C-2091
run 0 ledger -s shop --check

begin 'nobody is asked again soon, nor without consent, nor with a complaint'
again asked FK-9003 2026-11-19
run 0 pack -s shop -d paper FK-9003; prints 'how-was-it'
again asked FK-9004 2026-12-20
run 0 why -s shop FK-9004; prints 'how-was-it .*cooldown: '
sed 's/<consent for="survey" given="true"/<consent for="survey" given="false"/' \
    shop/orders/FK-9003.xml | sed 's/FK-9003/FK-9005/; s/C-2091/C-9093/' >shop/orders/FK-9005.xml
sed 's/C-2091/C-9093/; s/FK-91/FK-93/' shop/histories/C-2091.xml >shop/histories/C-9093.xml
run 0 why -s shop FK-9005; prints 'how-was-it .*consent: survey was refused'
exit $bad
