#!/bin/sh
# A published trial through import and report: Hillstrom's 64,000 customers, e-mails for
# men's or women's goods or none (MineThatData, 2008). What the report says must be what is
# known of it.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
data=$top/../shared/data/hillstrom/hillstrom.csv
if [ ! -f "$data" ]; then
    echo "SKIP: the trial's data are not at hand ($data)" >&2
    exit 77
fi
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
NO_COLOR=1 TUCK_KEYS=$dir/keys/shop.keys
export NO_COLOR TUCK_KEYS
cp -r "$top/samples/shop" "$dir/shop" && chmod -R u+w "$dir/shop"
sed -i 's/currency="EUR"/currency="USD"/' "$dir/shop/tuck.xml"
bad=0
fail() {
    echo "FAIL: $*" >&2
    bad=1
}
tuck() {
    "$tuck" -s "$dir/shop" "$@"
}

# Columns from the end, for one of the first holds a comma: newbie, channel, arm, visit,
# conversion, spend. A visit is an order of what was spent, most often nothing; conversions
# are the orders that were paid for.
tr -d '\r' <"$data" | awk -v dir="$dir" 'BEGIN {
    FS = ","
    print "customer,date,campaign,experiment,arm,offer,printed,probability,segments" >(dir "/decisions.csv")
    print "customer,date,order,amount" >(dir "/visits.csv")
    print "customer,date,order,amount" >(dir "/conversions.csv")
}
NR > 1 {
    arm = $(NF - 3) ~ /^Mens/ ? "mens" : $(NF - 3) ~ /^Womens/ ? "womens" : "none"
    printf "H-%d,2008-03-20,spring,e-mail,%s,%s,%s,%s,%s %s\n", NR, arm, arm == "none" ? "" : arm,
        arm == "none" ? "no" : "yes", arm == "none" ? "0.333334" : "0.333333",
        $(NF - 5) ? "new" : "known", tolower($(NF - 4)) >(dir "/decisions.csv")
    if ($(NF - 2))
        printf "H-%d,2008-03-25,V-%d,%s\n", NR, NR, $NF >(dir "/visits.csv")
    if ($(NF - 1))
        printf "H-%d,2008-03-25,V-%d,%s\n", NR, NR, $NF >(dir "/conversions.csv")
}'
for of in visits conversions; do
    tuck import --decisions "$dir/decisions.csv" --ledger="$dir/$of.db" >"$dir/out" 2>&1 ||
        fail "decisions: $(cat "$dir/out")"
    tuck import "$dir/$of.csv" --currency=USD --ledger="$dir/$of.db" >"$dir/out" 2>&1 ||
        fail "$of: $(cat "$dir/out")"
    tuck report --date=2008-04-10 --within=14 --json --ledger="$dir/$of.db" >"$dir/$of.json" ||
        fail "no report on $of"
done

python3 - "$dir" <<'EOF' || bad=1
import json, sys

bad = 0


def near(what, value, expected, within):
    global bad
    if value is None or abs(value - expected) > within:
        print(f"FAIL: {what} is {value}, published {expected}", file=sys.stderr)
        bad = 1


def load(of):
    report = json.load(open(f"{sys.argv[1]}/{of}.json"))
    test = [t for t in report["tests"] if t["kind"] == "experiment"][0]
    assert not test["sample_ratio"]["alarm"]
    arms = {}
    for arm in test["parts"][0]["arms"]:
        arm["of"] = {m["metric"]: m for m in arm["metrics"]}
        arms[arm["arm"]] = arm
    assert arms["none"]["control"]
    return arms


visits, conversions = load("visits"), load("conversions")
for arm, customers, visit, conversion, spend in (
    ("none", 21306, 0.1062, 0.0057, 0.653),
    ("mens", 21307, 0.1828, 0.0125, 1.423),
    ("womens", 21387, 0.1514, 0.0088, 1.077),
):
    near(f"customers of {arm}", conversions[arm]["customers"], customers, 0)
    near(f"visits of {arm}", visits[arm]["of"]["ordered-again"]["mean"]["value"], visit, 5e-5)
    near(f"conversions of {arm}", conversions[arm]["of"]["ordered-again"]["mean"]["value"],
         conversion, 5e-5)
    near(f"spend of {arm}", conversions[arm]["of"]["revenue"]["mean"]["value"], spend, 5e-4)
for arm, value, low, high in (("mens", 0.770, 0.485, 1.055), ("womens", 0.424, 0.169, 0.680)):
    once = conversions[arm]["of"]["revenue"]["once"]
    near(f"spend, {arm} - none", once["value"], value, 5e-4)
    near(f"its lower end", once["low"], low, 2e-3)
    near(f"its upper end", once["high"], high, 2e-3)
for arm, value in (("mens", 0.0766), ("womens", 0.0452)):
    near(f"visits, {arm} - none", visits[arm]["of"]["ordered-again"]["once"]["value"], value, 5e-5)
    # what may be looked at every day is wider and says the same of so large a trial
    always = visits[arm]["of"]["ordered-again"]["difference"]
    once = visits[arm]["of"]["ordered-again"]["once"]
    if not (0 < always["low"] < once["low"] and once["high"] < always["high"]):
        print(f"FAIL: the interval of {arm} that holds at every look is {always}", file=sys.stderr)
        bad = 1
for name, arms in (("visits", visits), ("conversions", conversions)):
    for arm in ("mens", "womens"):
        if arms[arm]["word"] != "better":
            print(f"FAIL: {name} of {arm}: {arms[arm]['word']}", file=sys.stderr)
            bad = 1
sys.exit(bad)
EOF
exit $bad
