#!/bin/sh
# The life of what is promised on paper, as a shop lives it with the command: packed, owed,
# redeemed once, refused with the reason, voided, told by files, printed again, expired.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
python=${PYTHON:-python3}
command -v "$python" >/dev/null || python=
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
. "$top/tests/cli/walk.sh"

is_json() { [ -z "$python" ] || "$python" -m json.tool <out >/dev/null || miss "no JSON"; }
json_is() {
    [ -n "$python" ] || return 0
    is=$("$python" -c "import json,sys; j=json.load(sys.stdin); print($1)" <out)
    [ "$is" = "$2" ] || miss "$1 is $is, not $2"
}
code_of() { "$tuck" pack -s shop "$1" | sed -n "s/.* $2  *\([A-Z0-9-]*\) until .*/\1/p"; }
cp -R "$top/samples/shop" shop && chmod -R u+w shop && rm -rf shop/var
sed "s|../../templates|$top/templates|; s|pack=\"1000ms\"|pack=\"60000ms\"|" \
    "$top/samples/shop/tuck.xml" >shop/tuck.xml

begin 'nothing is owed before anything is packed'
run 0 liability -s shop; prints '^nothing is owed on paper$'; silent
[ ! -e keys ] || miss 'a look makes keys'
run 1 ledger -s shop FK-2004; says 'nothing was promised to an order or a customer'

begin 'what is packed is owed'
run 0 pack -s shop -d paper birthday lapsing-gold
[ "$(stat -c %a keys/shop.keys)" = 600 ] || miss 'the key file is open to others'
cake=$(code_of birthday birthday-treat) steam=$(code_of lapsing-gold come-back)
[ -n "$cake" ] && [ -n "$steam" ] || miss "no codes: $cake $steam"
run 0 pack -s shop first-order
fern=$(code_of first-order second-cup)
run 0 liability -s shop; silent
prints '^offer  *value  until  *reserved  printed  *owed$'
prints '^birthday-treat  *5.00  [0-9-]*  *0  *1  *5.00 EUR$'
prints '^second-cup  *4.50  [0-9-]*  *1  *0  *4.50 EUR$'
prints '^total  *1  *2  *18.50 EUR$'
[ "$(awk '{ print length }' out | sort -u | wc -l)" -eq 2 ] || miss 'the amounts do not stand flush'
run 0 liability -s shop --csv; prints '^birthday-treat,5.00,EUR,[0-9-]*,0,1,5.00$'
run 0 liability -s shop --json; is_json
json_is 'j["totals"][0]["sum"]["amount"]' 18.50
json_is 'sum(d["printed"] for d in j["debts"])' 2

begin 'a code is redeemed once'
run 0 redeem -s shop "$cake" --order=FK-3000 --amount=42.10 --place=Berlin; silent
prints "^$cake: ok: 5.00 EUR off, offer birthday-treat, until "
run 1 redeem -s shop "$cake" --order=FK-3001
says "$cake: it was used on [0-9-]* [0-9:]* in order FK-3000 at Berlin$"; prints_not .
run 0 redeem -s shop "$cake" --order=FK-3000; prints "^$cake: again: "
run 1 redeem -s shop --json "$cake" --id=other; is_json
json_is 'j["answer"]' used; json_is 'j["used_place"]' Berlin; json_is 'j["used_order"]' FK-3000
run 0 redeem -s shop -q "$cake" --order=FK-3000; prints_not .; silent
run 1 redeem -s shop "$steam" --id="$cake/FK-3000"; says 'ledger 418'
run 0 liability -s shop; prints_not birthday-treat; prints '^total  *1  *1  *13.50 EUR$'

begin 'typed as people type'
small=$(echo "$steam" | tr 'A-Z' 'a-z')
run 0 redeem -s shop " $small " --id=R-1 --at=2026-11-20T10:00:00Z; prints "^$steam: ok: "
run 0 redeem -s shop "$steam" --id=R-1; prints 'again: .*on 2026-11-20 11:00$'

