#!/bin/sh
# tuck replay: every story of the sample shop comes out the same, byte for byte, in another
# process; what was changed since is named; what was erased cannot be made again.
set -u
top=${abs_top_srcdir:-$(pwd)}
tuck=${TUCK:-tuck}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0
fail() {
    echo "FAIL: $*"
    bad=1
}

cp -r "$top/samples/shop" "$work/shop" && chmod -R u+w "$work/shop" || exit 99
rm -rf "$work/shop/var"
cp -r "$top/templates" "$work/templates" && chmod -R u+w "$work/templates" || exit 99
sed -i 's#href="../../templates"#href="../templates"#' "$work/shop/tuck.xml"
export XDG_CONFIG_HOME="$work/config"
cd "$work/shop" || exit 99

"$tuck" pack -q -s . -d "$work/out" orders || fail "the stories are not packed"
ids=$(sed -n 's/.*<order .*\bid="\([^"]*\)".*/\1/p' orders/*.xml)
[ "$(printf '%s\n' "$ids" | wc -l)" -ge 20 ] || fail "too few stories"
# shellcheck disable=SC2086
"$tuck" replay -s . $ids >"$work/same" 2>"$work/err" || {
    fail "not all is the same"
    grep -A2 differs "$work/same"
    cat "$work/err"
}
[ "$(grep -c ': all the same$' "$work/same")" -eq "$(printf '%s\n' "$ids" | wc -l)" ] ||
    fail "not every story is told of"
[ "$(grep -c 'output *same' "$work/same")" -ge 30 ] || fail "few sheets were compared"

# another template: the template and its paper differ, the decision does not
sed -i 's#</template>#<!-- moved --></template>#' "$work/templates/birthday/template.xml"
"$tuck" replay -s . FK-2004 >"$work/template" 2>&1 && fail "a changed template is the same"
grep -q 'insert *template *differs' "$work/template" || fail "the template is not named"
grep -q 'plan *same' "$work/template" || fail "the plan is said to differ"

# another policy: the line of the plan that differs is told
sed -i 's/priority="850"/priority="851"/' campaign.xml
"$tuck" replay -s . FK-2004 >"$work/policy" 2>&1 && fail "a changed campaign is the same"
grep -q 'policy *differs' "$work/policy" || fail "the policy is not named"
grep -q 'was .*850' "$work/policy" && grep -q 'is .*851' "$work/policy" ||
    fail "the line that differs is not told"

# what was erased cannot be made again
customer=$(sed -n 's/.*<customer id="\([^"]*\)".*/\1/p' orders/birthday.xml)
"$tuck" forget -q -s . "$customer" || fail "the customer is not forgotten"
"$tuck" replay -s . FK-2004 >"$work/gone" 2>&1 && fail "what was erased is made again"
grep -q 'not kept any more' "$work/gone" || fail "it is not told why"
"$tuck" replay -s . NO-SUCH >"$work/none" 2>&1 && fail "an unknown order is replayed"
"$tuck" ledger --check -q -s . || fail "the ledger is not sound"
exit $bad
