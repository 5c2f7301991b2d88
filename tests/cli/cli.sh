#!/bin/sh
# The command as a stranger tries it, on copies of the sample shop: what it prints, what it
# leaves behind, what it says of mistakes, and what it exits with.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
python=${PYTHON:-python3}
command -v "$python" >/dev/null || python=
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
unset NO_COLOR
TERM=xterm
export TERM
bad=0 step='' rc=0

begin() { step=$1; }
miss() {
    echo "FAIL: $step: $1"
    sed 's/^/    out: /' out | head -30
    sed 's/^/    err: /' err | head -30
    bad=1
}
# run STATUS ARGUMENT...: the command, and what it has to exit with
run() {
    want=$1
    shift
    "$tuck" "$@" >out 2>err </dev/null
    rc=$?
    [ $rc -eq "$want" ] || miss "tuck $*: exit status $rc, not $want"
}
prints() { grep -q -e "$1" out || miss "standard output lacks: $1"; }
prints_not() { ! grep -q -e "$1" out || miss "standard output has: $1"; }
says() { grep -q -e "$1" err || miss "standard error lacks: $1"; }
silent() { [ ! -s err ] || miss "standard error is not empty"; }
# A copy of the sample shop, with the templates of this tree
fresh() {
    rm -rf "$1"
    cp -R "$top/samples/shop" "$1" && chmod -R u+w "$1"
    change "$1/tuck.xml" "s|../../templates|$top/templates|"
    rm -rf "$1/var"
}
change() {
    sed "$2" "$1" >changed || miss "sed $2"
    ! cmp -s changed "$1" || miss "nothing in $1 for sed $2"
    mv changed "$1"
}
is_json() { [ -z "$python" ] || "$python" -m json.tool <out >/dev/null || miss "no JSON"; }
# The value of a Python expression over the JSON on standard output, called j
json() { [ -z "$python" ] || "$python" -c "import json,sys; j=json.load(sys.stdin); print($1)" <out; }
json_is() {
    [ -z "$python" ] || [ "$(json "$1")" = "$2" ] || miss "$1 is $(json "$1"), not $2"
}

begin 'wrong command lines are told and cost 2'
run 2; says 'Usage: tuck'
run 2 frobnicate; says 'no command "frobnicate"'
run 2 --nonesuch; says 'no command is given'
run 2 help frobnicate; says 'no command "frobnicate"'
run 2 preview; says 'preview wants ORDER'
run 2 preview --nonesuch x; says 'preview has no option --nonesuch'
run 2 pack --offer=birthday x; says 'pack has no option --offer'
run 2 preview -o; says '-o wants a value'
run 2 preview --dpi=fine x; says '--dpi takes a number from 30 to 1200, not "fine"'
run 2 preview --dpi=29 x; says '--dpi takes'
run 2 preview --format=gif x; says '--format takes pdf, png, zpl, epl, tspl, pwg, pclm or dots, not "gif"'
run 2 preview --workers=0 x; says '--workers takes'
run 2 preview --budget=-1 x; says '--budget takes'
run 2 preview --color=mauve x; says '--color takes auto, always or never, not "mauve"'
run 2 preview --json -o - x; says 'standard output'
run 2 import; says 'import wants FILE'
run 2 import --delimiter=ab x; says '--delimiter takes'
run 2 check extra; says 'check takes no argument "extra"'

begin 'help and version'
run 0 --version; prints '^tuck [0-9]'; silent
run 0 --help; prints '^  preview '; prints '^  facts '; silent
run 0 help; prints '^  preview '
run 0 help why; prints '--offer=NAME'
for command in preview pack reprint printers spool wave why check redeem answer void ledger liability expire replay code import report simulate fit export \
    forget backup facts; do
    run 0 $command --help; prints "^Usage: tuck $command"; prints '--shop=DIR'; silent
done

