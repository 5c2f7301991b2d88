#!/bin/sh
# Sixteen processes at one SQLite file, killed at random, and a checker that knows nothing
# of tuck's code. Short here; `make torture`, or TUCK_TORTURE_SECONDS, for longer.
set -u
python=${PYTHON:-python3}
top=${abs_top_srcdir:?}
command -v "$python" >/dev/null || { echo 'SKIP: no python'; exit 77; }
exec "$python" -B "$top/tests/torture/torture.py" sqlite \
    --worker ./tests/torture/torture-worker --seconds "${TUCK_TORTURE_SECONDS:-7}"
