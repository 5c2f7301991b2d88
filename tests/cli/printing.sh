#!/bin/sh
# A packing station with the command: printers asked, sheets routed and spooled, a label
# printer in all its moods, jobs held, moved, doubted; a carton never stopped by any of it.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
fake=${FAKE_9100:-tests/printer/fake-9100}
[ -x "$fake" ] || { echo "SKIP: $fake was not built"; exit 77; }
case $fake in /*) ;; *) fake=$PWD/$fake ;; esac
work=$(mktemp -d)
cd "$work" || exit 1
fake_pid='' run_pid=''
finish() {
    [ -z "$fake_pid" ] || kill "$fake_pid" 2>/dev/null
    [ -z "$run_pid" ] || kill "$run_pid" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
. "$top/tests/cli/walk.sh"

mood() { echo "$1" >mood.new && mv mood.new mood && sleep 0.3; } # it looks every 100 ms
labels() { grep -c ' label' printer.log; }
# until COMMAND: it is to become true; a minute is for ever
until_true() {
    i=0
    while ! "$@" >/dev/null 2>&1; do
        i=$((i + 1))
        [ $i -lt 600 ] || { miss "never: $*"; return; }
        sleep 0.1
    done
}
job_is() { "$tuck" spool -s shop show "$1" | head -1 | grep -q -e "^ *$1 $2"; }

echo '' >mood
"$fake" --control mood --capture labels.zpl --log printer.log >port 2>fake.err &
fake_pid=$!
until_true test -s port
port=$(cat port)

cp -R "$top/samples/shop" shop && chmod -R u+w shop && rm -rf shop/var
printers="<printers spool=\"var/spool\">
  <printer name=\"label\" uri=\"socket://127.0.0.1:$port\" format=\"zpl\" dpi=\"203\"
           head=\"832\" fit=\"shrink\" codings=\"packed z64\"/>
  <printer name=\"folder\" uri=\"dir:var/printed\" format=\"pdf\"/>
  <printer name=\"gone\" uri=\"dir:/nowhere/at/all\" format=\"pdf\"/>
  <printer name=\"elsewhere\" uri=\"dir:var/other\" format=\"pdf\" stations=\"bench-9\"/>
  <route placement=\"insert\" to=\"elsewhere gone folder\"/>
  <route placement=\"coupon\" to=\"label\" plain=\"plain-label\" plain-to=\"gone folder\"/>
  <route placement=\"box\" to=\"gone\" sku=\"LID-1\" bin=\"B-7\"/>
</printers>"
awk -v printers="$printers" '{ sub("</shop>", printers "\n</shop>"); print }' \
    "$top/samples/shop/tuck.xml" | sed "s|../../templates|$top/templates|
s|pack=\"1000ms\"|pack=\"60000ms\"|" >shop/tuck.xml

begin 'what is found is told'
run 1 printers -s shop
prints '^label  *idle  *socket://'
prints 'model  *ZD421'
prints '^gone  *gone'
run 0 printers -s shop label; prints 'is sent  *zpl at 203 dpi'
run 1 printers -s shop nobody; says 'no such printer'

begin 'each piece goes where its route says, and the carton goes on'
run 1 pack -s shop --print birthday
prints 'to folder, job 1'
prints 'to label, job 2'
prints 'box unavailable: pick SKU LID-1 from bin B-7 (gone: '
until_true job_is 2 printed
[ "$(labels)" = 1 ] || miss "$(labels) labels"
run 0 ledger -s shop FK-2004; prints '  printed  *package 1'
prints 'failed  *package 1, box unavailable'

begin 'the same carton once more prints nothing'
run 1 pack -s shop --print birthday
prints 'insert is printed on folder already, as job 1'
prints 'coupon is printed on label already, as job 2'
[ "$(labels)" = 1 ] || miss "$(labels) labels"

begin 'a label that the printer could not take goes to paper in its place'
mood 'talks media-out'
run 0 printers -s shop folder
run 1 printers -s shop label; prints 'media-empty'
run 1 pack -s shop --print first-order
prints 'a plain label on folder instead (label: '
[ "$(labels)" = 1 ] || miss 'it printed without media'
ls shop/var/printed | grep -q '^FK-2001-coupon' || miss 'no plain label in the folder'
run 0 ledger -s shop FK-2001; prints '  printed  *package 1'

begin 'a printer that fell silent is not waited for'
mood 'media-out'
run 1 pack -s shop --print tenth-order
prints 'a plain label on folder instead\|nothing  *-'
mood ''
until_true "$tuck" printers -s shop label

begin 'a job that is held waits, and goes when it is released'
mood 'talks paused'
(sed 's/<route placement="coupon".*/<route placement="coupon" to="label"\/>/' shop/tuck.xml) >tuck.new
mv tuck.new shop/tuck.xml
mood ''
run 0 pack -s shop --print lapsing-gold
steam=$(sed -n 's/.*to label, job \([0-9]*\).*/\1/p' out)
[ -n "$steam" ] || miss 'no job'
until_true job_is "$steam" printed
run 0 spool -s shop again "$steam" --printer folder
copy=$(sed -n 's/^ *\([0-9]*\) .*/\1/p' out)
job_is "$copy" waiting || miss 'the copy did not wait'
run 0 spool -s shop hold "$copy" --reason 'the tray is open'
run 0 spool -s shop; prints 'held .*the tray is open'
run 1 spool -s shop hold "$copy"; says 'is held: that cannot be done to it now'
run 0 spool -s shop release "$copy"
"$tuck" spool -s shop run -q 2>run.err &
run_pid=$!
until_true job_is "$copy" printed
kill $run_pid && wait $run_pid
run_pid=''
run 0 spool -s shop show "$copy"; prints 'held: the tray is open'; prints 'released'
run 0 spool -s shop sheet "$steam" -o first.zpl
run 0 spool -s shop sheet "$copy" -o second.zpl
cmp -s first.zpl second.zpl || miss 'the copy has other bytes'