begin 'a preview leaves no trace'
fresh shop
find shop | sort >before
run 0 preview -s shop birthday
prints '^FK-2004 '; prints 'insert  *print  *birthday '; prints 'CAKE-SPEC-IMEN until '
silent
run 0 -s shop preview shop/orders/birthday.xml; prints 'birthday-treat'
run 0 preview -s shop/tuck.xml birthday; prints 'birthday-treat'
(cd shop && "$tuck" preview birthday) >out 2>err || miss 'no preview in the folder of the shop'
prints 'birthday-treat'
run 0 preview -s shop shop/orders; prints '^FK-2001 '; prints '^FK-2025 '
run 0 preview -s shop -q birthday; [ ! -s out ] || miss '-q prints'
"$tuck" preview -s shop - <shop/orders/gift.xml >out 2>err || miss 'no preview of standard input'
prints '^FK-2010  (stdin)'; prints 'gift-note'
run 0 preview -s shop --date=2026-06-01 birthday; prints_not 'birthday-treat'
run 0 preview -s shop --offer=how-was-it birthday; prints 'how-was-it  *.* forced'
run 0 why -s shop birthday
run 0 why -s shop --json birthday
run 0 check -s shop; prints '^0 errors, 0 warnings$'; silent
find shop | sort >after
cmp -s before after || miss "the shop's folder has changed: $(diff before after)"

begin 'what a preview cannot do'
run 1 preview -s shop --offer=nonesuch birthday; says 'no offer "nonesuch" \[station 1012\]'; prints_not fallback
run 1 preview -s shop --date=2026-02-30 birthday; says '"2026-02-30" is no date.*1011\]'
run 1 preview -s shop --date=tomorrow birthday; says '1011\]'
run 1 preview -s shop nonesuch; says 'nonesuch: there is no such order'; prints_not .
run 1 preview -s nowhere birthday; says 'nowhere: there is no such shop'
mkdir empty
run 1 preview -s shop empty; says 'empty holds no order'
run 1 preview -s empty shop/orders/birthday.xml; says 'expected a folder with a tuck.xml'
run 1 preview -s shop -d no/where birthday; says 'no/where: error: .*901\]'
printf '<order>\n <line' >torn.xml
run 1 preview -s shop torn.xml birthday; says 'torn.xml:2: error: .*101\]'
prints 'insert  *fallback  *thank-you'; prints '^FK-2004'

begin 'files'
run 0 preview -s shop -o all.pdf birthday gift; prints '^FK-2010'; says '^all.pdf$'
run 0 preview -s shop -o - birthday gift; cp out stdout.pdf
cmp -s all.pdf stdout.pdf || miss '-o - is not what -o FILE is'
[ "$(head -c 5 all.pdf)" = '%PDF-' ] || miss 'no PDF'
if command -v qpdf >/dev/null; then
    qpdf --check all.pdf >out 2>err || miss 'qpdf --check'
    [ "$(qpdf --show-npages all.pdf)" = 4 ] || miss 'not a page for each of 4 sheets'
fi
run 0 preview -s shop -d sheets birthday; says '^3 sheets in sheets$'
for placement in insert coupon box; do
    [ -s sheets/FK-2004-$placement.pdf ] || miss "no $placement in the folder"
done
run 0 preview -s shop -q -d sheets --format=png --dpi=72 birthday; silent
run 0 preview -s shop -q -d sheets300 --format png --dpi 300 birthday
[ "$(find sheets300 sheets -name '*.png' | wc -l)" -eq 6 ] || miss 'not three PNGs each'
big=$(wc -c <sheets300/FK-2004-insert.png) small=$(wc -c <sheets/FK-2004-insert.png)
[ "$big" -gt "$small" ] || miss 'a PNG of 300 dpi is not larger than one of 72'
[ -z "$(find sheets sheets300 -name '.*')" ] || miss 'files that are not whole stay behind'
run 1 preview -s shop -o one.png --format=png birthday; says 'takes one sheet'
[ ! -e one.png ] || miss 'a PNG of many sheets'
run 0 preview -s shop -o one.png --format=png gift
[ "$(head -c 4 one.png | tail -c 3)" = PNG ] || miss 'no PNG'
run 0 preview -s shop --contact-sheet -o contact.pdf shop/orders
[ "$(head -c 5 contact.pdf)" = '%PDF-' ] || miss 'no PDF of small pictures'
run 0 preview -s shop --contact-sheet --format=png -o contact.png birthday gift
[ "$(head -c 4 contact.png | tail -c 3)" = PNG ] || miss 'no PNG of small pictures'
run 0 preview -s shop --contact-sheet -d sheets gift; says '^sheets/contact-sheet.pdf$'
sed 's/ id="FK-2010"/& package="2"/' shop/orders/gift.xml >second.xml
run 0 preview -s shop -d both gift second.xml
[ "$(find both -type f | wc -l)" -eq 2 ] || miss 'two packages of an order share a file'

