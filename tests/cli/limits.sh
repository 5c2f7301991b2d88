#!/bin/sh
# Limits as a shop lives with them: a budget shared by offers, a card for each household, a
# wave; what is void comes back; and stations that run at once do not exceed one by one.
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
# order ID CUSTOMER [ATTRIBUTES [CONTEXT]]: an order, with more attributes and elements
order() {
    cat >"$1.xml" <<XML
<order xmlns="urn:tuck:order:1" merchant="fern-kettle" id="$1" currency="EUR" ${3:-}
       placed-at="2026-11-17T10:20:00+01:00">
  <customer id="$2" language="en"/>
  ${4:-}
  <lines><line sku="TEA-1" quantity="1" unit-price="8.80"/></lines>
</order>
XML
}
pack() { order "$@"; run 0 pack -s shop "$1.xml"; }
why() { run 0 why -s shop "$1.xml"; }

mkdir -p shop/histories
cat >shop/tuck.xml <<XML
<shop xmlns="urn:tuck:shop:1" merchant="fern-kettle" name="Fern" time-zone="Europe/Berlin"
      language="en" currency="EUR">
  <campaign href="campaign.xml"/><templates href="$top/templates"/>
  <ledger path="var/ledger"/><history files="histories/{customer}.xml"/><budget pack="30000ms"/>
</shop>
XML
cat >shop/campaign.xml <<'XML'
<campaign xmlns="urn:tuck:campaign:1" name="limits">
  <placement name="card" kind="insert"/>
  <placement name="lid" kind="box"/>
  <placement name="coupon" kind="coupon"/>
  <limit name="budget" money="14.00" currency="EUR" window="year"/>
  <limit name="home" most="1" per="household" window="30d"/>
  <limit name="wave" most="2" per="wave"/>
  <offer name="art" placement="lid" limits="wave" sells="no">
    <print template="box-front"/>
  </offer>
  <offer name="hello" placement="card" limits="home" sells="no">
    <preprinted sku="CARD" bin="A-1" stock="50"/>
  </offer>
  <offer name="five" placement="coupon" priority="2" limits="budget" sells="no">
    <print template="coupon-amount"/>
    <coupon amount="5" currency="EUR" prefix="FIVE" valid="30d"/>
  </offer>
  <offer name="four" placement="coupon" priority="1" limits="budget" sells="no">
    <print template="coupon-amount"/>
    <coupon amount="4" currency="EUR" prefix="FOUR" valid="30d"/>
  </offer>
</campaign>
XML
for c in 1 2; do
    echo "<history xmlns='urn:tuck:history:1' customer='C-$c' household='H-1'/>" \
        >"shop/histories/C-$c.xml"
done
run 0 check -s shop

begin 'a preview promises nothing'
order P-1 C-8
for _ in 1 2 3 4; do run 0 preview -s shop P-1.xml; done
prints ' coupon *print *five'

begin 'a budget is kept to the cent, and shared'
pack A-1 C-3; prints ' coupon *print *five'
pack A-2 C-4; prints ' coupon *print *five'
pack A-2 C-4; prints ' coupon *print *five' # the same again costs nothing
pack A-3 C-5; prints ' coupon *print *four' # 4.00 were left
pack A-4 C-6; prints ' coupon *nothing'
why A-4
prints 'five *not-allowed *limit budget: 14.00 of 14.00 EUR this year are promised, and this costs 5.00'
prints 'four *not-allowed *limit budget: 14.00 of 14.00 EUR this year are promised, and this costs 4.00'
why A-3; prints 'limits: budget'
run 0 liability -s shop; prints '14.00 EUR$'

begin 'a second parcel shares the promise of the first'
pack A-1 C-3 "package='2'"; prints ' coupon *print *five'
run 0 liability -s shop; prints '14.00 EUR$'

begin 'what is void comes back'
run 0 void -s shop A-1
pack A-5 C-7; prints ' coupon *print *five'
pack A-6 C-8; prints ' coupon *nothing'

begin 'a household gets one card'
pack H-1 C-1; prints ' card *pick *hello'
pack H-2 C-2; prints ' card *nothing'
why H-2; prints 'hello *not-allowed *limit home: 1 of 1 for this household in 30 days are spent'
pack H-3 C-9; prints ' card *nothing'
why H-3; prints 'hello *not-allowed *limit home: it is kept per household, and this order.s is not known'

begin 'a wave has its own'
for n in 1 2; do
    pack W-$n C-1$n '' '<context wave="W-7"/>'; prints ' lid *print *art'
done
pack W-3 C-13 '' '<context wave="W-7"/>'; prints ' lid *nothing'
why W-3; prints 'art *not-allowed *limit wave: 2 of 2 for this wave are spent'
pack W-4 C-14 '' '<context wave="W-8"/>'; prints ' lid *print *art'

begin 'stations that run at once do not exceed a limit'
rm -rf shop/var
for n in 1 2 3 4 5 6 7 8; do
    order "R-$n" "C-2$n"
    "$tuck" pack -s shop "R-$n.xml" >"R-$n.out" 2>"R-$n.err" &
done
wait
cat R-*.out >out
cat R-*.err >err
[ "$(grep -c ' coupon *print *five' out)" -eq 2 ] || miss 'five is not promised twice'
[ "$(grep -c ' coupon *print *four' out)" -eq 1 ] || miss 'four is not promised once'
run 0 liability -s shop; prints '14.00 EUR$'

begin 'who is held out uses up a cap of their own, and nothing of the shop'
rm -rf shop/var
cp shop/campaign.xml given.xml
sed -i 's|name="limits"|& holdout="100%"|
    /name="five"/s|sells="no"|cap-per-customer="1"|
    s|money="14.00"|money="5.00"|' shop/campaign.xml
pack B-1 C-3; prints ' coupon *held out *five'
pack B-2 C-3; prints ' coupon *print *four' # five goes on as if it had been given
why B-2; prints 'five *not-allowed *cap: 1 of 1 for this customer are spent'
run 0 liability -s shop; prints '^total.* 4.00 EUR$'
cp given.xml shop/campaign.xml

begin 'a limit that nobody can meet is told'
sed -i 's|limits="home"||; s|money="14.00"|money="4.50"|' shop/campaign.xml
run 0 check -s shop
grep -q "campaign.xml:6: .*limit 'home' is used by no offer" out err || miss 'home is not told'
grep -q "campaign.xml:[0-9]*: .*offer 'five' costs 5.00 EUR, and its limit 'budget' is 4.50" \
    out err || miss 'the dear offer is not told'
sed -i 's|limits="wave"|limits="waev"|' shop/campaign.xml
run 1 check -s shop
grep -q "campaign.xml:[0-9]*: .*there is no limit 'waev'; did you mean 'wave'?" out err ||
    miss 'the wrong name is not told'
exit $bad