begin 'a cancelled job is never printed, and the ledger knows'
before=$(labels)
run 0 spool -s shop again "$steam"
copy=$(sed -n 's/^ *\([0-9]*\) .*/\1/p' out)
run 0 spool -s shop cancel "$copy" --reason 'torn'
"$tuck" spool -s shop run -q 2>run.err &
run_pid=$!
until_true sh -c "'$tuck' spool -s shop show $copy | grep -q told"
kill $run_pid && wait $run_pid
run_pid=''
[ "$(labels)" = "$before" ] || miss 'it was printed'
run 1 spool -s shop release "$copy"; says 'is cancelled'

begin 'a transfer that breaks off leaves a question, not a second label'
before=$(labels)
mood 'reset=2000'
run 1 pack -s shop --print forty-points passive reader-persian
mood ''
doubt=$("$tuck" spool -s shop | sed -n 's/^ *\([0-9]*\) doubt .*/\1/p' | head -1)
if [ -n "$doubt" ]; then
    run 0 spool -s shop; says 'in doubt: look whether the paper came'
    run 0 spool -s shop unprinted "$doubt"; prints 'waiting'
    "$tuck" spool -s shop run -q 2>run.err &
    run_pid=$!
    until_true job_is "$doubt" printed
    kill $run_pid && wait $run_pid
    run_pid=''
    [ "$(labels)" -gt "$before" ] || miss 'nothing was printed after the answer'
else
    "$tuck" spool -s shop list >out
    miss 'no job is in doubt'
fi

begin 'a packer has a word'
run 2 spool -s shop refused "$steam"; says 'wants --reason'
run 0 spool -s shop refused "$steam" --reason 'smudged'
run 0 ledger -s shop "$("$tuck" spool -s shop show "$steam" | sed -n '1s/.*label *\([^ ]*\) .*/\1/p')"
prints 'refused  *package 1, smudged'

begin 'the test page'
before=$(labels)
run 0 printers -s shop --test label
[ "$(labels)" = $((before + 1)) ] || miss 'no test page'
run 2 printers -s shop --test; says 'wants the name of a printer'

begin 'as the dots will fall'
run 0 preview -s shop --format dots -d dots birthday --quiet
run 0 preview -s shop --printer label -d zpl birthday --quiet
for sheet in zpl/*.zpl; do
    [ "$(head -c 3 "$sheet")" = '^XA' ] || miss "$sheet is no label"
done
[ -f dots/FK-2004-coupon.png ] && [ -f zpl/FK-2004-coupon.zpl ] || miss 'a sheet is not there'
exit $bad
