#!/bin/sh
# Each .rng is what its .rnc says, and jing, a second opinion, finds the shop's documents
# as valid as libxml2 does.
set -u
top=${abs_top_srcdir:-$(pwd)}
for tool in trang jing; do
    command -v $tool >/dev/null || { echo "SKIP: no $tool"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
for rnc in plugin/order/order plugin/order/history plugin/campaign/campaign \
    plugin/mint/keys plugin/station/shop templates/template; do
    mkdir -p "$work/$(dirname $rnc)"
    cp "$top/$(dirname $rnc)"/*.rnc "$work/$(dirname $rnc)/"
    "$top/plugin/make-rng" "$work/$rnc.rnc" || bad=1
    cmp "$top/$rnc.rng" "$work/$rnc.rng" || { echo "run plugin/make-rng $rnc.rnc"; bad=1; }
done
check() {
    schema=$1
    shift
    jing "$top/$schema" "$@" || bad=1
}
check plugin/order/order.rng "$top"/samples/shop/orders/*.xml
check plugin/order/history.rng "$top"/samples/shop/histories/*.xml
check plugin/campaign/campaign.rng "$top/samples/shop/campaign.xml"
check plugin/mint/keys.rng "$top/samples/checkers/vectors-keys.xml"
check plugin/station/shop.rng "$top/samples/shop/tuck.xml"
check templates/template.rng "$top"/templates/*/template.xml "$top/templates/theme.xml"
exit $bad
