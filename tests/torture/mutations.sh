#!/bin/sh
# Takes one guard of the ledger away after the other, by the name that plugin/ledger/guard.h
# gives it, and demands that the torture test notices; and that it finds nothing when all
# guards stand. Prints a table: guard, store, what was noticed.
#
#   mutations.sh [GUARD…]    TUCK_MUTANT: torture-worker built with -DTUCK_MUTATIONS
set -u
python=${PYTHON:-python3}
top=${abs_top_srcdir:?}
mutant=${TUCK_MUTANT:?}
command -v "$python" >/dev/null || { echo 'SKIP: no python'; exit 77; }
told=$(mktemp)
trap 'rm -f "$told"' EXIT
bad=0

try() {
    guard=$1 store=$2 seconds=$3
    TUCK_MUTATE=$guard "$python" -B "$top/tests/torture/torture.py" "$store" --quick \
        --worker "$mutant" --seconds "$seconds" --seed 7 >"$told" 2>&1
    code=$?
    noticed=$(sed -n 's/^BROKEN: //p' "$told" | head -n 1 | cut -c 1-90)
    if [ $code -eq 77 ]; then
        verdict='skipped' noticed=$(head -n 1 "$told")
    elif [ "$guard" = none ]; then
        verdict='holds'
        [ $code -eq 0 ] || { verdict='BROKEN WITH ALL GUARDS'; bad=1; cat "$told"; }
    else
        verdict='noticed'
        [ $code -eq 1 ] && [ -n "$noticed" ] || { verdict='NOT NOTICED'; bad=1; cat "$told"; }
    fi
    printf '%-12s %-11s %-12s %s\n' "$guard" "$store" "$verdict" "$noticed"
}

if [ $# -gt 0 ]; then
    for guard in "$@"; do
        try "$guard" "${TUCK_MUTATE_STORE:-sqlite}" 4
    done
    exit $bad
fi
printf '%-12s %-11s %-12s %s\n' 'guard away' store verdict 'first noticed'
try none sqlite 4
for guard in cap budget rolling share give-once single-use customer void exists \
    void-older deal-once serial renew; do
    try "$guard" sqlite 4
done
# what only many writers, or a server that dies, can show
try none postgresql 6
for guard in cap share give-once single-use lock durable; do
    try "$guard" postgresql 6
done
exit $bad
