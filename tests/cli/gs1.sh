#!/bin/sh
# What a campaign and a shop's settings say of GS1 and of links comes out of a printed
# sheet again, by other people's readers; and what they say wrong is told with its line.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
bad=0
miss() {
    echo "FAIL: $1"
    sed "s/^/    /" said 2>/dev/null | head -20
    bad=1
}
change() {
    sed "$2" "$1" >changed && ! cmp -s changed "$1" || miss "nothing in $1 for sed $2"
    mv changed "$1"
}

cp -R "$top/samples/shop" shop && chmod -R u+w shop && rm -rf shop/var
change shop/tuck.xml "s|<templates href=\"../../templates\"/>|<templates href=\"own\"/><templates href=\"$top/templates\"/>|"
change shop/tuck.xml 's|<link url="\([^"]*\)"/>|<link url="\1" digital-link="https://id.fern-kettle.example/c"><parameter name="utm_source" value="tuck"/><parameter name="utm_medium" value="paper {placement}"/><parameter name="utm_campaign" value="{campaign}"/><parameter name="utm_content" value="{arm}"/><parameter name="code" value="{code}" in="digital-link"/></link>|'
change shop/campaign.xml 's|<print template="coupon-birthday"/>|<print template="till"/>|'
change shop/campaign.xml 's|\(<coupon amount="5".*\)/>|\1><gs1 gcn="9501101530003"><positive-offer funder="9501101" offer-code="000042"/></gs1></coupon>|'
mkdir -p shop/own/till
cat >shop/own/till/template.xml <<'XML'
<template xmlns="urn:tuck:template:1" name="till" title="For tills" kind="coupon"
          media="iso_a5_148x210mm">
  <page>
    <symbol x="4" y="4" w="140" h="25" type="gs1-128" value="{$gs1}"/>
    <symbol x="4" y="50" w="60" h="60" type="qr" value="{$digital-link}"/>
    <symbol x="80" y="50" w="60" h="60" type="qr" value="{$short-url}"/>
    <symbol x="4" y="140" w="60" h="60" type="qr" value="{$code}"/>
  </page>
</template>
XML
"$tuck" check -s shop >said 2>&1 || miss 'check finds fault'
"$tuck" pack -s shop --budget=60000 --format=png --dpi=300 -d first birthday >said 2>&1 ||
    miss 'the carton cannot be packed'
"$tuck" pack -s shop --budget=60000 --format=png --dpi=300 -d second birthday >said 2>&1 ||
    miss 'the carton cannot be packed again'
diff -r first second >said || miss 'a reprint differs'
sheet=$(ls first/*coupon*.png)
[ -n "$sheet" ] || miss 'there is no coupon'

if command -v zbarimg >/dev/null; then
    zbarimg --nodbus -q "$sheet" >said
    code=$(sed -n 's/^QR-Code:\(CAKE-.*\)/\1/p' said)
    serial=$(sed -n 's/^CODE-128:811200*19501101000042\([0-9]*\)$/\1/p' said)
    [ -n "$code" ] || miss 'no QR holds the code'
    case $serial in
    9???????????????) ;; # its length, less 6, and 15 digits
    *) miss 'GS1-128 holds no (8112) with a serial' ;;
    esac
    expires=$(sed -n 's/^QR-Code:.*[?]17=\([0-9]*\)&.*/\1/p' said)
    grep -q "^QR-Code:https://id.fern-kettle.example/c/255/9501101530003[0-9]\{12\}?17=$expires&3902=500&8112=019501101000042$serial&code=$code\$" said ||
        miss 'no QR holds the Digital Link'
    grep -q "^QR-Code:https://fern-kettle.example/birthday-treat?c=$code&o=FK-[0-9]*&utm_source=tuck&utm_medium=paper%20coupon&utm_campaign=autumn-2026\$" said ||
        miss "no QR holds the shop's link with its parameters"
fi

change shop/tuck.xml 's|{placement}|{plcement}|'
"$tuck" check -s shop >said 2>&1 && miss 'a place that nothing fills is taken'
grep -q 'tuck.xml:[0-9]*:.*no value for {plcement}; did you mean {placement}?' said ||
    miss 'a wrong place is not told'
change shop/tuck.xml 's|{plcement}|{placement}|; s|"https://id.fern-kettle.example/c"|"https://id.fern-kettle.example/c?x"|'
"$tuck" check -s shop >said 2>&1 && miss 'a wrong host of Digital Links is taken'
grep -q 'tuck.xml:[0-9]*:.*must be a host' said || miss 'a wrong host is not told'
change shop/tuck.xml 's|/c?x"|/c"|'
change shop/campaign.xml 's|9501101530003|9501101530004|'
"$tuck" check -s shop >said 2>&1 && miss 'a wrong check digit is taken'
grep -q "campaign.xml:$(grep -n 9501101530004 shop/campaign.xml | cut -d: -f1):.*the check digit is 4, it should be 3" said ||
    miss 'a wrong check digit is not told with its line'
exit $bad
