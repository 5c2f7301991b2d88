#!/bin/sh
# The IPP driver against ippeveprinter, on the loopback.
here=$(cd "$(dirname "$0")" && pwd)
exec sh "$here/with-ippeveprinter" \
    sh -c 'tests/unit/test-printer-ipp && tests/unit/test-printer-ipp-spool'
