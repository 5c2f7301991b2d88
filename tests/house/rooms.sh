#!/bin/sh
# A room includes only from itself and from rooms above it, and of those only their front
# doors; the command sees only tuck.h; one outside library belongs to one room; library
# code does not print, exit or abort, and takes no locale.
set -u
top=${abs_top_srcdir:-$(pwd)}
cd "$top/plugin" || exit 99
found=$(mktemp)
trap 'rm -f "$found"' EXIT

front=" lang/lang.h lang/display.h lang/message.h lang/strings.h stats/special.h stats/estimate.h stats/moments.h stats/compare.h stats/power.h stats/several.h \
stats/sequential.h stats/sample-ratio.h stats/policy.h stats/random.h \
fit/next.h fit/model.h fetch/fetch.h order/order.h order/csv.h mint/code.h mint/gs1.h mint/keys.h \
mint/link.h ledger/ledger.h ledger/study.h campaign/learned.h \
customer/facts.h customer/fact-list.h campaign/campaign.h page/page.h press/press.h \
press/job.h press/plot.h press/zpl-read.h press/errand.h press/wire.h press/trade.h scan/scan.h printer/printer.h printer/spool.h \
report/report.h report/proof.h report/log.h station/station.h "
above=""
for room in base lang stats fit fetch order mint ledger customer campaign page press scan printer report station abi; do
    for file in "$room"/*.[ch]; do
        sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file" | while read -r include; do
            from=${include%%/*}
            case $include in
            config.h | *.rng.inc | *.css.inc | *.js.inc) continue ;;
            tuck.h)
                case $room in
                station | abi) ;;
                *) echo "$file: only station/, abi/ and cli/ include tuck.h" ;;
                esac
                continue ;;
            */*) ;;
            *)
                echo "$file: write \"room/$include\""
                continue ;;
            esac
            [ "$from" = "$room" ] && continue
            case " $above " in
            *" $from "*) ;;
            *) echo "$file: $room may not include $include" ;;
            esac
            [ "$from" = base ] && continue
            case $front in
            *" $include "*) ;;
            *) echo "$file: $include is not a front door" ;;
            esac
        done
    done
    above="$above $room"
done >"$found"

grep -n '#include "' cli/*.[ch] | grep -v -e '"cli/cli.h"' -e '"cli/packing.h"' -e '"cli/gallery.*inc"' -e '"tuck.h"' -e '"config.h"' |
    sed 's/$/  (cli sees only tuck.h)/' >>"$found"

# library: the one room that may name its headers
while read -r pattern room; do
    grep -lE "#include <$pattern" */*.[ch] | grep -v -E "^($room)/" |
        sed "s#\$#: <$pattern…> belongs to $room#" >>"$found"
done <<'LIBS'
sqlite3 ledger
libpq ledger
curl/ fetch
sodium base
libxslt/ page
pango/ page|press
cairo press
librsvg/ press
zint page
hyphen page
seccomp press
unicode/ lang
fontconfig/ page
cups/ printer
zbar scan
dmtx scan
LIBS

for room in base lang stats fit fetch order mint ledger customer campaign scan printer report station abi page; do
    grep -nE '\b(printf|puts|putchar|perror|exit|abort|setlocale|chdir|umask|signal|sigaction|system|popen|getenv|setenv|putenv|fork|strtok|localtime|gmtime|rand)\(' \
        "$room"/*.c | grep -vE '^\S+:\s*(/?\*|//)' |
        grep -vE '(buf|arena|note|sn|vsn|f)_?printf\(|buf_puts\(' |
        sed 's/$/  (not in library code)/' >>"$found"
done

cat "$found"
[ ! -s "$found" ]
