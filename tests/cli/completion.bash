#!/usr/bin/env bash
# What the completion of bash offers, word by word. bash-completion itself is stood in for:
# what is tested is our table, not its files and folders.
set -u
top=${abs_top_srcdir:?}
bad=0

_init_completion() {
    cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
}
_filedir() { COMPREPLY=("files${1:+ $1}"); }

# shellcheck source=/dev/null
. "$top/plugin/cli/tuck.bash" || exit 1
complete -p tuck | grep -q -- '-F _tuck tuck$' || { echo "FAIL: not registered"; bad=1; }

# expect "WHAT IS OFFERED" WORD...: the last word is the one that is being typed
expect() {
    local want=$1
    shift
    COMP_WORDS=(tuck "$@") COMP_CWORD=$# COMPREPLY=()
    _tuck
    [ "${COMPREPLY[*]}" = "$want" ] ||
        { echo "FAIL: tuck $*: ${COMPREPLY[*]:-nothing}, not ${want:-nothing}"; bad=1; }
}

expect 'preview pack reprint printers spool wave why check redeem answer void ledger liability expire replay code import report simulate fit export forget backup facts help --help --version --shop' ''
expect 'preview pack printers' p
expect '--help' --h
expect 'files -d' -s ''
expect 'check' -s samples/shop ch
expect 'files xml' preview ''
expect 'files xml' -s samples/shop why ''
expect 'files @(xml|csv|txt)' import ''
expect 'files' preview -o ''
expect 'files -d' pack -d ''
expect 'pdf png zpl epl tspl pwg pclm dots' preview --format=
expect 'png' preview --format=pn
expect 'auto always' preview --color=a
expect 'files -d' check --shop=
expect '--date' preview --dat
expect '' pack --dat
expect '--date-format' import --dat
expect '--workers' check --w
expect 'reprint redeem replay report' re
expect '--pool' code import --po
expect 'verify' code ver
expect 'files @(csv|txt)' code import ''
expect 'files' redeem --file ''
expect 'files' redeem --keys=
expect '--effort' answer --e
expect '--check' ledger --ch
expect 'files' backup ''
expect '' why --w
expect 'preview pack printers' help p

exit $bad
