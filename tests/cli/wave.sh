#!/bin/sh
# A wave with the command: decided ahead by several hands, killed and gone on with, handed
# out at the scan, decided afresh when something changed, written as files for printers.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
work=$(mktemp -d)
cd "$work" || exit 1
run_pid=''
trap '[ -z "$run_pid" ] || kill -9 "$run_pid" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
. "$top/tests/cli/walk.sh"

done_of() { "$tuck" wave -s shop --name "$1" | sed -n 's/.* \([0-9]*\) done.*/\1/p' | head -1; }

cp -R "$top/samples/shop" shop && chmod -R u+w shop && rm -rf shop/var
printers='<printers spool="var/spool">
  <printer name="label" uri="dir:var/labels" format="zpl" dpi="203" head="832" fit="shrink"
           media="na_index-4x6_4x6in" codings="packed z64"/>
  <printer name="card" uri="dir:var/cards" format="pdf"/>
  <route placement="coupon" to="label"/><route to="card"/>
</printers>'
awk -v printers="$printers" '{ sub("</shop>", printers "\n</shop>"); print }' \
    "$top/samples/shop/tuck.xml" | sed "s|../../templates|$top/templates|
s|pack=\"1000ms\"|pack=\"60000ms\"|" >shop/tuck.xml

begin 'a wave is decided once'
orders=$(ls shop/orders/*.xml | wc -l)
run 0 wave -s shop; prints '^there is no wave$'
run 0 wave -s shop --jobs 2 --name monday shop/orders
prints "^monday: $orders orders, [0-9]* sheets, 0 failed"
run 0 wave -s shop; prints "^monday .*$orders orders: $orders done, 0 waiting, 0 taken, 0 failed"
run 0 wave -s shop --jobs 2 --name monday shop/orders; prints '^monday: 0 orders'
run 0 liability -s shop; cp out owed

begin 'the scan hands out what the wave made'
run 0 pack -s shop birthday; prints 'answered before, the same again'
run 0 liability -s shop; cmp -s out owed || miss 'the scan promised something anew'
run 0 pack -s shop --print birthday; prints 'to label, job'; prints 'to card, job'
ls shop/var/labels/*.zpl >/dev/null || miss 'no label'

begin 'a changed order is done again, the others are not'
mkdir orders && cp shop/orders/*.xml orders/
sed -i 's/quantity="1"/quantity="2"/' orders/first-pot.xml
(cd orders && for o in *.xml; do cmp -s "$o" "../shop/orders/$o" || echo "$o"; done) >changed
run 0 wave -s shop --name tuesday shop/orders; prints "^tuesday: $orders orders"
cp shop/orders/first-pot.xml kept.xml && cp orders/first-pot.xml shop/orders/
run 0 wave -s shop --name tuesday shop/orders
prints "^tuesday: $(wc -l <changed) order"
cp kept.xml shop/orders/first-pot.xml

begin 'what hung on a changed campaign is decided afresh, unless it is on paper'
run 0 pack -s shop streak; prints 'answered before'
sed -i 's|<campaign |<!-- another --><campaign |' shop/campaign.xml
run 0 pack -s shop streak
! grep -q 'answered before' out || miss 'the old answer was given'
run 0 ledger -s shop FK-2021; prints 'it was decided ahead, and what it hung on has changed'
run 0 pack -s shop birthday; prints 'answered before'

begin 'an order that is none fails alone, with its name'
mkdir mixed && cp shop/orders/birthday.xml shop/orders/gift.xml mixed/
echo '<order>' >mixed/broken.xml
run 1 wave -s shop --name mixed mixed
prints '^mixed: 2 orders'; says 'broken.xml'
run 0 wave -s shop --name mixed; prints '  [0-9]  mixed/broken.xml: '
cp shop/orders/streak.xml mixed/broken.xml
run 0 wave -s shop --name mixed mixed; prints '^mixed: 1 order,'

begin 'killed, it goes on where it was'
mkdir many
i=0
while [ $i -lt 150 ]; do
    sed "s/FK-2021/W-$i/; s/C-2021/P-$((i % 7))/" shop/orders/streak.xml >many/$(printf %03d $i).xml
    i=$((i + 1))
done
rounds=0
while [ $rounds -lt 40 ]; do
    "$tuck" wave -s shop --jobs 2 --name many many >killed.out 2>&1 </dev/null &
    run_pid=$!
    before=$(done_of many) i=0
    while [ $i -lt 100 ] && kill -0 $run_pid 2>/dev/null &&
        [ "$(done_of many)" = "$before" ]; do i=$((i + 1)); done
    kill -9 $run_pid 2>/dev/null
    wait $run_pid 2>/dev/null
    run_pid=''
    rounds=$((rounds + 1))
    [ "$(done_of many)" -lt 150 ] || break
    [ $rounds -lt 4 ] || break
done
run 0 wave -s shop --jobs 2 --name many many
run 0 wave -s shop --name many
prints '150 orders: 150 done, 0 waiting, 0 taken, 0 failed'
run 0 ledger -s shop --check
for order in W-0 W-77 W-149; do
    "$tuck" ledger -s shop $order >out 2>err
    [ "$(grep -c ' reserved ' out)" -gt 0 ] || miss "$order was never decided"
    ! grep -q 'revision 2' out || miss "$order was decided twice"
done

begin 'a file for each printer, in pick order'
run 0 wave -s shop --name many -d files
[ "$(ls files | wc -l)" -ge 1 ] || miss 'no files'
for file in files/many-card-*.pdf; do
    [ "$(head -c 4 "$file")" = '%PDF' ] || miss "$file is no PDF"
done
if command -v pdftotext >/dev/null; then
    pdftotext files/many-card-01.pdf - | grep -E -o '^W-[0-9]+$' | head -5 | tr '\n' ' ' >order
    [ "$(cat order)" = 'W-0 W-1 W-2 W-3 W-4 ' ] || miss "the order is $(cat order)"
fi
run 0 ledger -s shop W-3; prints ' printed '

begin 'what is dropped is gone, what it decided is not'
run 0 wave -s shop --name many --drop
run 1 wave -s shop --name many
run 0 ledger -s shop W-3; prints ' printed '
run 2 wave -s shop --drop; says 'wants --name'
exit $bad
