#!/bin/sh
# Every symbology on paper, at the dots of three printers, read back by other people's
# readers: what they say is what the template said, with the check digit where it adds one.
set -u
top=${abs_top_srcdir:?}
for tool in pdftoppm ZXingReader zbarimg dmtxread; do
    command -v "$tool" >/dev/null || { echo "SKIP: no $tool"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
gs='(01)09501101530003(17)261231(10)AB-12'
link='https://id.fern-kettle.example/01/09501101530003/10/AB-12?17=261231'
: >"$work/empty"

# Writes the page and its pictures. symbol TYPE VALUE ATTRIBUTES; the symbol stands in the
# middle, where some readers look first.
symbol() {
    wide=$(echo "$3" | sed 's/.*w="\([0-9]*\)".*/\1/')
    high=$(echo "$3" | sed 's/.*h="\([0-9]*\)".*/\1/')
    cat >"$work/symbol.xml" <<XML
<template xmlns="urn:tuck:template:1" name="symbol" kind="insert">
  <page width="$((wide + 20))" height="$((high + 20))">
    <symbol x="10" y="10" $3 type="$1" value="$(printf %s "$2" | sed 's/&/\&amp;/g')"/>
  </page>
</template>
XML
    rm -f "$work"/page*
    tests/press/set-text "$top/plugin/page/fonts.conf" "$work/symbol.xml" en "$work/empty" \
        "$work/page.pdf" >"$work/said" || { cat "$work/said"; return 1; }
    ! grep '^note' "$work/said" || return 1
    for dpi in 203 300 600; do
        pdftoppm -r $dpi -gray -png -singlefile "$work/page.pdf" "$work/page-$dpi"
    done
}

# What each reader says: check TYPE VALUE ATTRIBUTES READER EXPECTED
check() {
    symbol "$1" "$2" "$3" || { echo "FAIL: $1 cannot be made"; bad=1; return; }
    was=$bad
    for dpi in 203 300 600; do
        picture=$work/page-$dpi.png
        case $4 in
        zbar) got=$(zbarimg --nodbus -q --raw -Supca.enable -Supce.enable "$picture") ;;
        dmtx) got=$(timeout 20 dmtxread -N 1 -G 29 "$picture" | tr '\035' '|') ;;
        *) got=$(ZXingReader -1 -format "$4" "$picture" | sed 's/^[^"]*"\(.*\)".*$/\1/; s/<GS>/|/g') ;;
        esac
        [ "$got" = "$5" ] || { echo "FAIL: $1 at $dpi dpi by $4: '$got', not '$5'"; bad=1; }
    done
    [ $bad -gt $was ] || echo "$1: as it should at 203, 300 and 600 dpi ($4)"
}

check qr "$link" 'w="30" h="30"' zbar "$link"
check qr "$link" 'w="30" h="30"' QRCode "$link"
check qr 'Grüße, 茶' 'w="20" h="20"' zbar 'Grüße, 茶'
check micro-qr 'TEA-042' 'w="12" h="12"' MicroQRCode 'TEA-042'
check datamatrix 'FERN-4711-KETTLE' 'w="12" h="12"' dmtx 'FERN-4711-KETTLE'
check datamatrix 'FERN-4711-KETTLE' 'w="30" h="9"' dmtx 'FERN-4711-KETTLE'
check aztec "$link" 'w="24" h="24"' Aztec "$link"
check pdf417 "$link" 'w="60" h="20"' PDF417 "$link"
check pdf417 "$link" 'w="40" h="40"' PDF417 "$link"
check code128 'FERN-4711' 'w="60" h="15"' zbar 'FERN-4711'
check code128 'FERN-4711' 'w="60" h="15" hri="yes"' zbar 'FERN-4711'
check ean13 '400638133393' 'w="37" h="26"' zbar '4006381333931'
check ean13 '4006381333931' 'w="37" h="26"' zbar '4006381333931'
check ean8 '9638507' 'w="28" h="20"' zbar '96385074'
check upca '03600029145' 'w="40" h="26"' zbar '036000291452'
check upce '0123456' 'w="26" h="20"' zbar '01234565'
check gs1-128 "$(echo "$gs" | tr '()' '[]')" 'w="80" h="20" hri="yes"' zbar '01095011015300031726123110AB-12'
check gs1-qr "$(echo "$gs" | tr '()' '[]')" 'w="20" h="20"' zbar '01095011015300031726123110AB-12'
check gs1-datamatrix "$(echo "$gs" | tr '()' '[]')" 'w="14" h="14"' dmtx '|01095011015300031726123110AB-12'
check databar-expanded "$(echo "$gs" | tr '()' '[]')" 'w="80" h="15"' zbar '01095011015300031726123110AB-12'
check databar-expanded-stacked '[8110]106141416543213500110000310123196000' 'w="70" h="25"' zbar '8110106141416543213500110000310123196000'

# A wrong check digit, a value that does not go in, too small a place: refused or told.
refused() {
    if symbol "$1" "$2" "$3" >"$work/why" 2>&1 || ! grep -q "$4" "$work/why" "$work/said"; then
        echo "FAIL: $1 $2 is not refused with '$4'"
        cat "$work/why" "$work/said"
        bad=1
    fi
}
refused ean13 4006381333930 'w="37" h="26"' 'note 716'
refused ean13 'FERN' 'w="37" h="26"' 'note 716'
refused micro-qr "$link" 'w="20" h="20"' 'note 716'
refused ean13 400638133393 'w="20" h="20"' 'note 734'
refused qr "$link" 'w="30" h="30" colour="#C8553D"' 'note 739'
exit $bad
