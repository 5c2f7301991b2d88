#!/bin/sh
# tuck import --decisions: what another system decided, told into the ledger.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
NO_COLOR=1 TUCK_KEYS=$dir/keys/shop.keys
export NO_COLOR TUCK_KEYS
bad=0
fail() {
    echo "FAIL: $*" >&2
    bad=1
}
tuck() {
    "$tuck" -s "$top/samples/shop" "$@" --ledger="$dir/ledger"
}

cat >"$dir/wrong.csv" <<'EOF'
customer,date,offer,printed,code,held-out,probability
A,2026-01-02,card,yes,C-1,no,0.5
B,2026-01-02,card,,,maybe,0.5
C,soon,card,,,,0.5
D,2026-01-02,card,yes,,yes,0.5
E,2026-01-02,card,,,,0
EOF
tuck import --decisions "$dir/wrong.csv" >"$dir/out" 2>"$dir/err" && fail "wrong rows are taken"
for line in '3: .*held-out.*expected yes or no' '4: .*date.*expected a day' \
    '5: .*held-out.*no, for a piece that was printed' '6: .*probability.*above 0'; do
    grep -q "wrong.csv:$line" "$dir/err" || fail "line $line is not told: $(cat "$dir/err")"
done
tuck ledger C-1 >/dev/null 2>&1 && fail "of a wrong file something stays"

cat >"$dir/right.csv" <<'EOF'
customer,date,campaign,experiment,arm,offer,printed,code,held-out,probability,segments
A,2026-01-02,winter,,,card,yes,CARD-1,no,0.5,city new
B,2026-01-02T09:00:00Z,winter,,,card,,,yes,0.5,
C,2026-01-02,winter,tone,warm,,,,,,city
EOF
tuck import --decisions "$dir/right.csv" >"$dir/out" 2>&1 || fail "not imported: $(cat "$dir/out")"
grep -q '3 decisions imported, 0 there already' "$dir/out" || fail "$(cat "$dir/out")"
tuck import --decisions "$dir/right.csv" >"$dir/out" 2>&1 || fail "a second time fails"
grep -q '0 decisions imported, 3 there already' "$dir/out" || fail "$(cat "$dir/out")"
tuck redeem CARD-1 --at=2026-01-05T10:00:00Z >"$dir/out" 2>&1 || fail "its code is no good: $(cat "$dir/out")"
tuck ledger CARD-1 >"$dir/out" 2>&1 || fail "the life of it is not known"
grep -q printed "$dir/out" || fail "it was not printed: $(cat "$dir/out")"
tuck ledger --check >"$dir/out" 2>&1 || fail "the ledger is unsound: $(cat "$dir/out")"
tuck export C >"$dir/out" || fail "no export"
grep -q '"experiment": "tone", "arm": "warm"' "$dir/out" || fail "no experiment: $(cat "$dir/out")"
tuck export A >"$dir/out" && grep -q '"campaign": "winter", "segments": "city new"' "$dir/out" ||
    fail "no segments"
exit $bad
