#!/bin/sh
# tuck.so exports one symbol, stays loaded, and pulls no GLib, Pango, cairo or librsvg into
# the host.
set -u
plugin=${TUCK_PLUGIN:?}
case ${TUCK_SANITIZER:-none} in none) ;; *) echo "SKIP: sanitizers add symbols"; exit 77 ;; esac
bad=0
exported=$(nm -D --defined-only "$plugin" | awk '{ print $3 }' | sort)
if [ "$exported" != tuck_entry ]; then
    echo "exported: $exported"
    bad=1
fi
if ldd "$plugin" | grep -E 'libglib|libgobject|libpango|libcairo|librsvg|libfontconfig|libharfbuzz|libzint'; then
    echo "these do not belong into a host's process"
    bad=1
fi
readelf -d "$plugin" | grep -q NODELETE || { echo "tuck.so may be unloaded"; bad=1; }
exit $bad