begin 'packing again gives the same again'
fresh shop
run 0 pack -s shop -o first.pdf birthday lapsing-gold
grep -o '[A-Z]*-....-.... until' out >first
run 0 pack -s shop -o second.pdf birthday lapsing-gold; prints 'answered before, the same again'
grep -o '[A-Z]*-....-.... until' out >second
[ "$(wc -l <first)" -eq 2 ] || miss 'there are not two codes'
! grep -q SPEC-IMEN first || miss 'a packed order has a specimen of a code'
cmp -s first second || miss 'other codes'
cmp -s first.pdf second.pdf || miss 'other bytes'
run 0 preview -s shop birthday; prints 'answered before'; prints "$(head -n 1 first)"
run 0 pack -s shop --ledger=none -q -d unkept birthday; silent
run 0 pack -s shop --ledger=none birthday; prints_not 'answered before'; prints 'CAKE-SPEC-IMEN until'
[ "$(find unkept -name '*.pdf' | wc -l)" -eq 3 ] || miss 'no paper without a ledger'
run 0 pack -s shop --ledger=other.ledger birthday; prints_not 'answered before'
[ -s other.ledger ] || miss 'no other ledger'

begin 'a folder is a printer'
run 0 why -s shop --json birthday
json_is '{p["state"] for p in j["pieces"]}' "{'reserved'}"
run 0 pack -s shop -d paper birthday
run 0 why -s shop --json birthday; is_json
json_is '{p["state"] for p in j["pieces"]}' "{'printed'}"
cp -R paper paper-before
run 0 pack -s shop -d paper birthday
diff -r paper paper-before >out || miss 'a reprint is another print'

begin 'a cancelled order is voided, and packed afresh with another code'
fresh v
run 0 pack -s v --json first-order
before=$(json '[p["code"] for p in j["pieces"] if p["code"]][0]')
run 0 void -s v --reason='changed his mind' FK-2001
prints 'FK-2001: voided'
run 1 void -s v FK-0000
says 'FK-0000: nothing is promised'
run 0 pack -s v --json first-order
json_is 'j["repeat"]' False
[ -z "$python" ] || [ "$before" != "$(json '[p["code"] for p in j["pieces"] if p["code"]][0]')" ] ||
    miss 'the voided code is given again'
run 2 void -s v
says 'ORDER-ID'

begin 'why tells every fate'
fresh shop
run 0 why -s shop birthday; silent
prints '^  stage  *active$'; prints '^  birthday  *chosen  *ranked 1 of'
prints '^  apology  *not-eligible  *when: \$open-complaint is false'
for offer in $(sed -n 's/.*<offer name="\([^"]*\)".*/\1/p' shop/campaign.xml); do
    prints "^  $offer  *[a-z-]"
done
run 0 why -s shop --json birthday; is_json
json 'sorted(o["offer"] for o in j["decision"]["plan"]["offers"])' >fates
if [ -n "$python" ]; then
    sed -n 's/.*<offer name="\([^"]*\)".*/\1/p' shop/campaign.xml |
        "$python" -c 'import sys; print(sorted(sys.stdin.read().split()))' >offers
    cmp -s fates offers || miss "offers without a fate: $(diff fates offers)"
fi
json_is 'all(o["fate"] and o["reason"] for o in j["decision"]["plan"]["offers"])' True
run 0 why -s shop --json birthday gift; is_json; json_is 'len(j)' 2
run 0 preview -s shop --json birthday gift; is_json; json_is 'len(j)' 2
run 1 why -s shop --json torn.xml; is_json; json_is 'j["notes"][0]["number"]' 101
run 1 why -s shop --json torn.xml birthday; is_json

begin 'facts'
run 0 facts; prints '^\$birthday-distance  number, days$'; silent
! grep -q '.\{91\}' out || miss 'a line of more than 90 columns'
run 0 facts --json; is_json
json_is '[f["type"] for f in j if f["name"] == "stage"]' "['word']"
json_is 'all(f["meaning"] for f in j)' True

# broken NAME FILE SED NOTE PATTERN: what check says of a shop with this mistake
broken() {
    begin "check: $1"
    fresh broken
    mkdir broken/templates && cp -R "$top/templates/." broken/templates
    chmod -R u+w broken/templates
    change broken/tuck.xml "s|$top/templates|templates|"
    change "broken/$2" "$3"
    # the place is the element's, so a line or two beside the mistake in one of its attributes
    line=$(diff "$top/${6:-samples/shop/$2}" "broken/$2" | sed -n 's/^\([0-9]\{1,\}\).*/\1/p' | head -n 1)
    run "${7:-1}" check -s broken
    says "broken/$2:\\($((line - 2))\|$((line - 1))\|$line\|$((line + 1))\): .*$5.*\\[[a-z]* $4\\]"
    [ "${7:-1}" = 0 ] || prints '^[1-9][0-9]* errors\{0,1\}, '
}
broken 'an unknown fact' campaign.xml 's/\$open-complaint/$open-complain/' 611 \
    'no fact \$open-complain; did you mean \$open-complaint'