begin 'what a till is refused, and why'
run 1 redeem -s shop "$fern" --customer=C-9999; says "$fern: it was promised to another customer$"
run 1 redeem -s shop NEVER-WAS; says 'NEVER-WAS: no such code was ever promised here$'
run 1 redeem -s shop "$fern" --at=2031-01-01
says "$fern: it has expired: its last day was 20[0-9-]*$"
run 1 redeem -s shop "$fern" --at=soon; says '"soon" is no time.*station 1011'
run 1 redeem -s shop "$fern" --amount=4.999; says 'the amount is "4.999".*station 1020'
run 1 redeem -s shop "$fern" --amount=4 --currency=euro; says 'the currency is "euro".*station 1020'
run 2 redeem -s shop "$fern" --currency=EUR; says 'of an --amount'
run 2 redeem -s shop; says 'redeem wants a code, or --file'
run 2 redeem -s shop a b; says 'takes no argument "b"'

begin 'what is void'
run 0 void -s shop --reason='sent back unopened' FK-2001; prints '^FK-2001: voided$'
run 1 redeem -s shop "$fern"; says "$fern: it was voided: sent back unopened$"
run 1 void -s shop "$cake"; says "$cake: it cannot be voided: it was used on .* FK-3000 at Berlin$"
run 1 void -s shop NOPE-1; says 'NOPE-1: nothing is promised to an order of this id, nor is it a code'
run 0 void -s shop "$fern"; prints "^$fern: voided$"
run 0 liability -s shop; prints '^nothing is owed on paper$'

begin 'a reprint is the same, and is told'
run 0 reprint -s shop -d again FK-2004; prints '^FK-2004  printed again, the same$'; says '^3 sheets in again$'
for sheet in insert coupon box; do
    cmp paper/FK-2004-$sheet.pdf again/FK-2004-$sheet.pdf || miss "another $sheet"
done
run 0 reprint -s shop -q -d again FK-2004; silent
run 0 ledger -s shop "$cake"
[ "$(grep -c ' printed  *package 1, reprint' out)" -eq 2 ] || miss 'two reprints are not in the ledger'
run 0 reprint -s shop -o one.pdf FK-2004; [ "$(head -c 5 one.pdf)" = '%PDF-' ] || miss 'no PDF'
run 1 reprint -s shop -d void FK-2001
says 'FK-2001 is not printed again: offer second-cup was voided on [0-9-]* [0-9:]*: sent back unopened'
[ ! -e void ] || miss 'paper of a voided order'
run 1 reprint -s shop -d void FK-0000; says 'FK-0000, package 1 was never packed'
run 2 reprint -s shop FK-2004; says 'reprint wants -d'

begin 'the whole life'
run 0 ledger -s shop "$fern"; silent
prints "^$fern  voided  second-cup  4.50 EUR  until "
prints '^  order FK-2001, customer '; prints_not 'C-2001'
prints '^  [0-9-]* [0-9:]*  reserved   package 1$'; prints '^  [0-9-]* [0-9:]*  voided     sent back unopened$'
run 0 ledger -s shop FK-2004; prints "^$cake  redeemed  birthday-treat  5.00 EUR  until "
prints '  redeemed   order FK-3000, at Berlin, 42.10 EUR$'
customer=$(sed -n 's/.*<customer id="\([^"]*\)".*/\1/p' shop/orders/birthday.xml)
run 0 ledger -s shop "$customer"; prints "^$cake  redeemed"
run 0 ledger -s shop --json "$cake"; is_json
json_is '[e["kind"] for e in j[0]["events"]]' \
    "['reserved', 'printed', 'redeemed', 'printed', 'printed', 'printed']"
run 2 ledger -s shop; says 'ledger wants an order, a code or a customer'
run 2 ledger -s shop --check "$cake"; says 'ledger wants'

