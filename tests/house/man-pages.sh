#!/bin/sh
# The man pages that are made from lists say what the lists say, and are sound mdoc.
# Mend a difference with `make man-pages`.
set -u
: "${srcdir:=.}" "${AWK:=awk}"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tuck-man-XXXXXX") || exit 99
trap 'rm -rf "$scratch"' EXIT
status=0

# page_is_fresh PAGE SCRIPT LIST
page_is_fresh() {
    page=$srcdir/$1
    fresh=$scratch/page.5
    "$AWK" -f "$srcdir/plugin/base/list-man.awk" -f "$srcdir/$2" "$srcdir/$3" "$page.in" \
        > "$fresh" || { echo "$2 fails"; status=1; return; }
    diff -u "$page" "$fresh" || status=1
    if command -v mandoc > /dev/null; then
        mandoc -Tlint -W warning "$fresh" || status=1
    fi
}

page_is_fresh plugin/customer/tuck-facts.5 plugin/customer/fact-man.awk \
    plugin/customer/fact-list.h
page_is_fresh plugin/base/tuck-notes.5 plugin/base/note-man.awk plugin/base/note-list.h

# The makers have to see a line that they cannot read, or facts and notes would be missing.
echo 'FACT(BROKEN, "broken", NUMBER' > "$scratch/list.h"
if "$AWK" -f "$srcdir/plugin/base/list-man.awk" -f "$srcdir/plugin/customer/fact-man.awk" \
    "$scratch/list.h" "$srcdir/plugin/customer/tuck-facts.5.in" > /dev/null 2>&1; then
    echo "a broken line of the list is not noticed"
    status=1
fi
exit $status
