#!/bin/sh
# The sample hosts, as their headers say to build and run them: two pack an order of the
# sample shop and come to the same answer; the till takes its code once.
set -u
top=${abs_top_srcdir:?}
case ${TUCK_SANITIZER:-none} in
none) ;;
*) echo "SKIP: a sanitized tuck.so wants a sanitized host"; exit 77 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/c" "$work/py"
order=$top/samples/shop/orders/first-order.xml
${CC:-cc} -std=c11 -Wall -Wextra -Werror -I"$top/plugin" -o "$work/host" \
    "$top/samples/hosts/host.c" -ldl || exit 1
TUCK_LEDGER=$work/ledger
export TUCK_LEDGER
"$work/host" "$TUCK_PLUGIN" "$top/samples/shop" "$order" "$work/c" >"$work/c.out" || {
    cat "$work/c.out"; exit 1; }
cat "$work/c.out"
grep -q '^insert  *welcome ' "$work/c.out" || { echo "FAIL: no welcome"; exit 1; }
${CC:-cc} -std=c11 -Wall -Wextra -Werror -I"$top/plugin" -o "$work/till" \
    "$top/samples/hosts/till.c" -ldl || exit 1
code=$("${TUCK:?}" ledger -s "$top/samples/shop" --ledger="$work/ledger" FK-2001 |
    sed -n 's/^\(FERN-[A-Z0-9-]*\)  .*/\1/p')
ask() {
    want=$1
    shift
    "$work/till" "$TUCK_PLUGIN" "$top/samples/shop" "$@" >"$work/till.out"
    grep -q "^$want: " "$work/till.out" || { echo "FAIL: $*: not $want"; cat "$work/till.out"; exit 1; }
}
ask ok "$code" W-1 12.50
ask again "$code" W-1 12.50
ask used "$code" W-2
ask unknown NEVER-WAS W-3
[ -n "${PYTHON:-}" ] || { echo "SKIP: no python3"; exit 77; }
"$PYTHON" "$top/samples/hosts/host.py" "$TUCK_PLUGIN" "$top/samples/shop" "$work/py" "$order" \
    >"$work/py.out" || { cat "$work/py.out"; exit 1; }
grep -v '^status' "$work/c.out" | diff - "$work/py.out" || exit 1
for sheet in "$work"/c/*.pdf; do
    name=$(basename "$sheet")
    cmp "$sheet" "$work/py/first-order-$name" || exit 1
done
