#!/bin/sh
# Other people's programs read signed codes with the key file alone, written after
# tuck-code(5): both say of every vector what tuck says (tests/unit/test-mint), and tell a
# till brand, offer, value and last day.
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

done=0
for checker in "${PYTHON:-python3} $samples/check_code.py" "node $samples/check-code.js"; do
    if command -v "${checker%% *}" >/dev/null; then
        check
        done=$((done + 1))
    else
        echo "without ${checker%% *}, ${checker##*/} is not tried"
    fi
done
[ $done -gt 0 ] || exit 77
exit $bad
