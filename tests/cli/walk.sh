# What the walks through the command share: steps, runs, and what they must print. Sourced.
NO_COLOR=1 TUCK_KEYS=$work/keys/shop.keys TUCK_STATION=bench-3
export NO_COLOR TUCK_KEYS TUCK_STATION
bad=0 step=''

begin() { step=$1; }
miss() {
    echo "FAIL: $step: $1"
    sed 's/^/    out: /' out | head -30
    sed 's/^/    err: /' err | head -30
    bad=1
}
run() {
    want=$1
    shift
    "$tuck" "$@" >out 2>err </dev/null
    rc=$?
    [ $rc -eq "$want" ] || miss "tuck $*: exit status $rc, not $want"
}
prints() { grep -q -e "$1" out || miss "standard output lacks: $1"; }
prints_not() { ! grep -q -e "$1" out || miss "standard output has: $1"; }
says() { grep -q -e "$1" err || miss "standard error lacks: $1"; }
silent() { [ ! -s err ] || miss "standard error is not empty"; }