begin 'a file of redemptions that have happened'
"$tuck" pack -s shop -d paper first-order gift >out 2>err || miss 'packing'
fresh=$(code_of first-order second-cup)
[ "$fresh" != "$fern" ] || miss 'a voided code is given again'
cat >told.csv <<CSV
code,date,order,place,amount
$fresh,2026-11-28,FK-3100,Hamburg,12.00
$cake,2026-11-27,FK-3101,Hamburg,9
CSV
sed 1q told.csv >wrong.csv
cat >>wrong.csv <<CSV
$fresh,2026-11-31,FK-3100,Hamburg,12.00
,2026-11-28,FK-3100,Hamburg,12.00
$fresh,2026-11-28,FK-3100,Hamburg,twelve
CSV
run 1 redeem -s shop --file=wrong.csv
says 'wrong.csv:2: error: the date is "2026-11-31"; expected a day.*order 312'
says 'wrong.csv:3: error: the code is ""; expected '
says 'wrong.csv:4: error: the amount is "twelve"; expected a decimal number'
says 'wrong.csv: nothing was taken in'
run 0 ledger -s shop "$fresh"; prints "^$fresh  [a-z]*  second-cup"; prints_not redeemed
run 0 redeem -s shop --file=told.csv
prints "^told.csv: 1 redeemed, 0 known before, 1 against a till's answer, 0 unknown$"
says 'told.csv:3: warning: .*used.*station 1022'
run 0 redeem -s shop --json --file=told.csv; is_json
json_is '[j[n] for n in ("rows", "redeemed", "again", "contrary", "unknown")]' '[2, 0, 2, 0, 0]'
run 1 redeem -s shop "$fresh"; says 'it was used on 2026-11-28 00:00 in order FK-3100 at Hamburg'
printf 'Gutschein;Tag\n%s;28.11.2026\n' "$fresh" >other.csv
run 0 redeem -s shop --file=other.csv --delimiter=';' --columns=code=Gutschein,date=Tag \
    --date-format=%d.%m.%Y
run 1 redeem -s shop --file=other.csv; says 'order 310'
run 1 redeem -s shop --file=none.csv; says 'none.csv: error: .*107\]'

begin 'keys'
run 0 code keys -s shop; prints 'shop.keys$'; prints 'signs and checks$'
run 1 code new-keys -s shop; says 'shop.keys: error: .*mint 12'
run 0 code rotate -s shop; prints 'a new key signs'
run 0 code keys -s shop --json; is_json
json_is '[k["signs"] for k in j]' '[False, True]'
run 0 code rotate -s shop
old=$("$tuck" code keys -s shop | sed -n '2s/ .*//p')
run 0 code retire -s shop "$old"; prints "^$old: retired"
run 1 code retire -s shop nonesuch; says 'error: .*mint 12'
run 0 code keys -s shop; prints "^$old .*retired 20"; [ "$(grep -c ' checks$' out)" -eq 2 ] || miss 'not two keys left'
run 0 code new-keys -s shop --keys="$work/other.keys"; prints "^$work/other.keys: new keys"
[ "$(stat -c %a other.keys)" = 600 ] || miss 'a new key file is open to others'
run 1 liability -s shop --keys="$work/other.keys"; says 'ledger 413'
run 1 code verify -s shop "$cake"; says 'it is not a signed code$'
run 2 code; says 'code wants PART'
run 2 code frobnicate; says 'code takes verify, new-keys'
run 2 code keys extra; says 'code keys takes no argument'
run 2 code verify; says 'code verify wants something'

begin 'signed codes speak for themselves'
sed 's/ prefix="STEAM" number="2"/ prefix="STEAM"/' shop/campaign.xml >changed && mv changed shop/campaign.xml
sed 's|</shop>|<codes kind="signed"/></shop>|' shop/tuck.xml >changed && mv changed shop/tuck.xml
run 0 check -s shop
says "warning: offer 'come-back' has a coupon without a number.*station 1024"
! grep -q birthday-treat err || miss 'a number is not seen'
sed 's/ number="1" valid="30d"/ number="1" valid="1170d"/' shop/campaign.xml >long.xml
cp shop/campaign.xml kept.xml && mv long.xml shop/campaign.xml
run 0 check -s shop; says "warning: offer 'birthday-treat' has a coupon valid for 1170 days.*mint 1207"
mv kept.xml shop/campaign.xml
signed=$("$tuck" pack -s shop --ledger=signed.ledger birthday |
    sed -n 's/.* birthday-treat  *\([A-Z0-9-]*\) until .*/\1/p')
case $signed in CAKE-????-????-????-????) ;; *) miss "no signed code: $signed" ;; esac
run 0 code verify -s shop "$signed"; silent
prints "^$signed  genuine$"; prints '^  brand  *Fern & Kettle$'; prints '^  offer  *birthday-treat$'
prints '^  value  *5.00 EUR$'; prints '^  expires  *20'
run 0 code verify -s shop --json "$(echo "$signed" | tr -d - | tr 'A-Z' 'a-z')"; is_json
json_is 'j["code"]' "$signed"
run 1 code verify -s shop --keys="$work/other.keys" "$signed"; says 'it is forged: '
last=$(echo "$signed" | sed 's/.*\(.\)$/\1/')
other=2; [ "$last" = 2 ] && other=3
run 1 code verify -s shop "${signed%?}$other"; says 'it is mistyped: '
run 1 redeem -s shop "${signed%?}$other"; says 'it is mistyped: '
run 1 redeem -s shop "$signed"; says 'it is signed by this shop, but was promised in another ledger$'
run 0 redeem -s shop --ledger=signed.ledger "$signed"; prints '^CAKE-.*: ok: 5.00 EUR off'

