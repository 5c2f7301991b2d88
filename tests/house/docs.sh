#!/bin/sh
# The manual against the program: every command and option of `tuck` stands in tuck(1) and
# in the completion, every element and attribute of a schema in its page.
set -u
top=${abs_top_srcdir:-$(pwd)}
tuck=${TUCK:?}
command -v xmllint >/dev/null || { echo "SKIP: no xmllint"; exit 77; }
bad=0
miss() { echo "$1: nothing about $2"; bad=1; }
# mdoc writes an option as "Fl -name"; backslashes guard hyphens
page() { sed 's/\\-/-/g; s/\\&//g' "$1"; }

manual=$(page "$top/plugin/cli/tuck.1")
completion=$(cat "$top/plugin/cli/tuck.bash")
for command in $("$tuck" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p' | grep -v '^tuck$'); do
    echo "$manual" | grep -q "\<$command\>" || miss tuck.1 "$command"
    echo "$completion" | grep -q "\<$command\>" || miss tuck.bash "$command"
    for option in $("$tuck" "$command" --help | grep -o -e '--[a-z-]*'); do
        echo "$manual" | grep -q -e "Fl -${option#--}\>" || miss tuck.1 "$option"
        echo "$completion" | grep -q -e "$option\>" || miss tuck.bash "$option"
    done
done

while read -r schema manual_page; do
    text=$(page "$top/$manual_page")
    for name in $(xmllint --xpath '//*[local-name()="element" or local-name()="attribute"]/@name' \
        "$top/$schema" | sed 's/.*name="\([^"]*\)".*/\1/' | grep -v ':' | sort -u); do
        echo "$text" | grep -q -e "\<$name\>" || miss "$manual_page" "$name"
    done
done <<'PAGES'
plugin/order/order.rng plugin/order/tuck-order.5
plugin/order/history.rng plugin/order/tuck-order.5
plugin/campaign/campaign.rng plugin/campaign/tuck-campaign.5
plugin/mint/keys.rng plugin/mint/tuck-code.5
plugin/station/shop.rng plugin/station/tuck-shop.5
templates/template.rng templates/tuck-template.5
PAGES

if command -v mandoc >/dev/null; then
    for manual_page in "$top"/plugin/*/*.[15] "$top"/templates/*.5; do
        mandoc -T lint -W warning "$manual_page" || bad=1
    done
fi
exit $bad
