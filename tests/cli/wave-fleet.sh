#!/bin/sh
# One wave, one PostgreSQL, three machines: they share it out, one is killed in the middle,
# and what it had is done by the others.
set -u
top=${abs_top_srcdir:?}
if [ $# -eq 0 ]; then
    exec "$top/tests/ledger/with-cluster" sh "$0" here
fi
tuck=${TUCK:?}
case $(id -u) in
0) unshare --uts true 2>/dev/null || { echo "SKIP: no machines' names of one's own here"; exit 77; } ;;
*) echo "SKIP: only root gives a process a machine's name of its own"; exit 77 ;;
esac
command -v psql >/dev/null || { echo "SKIP: no psql is installed"; exit 77; }
work=$(mktemp -d)
cd "$work" || exit 1
pids=''
trap 'for pid in $pids; do kill -9 $pid 2>/dev/null; done; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
. "$top/tests/cli/walk.sh"

# a process on a machine of that name: another's dead are nobody's business but the lease's
on() {
    machine=$1
    shift
    TUCK_STATION=$machine exec unshare --uts sh -c 'hostname "$0" && exec "$@"' "$machine" "$tuck" "$@"
}
ask() { psql -X -q -A -t "$TUCK_TEST_POSTGRES" -c "$1"; }
count() { ask "SELECT count(*) FROM wave_order WHERE wave = 'night' AND $1"; }

number=0
for machine in shop mill barn dock; do # codes that two machines sign need two numbers
    cp -R "$top/samples/shop" $machine && chmod -R u+w $machine && rm -rf $machine/var
    sed "s|../../templates|$top/templates|
    s|path=\"var/ledger\"|url=\"$TUCK_TEST_POSTGRES\" station-number=\"$number\"|
    s|pack=\"1000ms\"|pack=\"60000ms\"|" "$top/samples/shop/tuck.xml" >$machine/tuck.xml
    number=$((number + 1))
done
mkdir night
i=0
while [ $i -lt 120 ]; do
    sed "s/FK-2021/N-$i/; s/C-2021/P-$((i % 7))/" "$top/samples/shop/orders/streak.xml" \
        >night/$(printf %03d $i).xml
    i=$((i + 1))
done
run 0 code new-keys -s shop
run 0 pack -s shop birthday

begin 'a machine dies with a share'
on dock wave -s dock --name night night >dock.out 2>&1 </dev/null &
dock=$! pids="$pids $!"
while [ "$(count "worker LIKE 'dock:%' AND state = 'done'")" -lt 4 ] &&
    kill -0 $dock 2>/dev/null; do :; done
# killed while it has a share, or there would be nothing to give back
while kill -0 $dock 2>/dev/null; do
    kill -STOP $dock
    [ "$(count "worker LIKE 'dock:%' AND state = 'taken'")" -gt 0 ] && break
    kill -CONT $dock
done
kill -9 $dock 2>/dev/null
wait $dock 2>/dev/null
had=$(count "worker LIKE 'dock:%' AND state = 'taken'")
[ "$had" -gt 0 ] || miss 'the killed machine had nothing'

begin 'the others share the rest, and what it had when its time is up'
on mill wave -s mill --name night night >mill.out 2>&1 </dev/null &
mill=$! pids="$pids $!"
on barn wave -s barn --name night night >barn.out 2>&1 </dev/null &
barn=$! pids="$pids $!"
# it is up now, for nobody here will wait two minutes
ask "UPDATE wave_order SET until_s = 0 WHERE worker LIKE 'dock:%' AND state = 'taken'"
for pid in $mill $barn; do
    wait $pid || { miss "a machine ended with $?"; cat mill.out barn.out; }
done
run 0 wave -s shop --name night night
run 0 wave -s shop --name night
prints '120 orders: 120 done, 0 waiting, 0 taken, 0 failed'
[ "$(count "worker LIKE 'mill:%'")" -gt 0 ] || miss 'mill did nothing'
[ "$(count "worker LIKE 'barn:%'")" -gt 0 ] || miss 'barn did nothing'

begin 'every order was decided once'
twice=$(ask "SELECT count(*) FROM decision WHERE revision > 1")
[ "$twice" = 0 ] || miss "$twice orders were decided twice"
run 0 ledger -s shop --check
echo "mill $(count "worker LIKE 'mill:%'"), barn $(count "worker LIKE 'barn:%'"), dock $(count "worker LIKE 'dock:%'"), given back $had"
exit $bad