begin 'pools'
printf 'SHOP-1\nSHOP-2\n\nSHOP-1\n' >pool.txt
run 0 code import -s shop --pool=spring pool.txt
prints '^pool.txt: 2 codes into pool spring, 1 there before$'
printf 'note,code\nx,SHOP-2\ny,SHOP-3\n' >pool.csv
run 0 code import -s shop --pool=spring --json pool.csv; is_json; json_is 'j["new"]' 1
printf 'SHOP-4\nSHOP\t5\n' >pool.txt
run 1 code import -s shop --pool=spring pool.txt; says 'pool.txt:2: error: .*order 312'
run 0 code pools -s shop; prints '^pool  *codes  *left$'; prints '^spring  *3  *3$'
says 'warning: pool spring has 3 of 3 codes left.*station 1025'
sed 's|<codes |&low-water="3" |' shop/tuck.xml >changed && mv changed shop/tuck.xml
run 0 code pools -s shop; silent
run 2 code import -s shop pool.txt; says 'wants --pool'

begin 'what runs out'
"$tuck" pack -s shop promoter >out 2>err || miss 'packing'
run 0 expire -s shop; prints '^[0-9]* expired, [0-9]* lapsed, [0-9]* erased$'; silent
run 0 expire -s shop --json; is_json; json_is 'j["expired"]' 0

begin 'a copy while it is used'
run 0 backup -s shop copy.ledger; prints '^copy.ledger: backed up$'; silent
run 0 liability -s shop --csv; mv out whole
run 0 liability -s shop --csv --ledger=copy.ledger; cmp -s whole out || miss 'another debt in the copy'
run 0 ledger -s shop --ledger=copy.ledger "$cake"; prints "^$cake  redeemed"
run 1 backup -s shop no/such/folder/copy.ledger; [ -s err ] || miss 'not a word'
run 2 backup -s shop; says 'backup wants FILE'

begin 'a sound ledger, and one that was tampered with'
run 0 ledger -s shop --check; prints '^the ledger is sound$'; silent
run 0 ledger -s shop --check --ledger=copy.ledger; prints 'sound'
if [ -n "$python" ]; then
    "$python" - <<'PYTHON' || miss 'no tampering'
import sqlite3
ledger = sqlite3.connect("copy.ledger")
assert ledger.execute("UPDATE promise SET state = 'printed' WHERE state = 'redeemed'").rowcount
ledger.commit()
PYTHON
    run 1 ledger -s shop --check --ledger=copy.ledger; says 'error: .*ledger 4'; prints_not sound
fi
printf 'no ledger at all, but long enough to be taken for one' >junk.ledger
run 1 ledger -s shop --check --ledger=junk.ledger; says 'ledger 401'

begin 'what is held of a customer, and to forget it'
run 0 export -s shop "$customer"; is_json; silent; prints FK-2004; prints "$cake"
run 0 export -s shop -o held.json "$customer"; prints_not .; grep -q FK-2004 held.json || miss 'no file'
run 1 export -s shop C-0000; says 'C-0000: nothing is held of a customer of this id'; prints_not .
run 0 forget -s shop "$customer"; prints "^$customer: forgotten$"; silent
run 1 forget -s shop "$customer"; says 'nothing is held of a customer of this id'
run 1 export -s shop "$customer"; says 'nothing is held'
run 1 ledger -s shop "$customer"; says 'nothing was promised'
run 1 redeem -s shop "$cake" --id=late; says 'it was used on'
run 0 liability -s shop --csv; cmp -s whole out || miss 'another debt when one is forgotten'
run 0 ledger -s shop --check; prints 'sound'
run 2 forget -s shop; says 'forget wants CUSTOMER'

begin 'colours'
unset NO_COLOR
escape=$(printf '\033')
run 0 ledger -s shop --color=always "$cake"; prints "$escape\\[36mredeemed"
run 0 liability -s shop --color=always
run 0 ledger -s shop --color=never "$cake"; prints_not "$escape"
exit $bad
