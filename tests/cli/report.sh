#!/bin/sh
# tuck report: what paper caused, and when that cannot be told.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
NO_COLOR=1 TUCK_KEYS=$dir/keys/shop.keys
export NO_COLOR TUCK_KEYS
cp -r "$top/samples/shop" "$dir/shop" && chmod -R u+w "$dir/shop"
sed -i 's#<campaign href#<report within="30d" margin="40%" least-effect="20%"/>\n  <campaign href#' "$dir/shop/tuck.xml"
bad=0
fail() {
    echo "FAIL: $*" >&2
    bad=1
}
tuck() {
    "$tuck" -s "$dir/shop" "$@" --ledger="$ledger"
}
figure() { # of the JSON on standard input, by a path of python
    python3 -c "import json,sys; d=json.load(sys.stdin); print($1)"
}

# customers TEST TREATED HELD-OUT TREATED-ORDER-EACH HELD-OUT-ORDER-EACH: every n-th orders
decisions() {
    awk -v test="$1" -v treated="$2" -v held="$3" -v t="$4" -v h="$5" -v dir="$dir" 'BEGIN {
        print "customer,date,campaign,experiment,arm,offer,printed,probability,segments" >(dir "/decisions.csv")
        print "customer,date,order,amount" >(dir "/orders.csv")
        for (i = 0; i < treated + held; i++) {
            arm = i < treated ? "treated" : "held-out"
            n = i < treated ? t : h
            printf "%s-%d,2026-03-%02d,winter,holdout:campaign,%s,%s,%s,0.5,%s\n", test, i, 1 + i % 28,
                arm, arm == "treated" ? "card" : "", arm == "treated" && i % 4 ? "yes" : "no",
                i % 3 ? "city" : "country" >(dir "/decisions.csv")
            printf "%s-%d,2026-02-%02d,%s-P-%d,%d.00\n", test, i, 1 + i % 28, test, i, 10 + i % 5 >(dir "/orders.csv")
            if (i % n == 0)
                printf "%s-%d,2026-03-29,%s-O-%d,%d.00\n", test, i, test, i, 20 + i % 7 >(dir "/orders.csv")
        }
    }'
    ledger=$dir/$1.db
    tuck import --decisions "$dir/decisions.csv" >"$dir/out" 2>&1 || fail "$1: $(cat "$dir/out")"
    tuck import "$dir/orders.csv" --currency=EUR >"$dir/out" 2>&1 || fail "$1: $(cat "$dir/out")"
}

ledger=$dir/none.db
printf 'customer,date,amount\nA,2026-03-01,9.00\n' >"$dir/one.csv"
tuck import "$dir/one.csv" --currency=EUR >/dev/null 2>&1 || fail "no order is imported"
tuck report >"$dir/out" 2>&1 && fail "an empty ledger is reported on"
grep -q 'holds no decision of that time' "$dir/out" || fail "it is not said why: $(cat "$dir/out")"

# One of two orders again with paper, one of five without: half the customers held out.
decisions works 900 900 2 5
tuck report --date=2026-06-01 >"$dir/text" || fail "it fails"
grep -q '^  IT WORKS. treated against held-out: margin per customer rose by' "$dir/text" ||
    fail "an effect is not seen: $(cat "$dir/text")"
grep -q 'customers who count  *900  *900$' "$dir/text" || fail "not 900 and 900"
grep -q 'ordered again  *20.00 %  *50.00 %  *+30.00' "$dir/text" || fail "not 20 and 50 per cent"
grep -q 'ordered again by segment\|margin per customer by segment' "$dir/text" || fail "no segments"
grep -q 'Per protocol, on those whose paper was printed: ' "$dir/text" || fail "no per protocol"
tuck report --date=2026-06-01 --json >"$dir/json" || fail "no JSON"
word=$(figure '[t["parts"][0]["arms"][1]["word"] for t in d["tests"] if t["kind"] == "campaign"][0]' <"$dir/json")
[ "$word" = better ] || fail "the word is $word"
# 600 of the treated are of the city, three of four of these got paper
city=$(figure '[(a["decided"], a["printed"]) for t in d["tests"] if t["kind"] == "campaign" for p in t["parts"] if p["segment"] == "city" for a in p["arms"] if a["arm"] == "treated"][0]' <"$dir/json")
[ "$city" = "(600, 450)" ] || fail "of the city $city were decided and printed, not (600, 450)"
# 675 of 900 got paper: what it did to these is the difference shared out among them
share=$(figure 'round((lambda m: m["printed"]["value"] / m["difference"]["value"])([m for t in d["tests"] if t["kind"] == "campaign" for m in t["parts"][0]["arms"][1]["metrics"] if m["metric"] == "ordered-again"][0]), 2)' <"$dir/json")
[ "$share" = 1.33 ] || fail "per protocol is $share times the difference, not 1.33"
# everything bought before says nothing of it, so nothing was taken away
tuck report --date=2026-03-20 >"$dir/early" || fail "an early report fails"
grep -q 'TOO EARLY. treated against held-out: 0 and 0 customers count' "$dir/early" ||
    fail "it is not too early before any window is over: $(head -12 "$dir/early")"
tuck report --date=2026-06-01 --from=2026-03-01 --to=2026-03-14 --json >"$dir/json" || fail "no part"
count=$(figure 'd["decisions"]' <"$dir/json")
[ "$count" = 904 ] || fail "$count decisions until 14 March, not 904"
tuck report --date=2026-06-01 --within=5 >"$dir/short" || fail "no shorter window"
grep -q 'counts 5 days' "$dir/short" || fail "the window is not told"
tuck report --from=soon >"$dir/out" 2>&1 && fail "soon is a day"
grep -q 'expected a day such as' "$dir/out" || fail "what a day is is not told"

# No difference: it cannot be told, and how long it takes is.
decisions same 400 400 4 4
tuck report --date=2026-06-01 >"$dir/text" || fail "it fails"
grep -q 'CANNOT TELL YET. treated against held-out: for margin per customer anything from -' "$dir/text" ||
    fail "no difference is one: $(cat "$dir/text")"
grep -q 'An effect of 20 % would' "$dir/text" || fail "when it would be found is not told"

# Groups of wrong sizes stop the reader.
decisions crooked 900 600 2 5
tuck report --date=2026-06-01 --color=always >"$dir/text" || fail "it fails"
grep -q '31mDO NOT READ THIS. \(held-out has 600\|treated has 900\) customers where 750 were dealt' "$dir/text" ||
    fail "groups of wrong sizes are compared: $(cat "$dir/text")"
grep -q '+30.00' "$dir/text" && fail "they are compared after all"
tuck report --date=2026-06-01 --html="$dir/page.html" || fail "no page"
grep -q 'class="stop"' "$dir/page.html" || fail "the page does not stop the reader"

# By effort, and an advisor's choices beside the rules'.
ledger=$dir/works.db
cat >"$dir/answers.xml" <<'EOF'
<histories xmlns="urn:tuck:history:1">
EOF
for i in 0 1 2 3 4 5 6 7 8 9; do
    cat >>"$dir/answers.xml" <<EOF
  <history customer="works-$i"><effort at="2026-03-20T10:00:00Z" score="$((1 + i % 7))"/></history>
EOF
done
echo '</histories>' >>"$dir/answers.xml"
tuck import "$dir/answers.xml" >"$dir/out" 2>&1 || fail "answers: $(cat "$dir/out")"
tuck report --date=2026-06-01 >"$dir/text" || fail "it fails"
grep -q '^  effort high  *3 ' "$dir/text" || fail "no effort classes: $(tail -8 "$dir/text")"
exit $bad
