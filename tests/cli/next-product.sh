#!/bin/sh
# "Picked for you": what is learnt from the purchases of many is printed for one, with its
# reason, and never what is sold out, what they have, or for who did not agree.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
command -v pdftotext >/dev/null || { echo "SKIP: no pdftotext"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
. "$top/tests/cli/walk.sh"

cp -R "$top/samples/shop" shop && chmod -R u+w shop && rm -rf shop/var
cat >shop/products.csv <<'EOF'
sku,name,stock
TEA-001,Assam Breakfast,40
TEA-033,Mint That Means It,12
SPI-011,Cinnamon Bark from Ceylon,9
POT-005,"Glass Pot, 1 l",3
EOF
sed "s|../../templates|$top/templates|; s|pack=\"1000ms\"|pack=\"60000ms\"|; /<products/d
     s|</shop>|<products path=\"products.csv\"/></shop>|" "$top/samples/shop/tuck.xml" >shop/tuck.xml

# Fifty customers: who buys Assam takes cinnamon to it soon after; others buy mint instead.
awk 'BEGIN {
    print "customer,date,order,sku,name,category,quantity,amount"
    for (c = 1; c <= 50; c++)
        for (o = 0; o < 2; o++) {
            day = 1 + (c * 7 + o * 11) % 28; month = 1 + (c + o) % 9
            row = sprintf("P-%d,2026-%02d-%02d,Q-%d-%d", c, month, day, c, o)
            print row ",TEA-001,Assam Breakfast,black-tea,1,7.90"
            print row (c % 3 ? ",SPI-011,Cinnamon Bark from Ceylon,spice,1,6.20" \
                             : ",TEA-033,Mint That Means It,herbal,1,6.40")
        }
}' >purchases.csv

# order ID LANGUAGE CONSENT LINE: of a customer who has bought Assam twice
order() {
    cat >"shop/orders/$1.xml" <<EOF
<order xmlns="urn:tuck:order:1" merchant="fern-kettle" id="$1" placed-at="2026-11-17T10:00:00Z" currency="EUR">
  <customer id="N-1" language="$2">
    <consent for="marketing" given="$3"/>
    <consent for="personalisation" given="$3"/>
  </customer>
  <lines>$4</lines>
  <destination country="DE"/>
</order>
EOF
}
assam='<line sku="TEA-001" quantity="1" unit-price="7.90" category="black-tea"><name>Assam Breakfast</name></line>'
cat >shop/histories/N-1.xml <<'EOF'
<history xmlns="urn:tuck:history:1" customer="N-1">
  <order id="FK-4191" placed-at="2026-06-03" currency="EUR"><line sku="TEA-001" quantity="1" unit-price="7.90" category="black-tea"><name>Assam Breakfast</name></line></order>
  <order id="FK-4192" placed-at="2026-09-24" currency="EUR"><line sku="TEA-001" quantity="1" unit-price="7.90" category="black-tea"><name>Assam Breakfast</name></line></order>
</history>
EOF
order N-1 en true "$assam"
order N-2 de true "$assam"
order N-3 en false "$assam"
order N-4 fa true "$assam"
text_of() { pdftotext -f 1 -l 1 "$1" - >text; }
reads() { tr -s '\n\f ' ' ' <text | grep -q -e "$1" || { cat text; miss "the card lacks: $1"; }; }

begin 'before anything is learnt, nothing is picked'
run 0 preview -s shop N-1; prints_not 'picked-for-you'

begin 'what goes with the tea is picked, and the card says why'
run 0 import -s shop purchases.csv
run 0 fit -s shop --date=2026-11-16
run 0 preview -s shop -o card.pdf N-1
prints 'insert  *print  *picked-for-you '
text_of card.pdf
reads 'Picked for you'; reads 'Cinnamon Bark from Ceylon'; reads 'Goes with your  *Assam Breakfast'
reads 'Nobody paid for this line'

begin 'in the reader’s language'
run 0 preview -s shop -o card.pdf N-2; text_of card.pdf
reads 'Für Sie ausgesucht'; reads 'Passt zu  *Assam Breakfast'
run 0 preview -s shop -o card.pdf N-4; ! grep -q ': note:\|: warning:' err || miss 'it does not fit'

begin 'not for who did not agree to be known'
run 0 why -s shop N-3; prints 'picked-for-you  *not-allowed  *consent: marketing was refused'

begin 'what is sold out gives way to the next'
cp shop/products.csv list
sed 's/Ceylon,9/Ceylon,0/' list >shop/products.csv
run 0 preview -s shop -o card.pdf N-2; text_of card.pdf
reads 'Mint That Means It'
! grep -q Cinnamon text || miss 'what is sold out is picked'
cp list shop/products.csv

begin 'gifts show no picks'
sed 's/id="N-2"/id="N-5" gift="true"/' shop/orders/N-2.xml >shop/orders/N-5.xml
run 0 preview -s shop N-5; prints_not 'picked-for-you'

begin 'it is packed, and again the same'
run 0 pack -s shop -d paper N-1; prints 'picked-for-you'
run 0 pack -s shop -d paper N-1; prints 'picked-for-you'
run 0 replay -s shop N-1

begin 'and not in the next parcel, so soon after'
run 0 why -s shop N-2; prints 'picked-for-you .*cooldown'
begin 'what was looked for is told when it is there, also by its SKU, and as it was then'
sed 's/sought="[^"]*"/sought="SPI-011"/' "$top/samples/shop/histories/C-2020.xml" >shop/histories/C-2020.xml
run 0 pack -s shop -d paper found-it; prints 'insert  *print  *found-it '
sed 's/Ceylon,9/Ceylon,0/' list >shop/products.csv
run 0 replay -s shop FK-2020
sed 's/FK-2020/FK-9020/' "$top/samples/shop/orders/found-it.xml" >shop/orders/FK-9020.xml
run 0 why -s shop FK-9020; prints 'sought-here *$'
exit $bad