broken 'a wrong word' campaign.xml "s/weather = 'rain'/weather = 'rainy'/" 615 \
    "\$weather is never 'rainy'; did you mean 'rain'"
broken 'a word compared with a number' campaign.xml 's/nps-class = .passive./nps-class > 3/' \
    '6[12][0-9]' 'nps-class'
broken 'an unknown function' campaign.xml "s/bought-category('white-tea', 0)/bougt('x', 0)/" \
    612 'bougt'
broken 'no such template' campaign.xml 's/template="survey"/template="surwey"/' 1002 \
    'no template folder has a template "surwey"'
broken 'a campaign that is not well-formed' campaign.xml 's|</campaign>|</campain>|' 101 .
broken 'an unknown attribute' campaign.xml 's/cap-per-customer="1"/cap-per-custmer="1"/' 106 \
    'cap-per-custmer'
broken 'two offers of one name' campaign.xml 's/name="streak"/name="milestone"/' 601 milestone
broken 'an offer nobody can get' campaign.xml \
    's/\$streak-months &gt;= 5/$streak-months \&gt;= 5 and $streak-months \&lt; 3/' 640 \
    "warning: offer 'streak'.*nobody can get it" '' 0
broken 'no such picture' templates/survey/template.xml 's/cup.svg/cop.svg/' 708 cop.svg \
    templates/survey/template.xml
broken 'an unknown variable in a template' templates/survey/template.xml \
    's/{$question}/{$qestion}/' 702 qestion templates/survey/template.xml
fresh broken
begin 'a signed code has its room on paper'
change broken/tuck.xml 's|<ledger path="var/ledger"/>|& <codes kind="signed"/>|'
run 0 check -s broken; prints '^0 errors, 0 warnings$'; silent
run 0 preview -s broken birthday; prints 'CAKE-SPEC-IMEN-SPEC-IMEN until'
mkdir broken/templates && cp -R "$top/templates/." broken/templates
chmod -R u+w broken/templates
change broken/tuck.xml "s|$top/templates|templates|"
change broken/templates/coupon-birthday/template.xml '/style="code"/s/h="[^"]*"/h="4"/'
change broken/templates/coupon-tier/template.xml \
    's/fit="shrink" min-size="45"/fit="shrink cut" min-size="100"/'
run 0 check -s broken; says 'coupon-birthday/template.xml:[0-9]*: warning: .*cut.*731\]'
says "coupon-tier/template.xml:[0-9]*: warning: a coupon's code is too long.*731\]"
change broken/tuck.xml 's| <codes kind="signed"/>||'
cp "$top/templates/coupon-tier/template.xml" broken/templates/coupon-tier
run 0 check -s broken; prints '^0 errors, 0 warnings$'; silent
fresh broken
begin 'check: settings'
change broken/tuck.xml 's/<press /<pres /'
line=$(sed -n '/<pres /=' broken/tuck.xml)
run 1 check -s broken; says "broken/tuck.xml:$line: error: .*\"pres\"; did you mean \"press\".*106\]"
prints '^1 error, 0 warnings$'
fresh broken
change broken/tuck.xml 's|Europe/Berlin|Europe/Berlim|'
run 1 check -s broken; says 'broken/tuck.xml:[345]: error: .*"Europe/Berlim".*1001\]'
rm broken/campaign.xml
fresh broken && rm broken/campaign.xml
run 1 check -s broken; says 'campaign.xml: error: .*107\]'
run 1 preview -s broken birthday; says 'campaign.xml: error: .*107\]'; prints_not .
run 1 check -s nowhere; says 'expected a folder with a tuck.xml'

begin 'imports'
fresh shop
cat >order.xml <<'XML'
<order xmlns="urn:tuck:order:1" merchant="fern-kettle" id="I-1"
       placed-at="1998-07-01T10:00:00Z" currency="USD">
  <customer id="00003"/>
  <lines><line sku="CD-1" quantity="1" unit-price="9.99"/></lines>
  <carton length="200mm" width="150mm" height="50mm"/>
