#!/bin/sh
# Other people's programs read signed codes with the key file alone, written after
# tuck-code(5): both say of every vector what tuck says (tests/unit/test-code), tell a till
# brand, offer, value and last day, and know what the command has just printed.
set -u
top=${abs_top_srcdir:?}
samples=$top/samples/checkers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
bad=0
miss() {
    echo "FAIL: $checker: $1"
    sed 's/^/    /' "$work/said"
    bad=1
}
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
cp "$samples/vectors-keys.xml" "$work/keys" && chmod 600 "$work/keys" || exit 99
tab=$(printf '\t')

# says STATUS LINE CODE: what the till sees of a code on the day of the vectors
says() {
    $checker --keys "$work/keys" --offers "$samples/offers.csv" --today 2026-11-22 "$3" \
        >"$work/said" 2>&1
    status=$?
    [ $status -eq "$1" ] || miss "ends with $status, expected $1, for $3"
    [ "$(tr '\t' '|' <"$work/said")" = "$2" ] || miss "expected $2"
}

check() {
    $checker --vectors "$samples/vectors.tsv" --keys "$samples/vectors-keys.xml" \
        >"$work/said" 2>&1 || miss 'the vectors are read otherwise'
    grep -q '^[1-9][0-9]* vectors, 0 differences$' "$work/said" || miss 'no count of vectors'
    # a vector that is wrong has to show
    sed "s/^\(FERN-6JPT-CRTM-698X-YH5T.*${tab}\)42$tab/\143$tab/" "$samples/vectors.tsv" \
        >"$work/wrong.tsv"
    $checker --vectors "$work/wrong.tsv" --keys "$samples/vectors-keys.xml" \
        >"$work/said" 2>&1 && miss 'a wrong vector is passed'
    says 0 'FERN-6JPT-CRTM-698X-YH5T|genuine|Fern & Kettle|birthday|5.00 EUR off from 25.00 EUR|until 2026-12-31' \
        'fern 6jpt crtm 698x yh5t'
    says 1 'FERN-CPYV-47K6-7TDH-Y4DH|expired|Fern & Kettle|birthday|5.00 EUR off from 25.00 EUR|until 2024-01-06' \
        FERN-CPYV-47K6-7TDH-Y4DH
    says 1 '26T7-D58K-8NJP-XC2H|unknown-offer||offer 2||until 2026-12-24' 26T7-D58K-8NJP-XC2H
    says 1 'FERN-6JTP-CRTM-698X-YH5T|mistyped' FERN-6JTP-CRTM-698X-YH5T
    says 1 'FERN-3596-TFXX-9XVC-DK4N|forged' FERN-3596-TFXX-9XVC-DK4N
    says 1 'FERN-6JPTORTM698XYH5T|not-one|no code has its letter 10' FERN-6JPTORTM698XYH5T
    chmod 644 "$work/keys"
    $checker --keys "$work/keys" FERN-6JPT-CRTM-698X-YH5T >"$work/said" 2>&1
    [ $? -eq 2 ] && grep -q 'read by others' "$work/said" || miss 'an open key file is taken'
    chmod 600 "$work/keys"
}

# a carton packed here and now, with keys of its own
cp -R "$top/samples/shop" "$work/shop" && chmod -R u+w "$work/shop" && rm -rf "$work/shop/var"
sed -e "s|../../templates|$top/templates|" -e 's|</shop>|<codes kind="signed"/></shop>|' \
    "$top/samples/shop/tuck.xml" >"$work/shop/tuck.xml"
TUCK_KEYS=$work/shop.keys
export TUCK_KEYS
packed=$("${TUCK:?}" pack -s "$work/shop" birthday 2>"$work/said" |
    sed -n 's/.* birthday-treat  *\([A-Z0-9-]*\) until .*/\1/p')
"$TUCK" code verify -s "$work/shop" "$packed" >"$work/said" 2>&1
last_day=$(sed -n 's/^  expires  *//p' "$work/said")
checker=tuck
[ -n "$last_day" ] || miss "what was packed, $packed, is not genuine"

check_packed() {
    $checker --keys "$TUCK_KEYS" "$packed" >"$work/said" 2>&1 || miss 'no code of tuck'
    [ "$(tr '\t' '|' <"$work/said")" = "$packed|genuine|CAKE|offer 1||until $last_day" ] ||
        miss "not what tuck printed: until $last_day"
}

done=0
for checker in "${PYTHON:-python3} $samples/check_code.py" "node $samples/check-code.js"; do
    if command -v "${checker%% *}" >/dev/null; then
        check
        check_packed
        done=$((done + 1))
    else
        echo "without ${checker%% *}, ${checker##*/} is not tried"
    fi
done
[ $done -gt 0 ] || exit 77
exit $bad
