#!/bin/sh
# The report's page in a real browser: nothing goes wrong in it, every plot is drawn, for
# light pages and for dark ones, and has its words.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
if ! command -v chromedriver >/dev/null || ! command -v chromium >/dev/null; then
    echo "SKIP: chromium and chromedriver are not installed" >&2
    exit 77
fi
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
NO_COLOR=1 TUCK_KEYS=$dir/keys/shop.keys
export NO_COLOR TUCK_KEYS
awk -v dir="$dir" 'BEGIN {
    print "customer,date,campaign,experiment,arm,offer,printed,probability,segments" >(dir "/decisions.csv")
    print "customer,date,order,amount" >(dir "/orders.csv")
    split("none warm <b>bold</b>", arms, " ")
    for (i = 0; i < 1500; i++) {
        arm = arms[1 + i % 3]
        printf "C-%d,2026-03-%02d,\"winter & <i>spring</i>\",tone,%s,%s,%s,0.3333,%s\n", i, 1 + i % 28, arm,
            i % 3 ? "card" : "", i % 3 ? "yes" : "no", i % 2 ? "city" : "country" >(dir "/decisions.csv")
        if (i % (i % 3 ? 2 : 5) == 0)
            printf "C-%d,2026-03-29,O-%d,%d.00\n", i, i, 20 + i % 7 >(dir "/orders.csv")
    }
}'
tuck() {
    "$tuck" -s "$top/samples/shop" "$@" --ledger="$dir/ledger.db"
}
tuck import --decisions "$dir/decisions.csv" >/dev/null || exit 1
tuck import "$dir/orders.csv" --currency=EUR >/dev/null || exit 1
tuck report --date=2026-06-01 --html="$dir/page.html" || exit 1
python3 "$top/tests/browser/report.py" "$dir/page.html" "$dir"
