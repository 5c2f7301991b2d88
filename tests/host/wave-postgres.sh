#!/bin/sh
# Waves as a host sees them, with the ledger in a PostgreSQL server of its own: hosts that
# take shares of one wave, and one that dies.
set -u
test=${TEST_WAVE:-./tests/host/test-wave}
[ -x "$test" ] || { echo "SKIP: $test was not built"; exit 77; }
exec sh "${abs_top_srcdir:?}/tests/ledger/with-cluster" "$test"
