#!/bin/sh
# Every header compiles alone as C11; tuck.h also as C99, C++11 and with all warnings.
set -u
top=${abs_top_srcdir:-$(pwd)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
try() {
    "$@" 2>"$work/errors" || { echo "FAIL: $*"; cat "$work/errors"; bad=1; }
}
for std in c99 c11 gnu17; do
    printf '#include "tuck.h"\nint used;\n' >"$work/tuck.c"
    try ${CC:-cc} -std=$std -Wall -Wextra -Wpedantic -Werror -I"$top/plugin" -fsyntax-only "$work/tuck.c"
done
printf '#include "tuck.h"\n' >"$work/tuck.cc"
try ${CXX:-c++} -std=c++11 -Wall -Wextra -Wpedantic -Werror -I"$top/plugin" -fsyntax-only "$work/tuck.cc"
for header in "$top"/plugin/*/*.h; do
    name=${header#"$top"/plugin/}
    case $name in
    */*-list.h) continue ;; # a table, included with a macro
    printer/printer-ipp.h) # where tuck is built without libcups, nobody includes it
        printf '#include <cups/ipp.h>\n' | ${CC:-cc} -E - >/dev/null 2>&1 || continue ;;
    esac
    printf '#include "%s"\nint used;\n' "$name" >"$work/one.c"
    # shellcheck disable=SC2086
    try ${CC:-cc} -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -I"$top/plugin" ${XML_CFLAGS:-} \
        ${PANGO_CFLAGS:-} -fsyntax-only "$work/one.c"
done
exit $bad
