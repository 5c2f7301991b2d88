#!/bin/sh
# The examples of the manual are what they say: commands run on the sample shop, documents
# are read by the command.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0 count=0
miss() { echo "FAIL: $1"; sed 's/^/    /' said | head -20; bad=1; }

# Block NUMBER of PAGE
block() {
    awk -v want="$2" '
        /^\.Ed/ { inside = 0 }
        inside && seen == want { print }
        /^\.Bd/ { inside = /-literal/; seen += inside }' "$1" |
        sed 's/\\e/\\/g; s/\\&//g; s/\\-/-/g'
}
blocks() { grep -c '^\.Bd -literal' "$1"; }
fresh() {
    rm -rf samples && mkdir samples && cp -R "$top/samples/shop" samples/shop &&
        chmod -R u+w samples
    sed "s|../../templates|$top/templates|" "$top/samples/shop/tuck.xml" >samples/shop/tuck.xml
}

# tuck(1): commands
fresh
tuck() { "$tuck" "$@"; }
printf 'customer date cds paid\n 00001 19970101  1   11.77\n' >log.txt
page=$top/plugin/cli/tuck.1
for i in $(seq "$(blocks "$page")"); do
    block "$page" "$i" >example
    grep -q '^tuck ' example || { : >said; miss "tuck(1), example $i holds no command"; }
    (set -e; . ./example) >out 2>said </dev/null || miss "tuck(1), example $i"
    [ -s out ] || [ -s said ] || miss "tuck(1), example $i: not a word"
    count=$((count + 1))
done
[ -s all.pdf ] || miss 'tuck(1): no contact sheet of all orders'

# tuck-order(5): an order is decided on, a history is imported
page=$top/plugin/order/tuck-order.5
for i in $(seq "$(blocks "$page")"); do
    block "$page" "$i" >example.xml
    merchant=$(sed -n 's/.*merchant="\([^"]*\)".*/\1/p' example.xml)
    fresh
    case $(cat example.xml) in
    *'<order'*urn:tuck:order:1*)
        sed "s/merchant=\"[^\"]*\"/merchant=\"$merchant\"/" samples/shop/tuck.xml >changed &&
            mv changed samples/shop/tuck.xml
        tuck preview -s samples/shop example.xml >out 2>said || miss "tuck-order(5), order $i" ;;
    *'<histor'*urn:tuck:history:1*)
        tuck import -s samples/shop example.xml >out 2>said || miss "tuck-order(5), history $i" ;;
    *) : >said; miss "tuck-order(5), example $i is neither an order nor a history" ;;
    esac
    ! grep -q 'error:' said || miss "tuck-order(5), example $i"
    count=$((count + 1))
done

# tuck-shop(5): settings of a shop that checks out
page=$top/plugin/station/tuck-shop.5
for i in $(seq "$(blocks "$page")"); do
    fresh
    block "$page" "$i" >samples/shop/tuck.xml
    ln -s "$top/templates" samples/shop/templates
    tuck check -s samples/shop >out 2>said || miss "tuck-shop(5), example $i"
    [ ! -s said ] || miss "tuck-shop(5), example $i"
    count=$((count + 1))
done

[ $count -ge 6 ] || { : >said; miss "only $count examples"; }
echo "$count examples"
exit $bad
