#!/bin/sh
# The IPP driver against lprint, whose label printer is a listener of the test's.
here=$(cd "$(dirname "$0")" && pwd)
exec sh "$here/with-lprint" tests/unit/test-printer-lprint