</order>
XML
orders() {
    run 0 why -s shop --json order.xml
    json_is 'j["decision"]["facts"]["orders"]' "$1"
    json_is 'j["decision"]["facts"]["spend"]' "$2"
}
orders 0 0
printf 'who,when,paid\n00003,1998-01-05,20.00\n00003,1998-02-30,1.00\n' >wrong.csv
run 1 import -s shop --columns=customer=who,date=when,amount=paid --currency=USD wrong.csv
says 'wrong.csv:3: error: .*312\]'; says 'wrong.csv: nothing was imported'
orders 0 0
run 1 import -s shop --currency=USD wrong.csv; says '310\]'
run 1 import -s shop --date-format=%Q wrong.csv; says 'date format is "%Q".*314\]'
run 1 import -s shop --currency=euro wrong.csv; says 'currency is "euro".*314\]'
run 1 import -s shop nowhere.csv; says 'nowhere.csv: error: .*107\]'
run 1 import -s shop torn.xml; says 'nothing was imported'
printf 'who,when,paid\n00003,1998-01-05,20.00\n00003,1998-02-28,1.50\n' >right.csv
run 0 import -s shop --columns=customer=who,date=when,amount=paid --currency=USD right.csv
prints '^right.csv: 2 records imported$'; silent
orders 2 2150
run 0 import -s shop --json --columns=customer=who,date=when,amount=paid --currency=USD right.csv
is_json; json_is 'j["records"]' 2; json_is 'j["customers"]' 1; json_is 'j["orders"]' 2
orders 2 2150
history() {
    cat <<XML
<history xmlns="urn:tuck:history:1" customer="$1">
  <order id="$2" placed-at="1998-03-01" currency="USD" state="done">
    <line sku="CD-2" quantity="1" unit-price="10.00"/>
  </order>
</history>
XML
}
history 00003 A-1 >one.xml
run 0 import -s shop one.xml; prints '^one.xml: 1 record imported$'
orders 3 3150
{ echo '<histories xmlns="urn:tuck:history:1">'; history 00003 A-1; history 00003 A-2
  history 00009 A-3; echo '</histories>'; } >many.xml
run 0 import -s shop many.xml; prints '^many.xml: 3 records imported$'
orders 4 4150
{ echo '<histories xmlns="urn:tuck:history:1">'; history 00003 A-4; echo '<oops/></histories>'; } >half.xml
run 1 import -s shop half.xml; says 'half.xml:[0-9]*: error'; says 'nothing was imported'
orders 4 4150
run 1 import -s shop half.xml one.xml; prints '^one.xml: 1 record imported$'
log=${TUCK_SHARED:-}/cdnow/CDNOW_master.txt
[ -f "$log" ] || log=${TUCK_SHARED:-}/data/cdnow/CDNOW_master.txt
if [ -f "$log" ]; then
    fresh shop
    run 0 import -s shop --delimiter=space --date-format=%Y%m%d --currency=USD \
        --columns=customer=1,date=2,quantity=3,amount=4 "$log"
    prints ': 69659 records imported$'; silent
    orders 6 15646
else
    echo 'no purchase log of a real shop here: its import is not tried'
fi

begin 'colours'
fresh shop
escape=$(printf '\033')
run 0 preview -s shop birthday; prints_not "$escape"
run 0 preview -s shop --color=always birthday; prints "$escape\\[32mprint"
NO_COLOR=1 "$tuck" preview -s shop --color=auto birthday >out 2>err; prints_not "$escape"
run 1 preview -s shop --color=always torn.xml; grep -q "$escape" err || miss 'no colour'
run 1 preview -s shop --color=never torn.xml; ! grep -q "$escape" err || miss 'a colour'

begin 'a full disk behind standard output is no success'
if [ -c /dev/full ]; then
    for arguments in --version --help facts 'facts --json' 'preview -s shop birthday' \
        'preview -s shop -o - birthday' 'preview -s shop --json birthday' 'why -s shop birthday' \
        'check -s shop'; do
        # shellcheck disable=SC2086
        "$tuck" $arguments >/dev/full 2>err
        rc=$?
        [ $rc -eq 1 ] || miss "tuck $arguments: exit status $rc"
        says "standard output cannot be written"
        [ "$(grep -c 'standard output' err)" -eq 1 ] || miss 'it is told twice'
    done
fi
begin 'a plugin that is not there'
TUCK_PLUGIN=$work/none.so "$tuck" facts >out 2>err && miss 'success'
says 'the plugin cannot be loaded'

[ $bad -eq 0 ] && echo 'all is as said'
exit $bad
