#!/bin/sh
# Long texts in a dozen scripts in columns over pages: every letter is found, none lies
# over another, and what is copied from the PDF is what was written, in its order.
set -u
top=${abs_top_srcdir:?}
texts=${TUCK_SHARED:-}/data/text
python=${PYTHON:-python3}
[ -d "$texts" ] || { echo 'SKIP: no texts'; exit 77; }
command -v pdftotext >/dev/null || { echo 'SKIP: no pdftotext'; exit 77; }
command -v "$python" >/dev/null || { echo 'SKIP: no python'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
# the Kurdish text is written in Latin letters
for each in arb:ar ckb:ku deu_1996:de eng:en heb:he hin:hi jpn:ja pes_1:fa rus:ru tha:th tur:tr; do
    name=${each%:*}
    if tests/press/set-text "$top/plugin/page/fonts.conf" "$top/tests/press/type/columns.xml" \
        "${each#*:}" "$texts/$name.txt" "$work/$name.pdf" >"$work/$name.dump"; then
        "$python" "$top/tests/press/type.py" "$texts/$name.txt" "$work/$name.pdf" \
            "$work/$name.dump" "$name" || bad=1
    else
        echo "FAIL: $name cannot be set"
        bad=1
    fi
done
# on a page from right to left the second column is the left one
grep -A 1 '^page columns ar rtl' "$work/arb.dump" | grep -q ' text 78,12 ' ||
    { echo 'FAIL: columns do not turn'; bad=1; }
exit $bad
