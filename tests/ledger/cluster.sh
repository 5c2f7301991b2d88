#!/bin/sh
# A PostgreSQL server of one's own, in a folder of its own, for tests.
#
#   cluster.sh make DIR        makes and starts one; DIR must not exist yet
#   cluster.sh start DIR       starts it again
#   cluster.sh stop DIR        ends it in an orderly way
#   cluster.sh kill DIR        kill -9 to all of it, and tidies what that leaves
#   cluster.sh uri DIR         prints the URI on loopback, with the password
#   cluster.sh socket DIR      prints the URI through the socket, which needs none
#   cluster.sh has             exit 77 with a word when no server is installed
#
# The server runs as somebody without rights: as the caller, or when that is root as
# postgres or nobody. It listens on loopback, with a password, and on a socket in DIR,
# where nobody else can reach it; it is ended by the number of its process. Without fsync unless TUCK_CLUSTER_FSYNC=on:
# a killed server loses nothing by that, only a machine without power would.
set -u

fail() {
    echo "cluster: $*" >&2
    exit 1
}

find_server() {
    for bin in $(pg_config --bindir 2>/dev/null) \
        $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5 -n -r); do
        [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ] && return 0
    done
    return 1
}
if ! find_server; then
    echo "SKIP: no PostgreSQL server is installed (Debian: postgresql)"
    exit 77
fi
verb=${1:-}
[ "$verb" = has ] && exit 0
[ $# -eq 2 ] || fail "usage: cluster.sh make|start|stop|kill|uri|socket DIR"
dir=$2

# Somebody without rights runs the server, and needs a folder they can stand in.
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    id -u postgres >/dev/null 2>&1 || owner=nobody
    as_owner() { (cd "$dir" && setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups "$@"); }
else
    owner=$(id -un)
    as_owner() { (cd "$dir" && "$@"); }
fi

is_running() {
    [ -n "$1" ] && kill -0 "$1" 2>/dev/null
}

server_pid() {
    [ -f "$dir/data/postmaster.pid" ] && sed -n 1p "$dir/data/postmaster.pid"
}

# Waits until the process is no more; a zombie counts as gone.
wait_gone() {
    tries=0
    while is_running "$1"; do
        case $(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) in
        Z* | '') break ;;
        esac
        tries=$((tries + 1))
        [ $tries -gt 1500 ] && fail "process $1 does not end"
        sleep 0.02
    done
}

random_port() {
    echo $((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
}

# Ready is what a client finds ready. 1: the server ended, so another port may do.
wait_ready() {
    tries=0
    while ! "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; do
        is_running "$pid" || return 1
        tries=$((tries + 1))
        [ $tries -gt 1500 ] && fail "the server does not get ready: $(tail -n 5 "$dir/log")"
        sleep 0.02
    done
}

launch() {
    as_owner setsid "$bin/postgres" -D "$dir/data" -c port="$port" \
        >>"$dir/log" 2>&1 </dev/null &
    tries=0
    while pid=$(server_pid) && [ -z "$pid" ] || [ ! -f "$dir/data/postmaster.pid" ]; do
        is_running $! || return 1
        tries=$((tries + 1))
        [ $tries -gt 1500 ] && fail "the server does not start: $(tail -n 5 "$dir/log")"
        sleep 0.02
    done
    pid=$(server_pid)
    wait_ready
}

# Where the server can, a database sorts as German dictionaries do: whoever relies on the
# order of bytes has to say so.
make_cluster() {
    foreign=
    "$bin/initdb" --help | grep -q -e --icu-locale &&
        foreign='--locale-provider=icu --icu-locale=de'
    mkdir -m 0700 "$dir" || fail "$dir cannot be made"
    mkdir -m 0700 "$dir/socket"
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password"
    [ "$(id -u)" -eq 0 ] && chown -R "$owner" "$dir"
    # shellcheck disable=SC2086
    as_owner "$bin/initdb" -D "$dir/data" -U tuck --auth-host=scram-sha-256 \
        --auth-local=trust --pwfile="$dir/password" -E UTF8 --locale=C $foreign --no-sync >"$dir/log" 2>&1 ||
        fail "initdb failed: $(tail -n 5 "$dir/log")"
    as_owner tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir/socket'
max_connections = 200
shared_buffers = 64MB
fsync = ${TUCK_CLUSTER_FSYNC:-off}
CONF
    tries=0
    while :; do
        port=$(random_port)
        launch && break
        tries=$((tries + 1))
        [ $tries -gt 10 ] && fail "the server ends at once: $(tail -n 5 "$dir/log")"
    done
    echo "$port" >"$dir/port"
    PGPASSWORD=$(cat "$dir/password") "$bin/createdb" -h 127.0.0.1 -p "$port" -U tuck shop ||
        fail "the database cannot be made"
}

start() {
    port=$(cat "$dir/port")
    tries=0
    until launch; do # a child of the killed one may still have to notice
        tries=$((tries + 1))
        [ $tries -gt 50 ] && fail "the server does not start again: $(tail -n 5 "$dir/log")"
        sleep 0.1
    done
}

stop() {
    pid=$(server_pid) || return 0
    is_running "$pid" || return 0
    kill -CONT "$pid"
    kill -INT "$pid"
    wait_gone "$pid"
}

# The server's children notice by themselves that it is gone, but not at once, and one that
# still writes would spoil the next start.
kill_hard() {
    pid=$(server_pid) || return 0
    children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
    for one in "$pid" $children; do
        kill -KILL "$one" 2>/dev/null
    done
    for one in "$pid" $children; do
        wait_gone "$one"
    done
    rm -f "$dir/data/postmaster.pid" "$dir/socket/.s.PGSQL."*
}

case $verb in
make) make_cluster ;;
start) start ;;
stop) stop ;;
kill) kill_hard ;;
uri) echo "postgresql://tuck:$(cat "$dir/password")@127.0.0.1:$(cat "$dir/port")/shop" ;;
socket) echo "postgresql://tuck@/shop?host=$dir/socket&port=$(cat "$dir/port")" ;;
*) fail "what is $verb?" ;;
esac
