#!/bin/sh
# The tests that need a PostgreSQL server, beside one server for all of them.
set -u
here=${abs_top_srcdir:-$(pwd)}/tests/ledger
if [ $# -eq 0 ]; then
    exec "$here/with-cluster" sh "$0" here
fi
bad=0
for test in tests/unit/test-postgres tests/unit/test-ledger \
    tests/unit/test-ledger-history tests/unit/test-ledger-promises tests/unit/test-ledger-replies tests/unit/test-ledger-care \
    tests/unit/test-ledger-study tests/unit/test-ledger-wave \
    tests/unit/test-ledger-many tests/unit/test-ledger-standby \
    tests/fault/test-ledger-calls; do
    echo "== $test"
    "$test" || bad=1
done
exit $bad
