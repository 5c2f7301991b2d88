#!/bin/sh
# History by HTTP: a server that is well, slow, dead, truncating or lying never stops a
# carton; its last good answer is kept and used.
set -u
top=${abs_top_srcdir:?}
tuck=${TUCK:?}
[ -n "${PYTHON:-}" ] || { echo "SKIP: no python3"; exit 77; }
work=$(mktemp -d)
mkfifo "$work/leash"
trap 'exec 9>&-; rm -rf "$work"' EXIT
bad=0
fail() { echo "FAIL: $*"; bad=1; }

echo well >"$work/mood"
"$PYTHON" "$top/tests/host/moody-histories.py" "$top/samples/shop/histories" "$work/mood" \
    <"$work/leash" >"$work/port" &
exec 9>"$work/leash" # the server ends when this does
for _ in $(seq 100); do
    [ -s "$work/port" ] && break
    sleep 0.1
done
port=$(cat "$work/port")
[ -n "$port" ] || { echo "FAIL: no server"; exit 1; }

mkdir "$work/shop"
sed -e "s#<history files=.*#<history url=\"http://127.0.0.1:$port/customers/{customer}.xml\" deadline=\"300ms\" rest=\"1ms\"/>#" \
    -e "s#\.\./\.\./templates#$top/templates#" "$top/samples/shop/tuck.xml" >"$work/shop/tuck.xml"
cp "$top/samples/shop/campaign.xml" "$work/shop/"
order=$top/samples/shop/orders/tenth-order.xml

# ask MOOD LEDGER COMMAND: leaves facts in out, notes in notes
ask() {
    echo "$1" >"$work/mood"
    "$tuck" "$3" -s "$work/shop" --ledger "$2" --budget=5000 --json "$order" \
        >"$work/out" 2>"$work/notes" || fail "$3 with a server that is $1"
}
orders_are() {
    grep -q "\"orders\": *$1[,}]" "$work/out" || {
        fail "$2: expected $1 past orders"; grep -o '"orders": *[0-9]*' "$work/out"; }
}
told() { grep -q " $1\]" "$work/notes" || { fail "$2: note $1 is missing"; cat "$work/notes"; }; }

ask well none why
orders_are 9 "a server that is well"
grep -q '"history-complete": *true' "$work/out" || fail "the history counts as partial"

for mood in slow dead truncated lying login half failing; do
    begun=$(date +%s)
    ask $mood none why
    [ $(($(date +%s) - begun)) -lt 5 ] || fail "a server that is $mood held the carton"
    orders_are 0 "a server that is $mood, nothing kept"
    grep -q '"history-complete": *false' "$work/out" || fail "$mood: the history counts as complete"
    case $mood in
    lying) told 1014 $mood ;;
    *) told 1005 $mood ;;
    esac
done

# A packed carton keeps what the server said; then the server goes wrong.
ask well "$work/ledger" pack
orders_are 9 "packed while the server is well"
sed -e 's/FK-2002/FK-9002/' "$order" >"$work/other.xml"
order=$work/other.xml
for mood in slow dead truncated login half failing; do
    ask $mood "$work/ledger" why
    grep -q '"orders": *\(9\|10\)[,}]' "$work/out" || {
        fail "a server that is $mood: its last answer is not used"
        grep -o '"orders": *[0-9]*' "$work/out"; }
    told 1006 $mood
done
ask well "$work/ledger" why # 304: the kept answer is still true
grep -q '1005\|1006' "$work/notes" && fail "an unchanged history counts as trouble"
exit $bad
