#!/bin/sh
# Strings that break programs, as a customer's name and a product's, through the whole way:
# every order gets its answer, none by way of a press that died, and the paper is sound.
# The strings are those of the Big List of Naughty Strings, where it lies.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
python=${PYTHON:-python3}
list=${TUCK_SHARED:-}/data/strings/blns.json
[ -f "$list" ] || { echo 'SKIP: no list of hostile strings'; exit 77; }
command -v "$python" >/dev/null || { echo 'SKIP: no python'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
cp -R "$top/samples/shop" shop && chmod -R u+w shop
sed "s|../../templates|$top/templates|" "$top/samples/shop/tuck.xml" >shop/tuck.xml
bad=0
miss() { echo "FAIL: $1"; bad=1; }

# What no XML document can hold is left out of a string, as a shop's export has to.
"$python" - "$list" <<'PYTHON' || exit 1
import json, os, re, sys
from xml.sax.saxutils import escape
strings = json.load(open(sys.argv[1], encoding="utf-8"))
no_xml = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
os.mkdir("orders")
for number, string in enumerate(strings):
    text = escape(no_xml.sub("", string))[:400] or "nothing"
    open(f"orders/{number:04}.xml", "w", encoding="utf-8").write(f"""\
<order xmlns="urn:tuck:order:1" merchant="fern-kettle" id="H-{number}"
       placed-at="2026-11-17T10:20:00+01:00" currency="EUR">
  <customer id="H-{number}" birthday="1990-11-18"><given-name>{text}</given-name>
    <consent for="personalisation" given="true"/><consent for="marketing" given="true"/>
  </customer>
  <lines><line sku="TEA-1" quantity="1" unit-price="7.90"><name>{text}</name></line></lines>
  <carton length="220mm" width="160mm" height="90mm"/>
</order>
""")
PYTHON
count=$(find orders -name '*.xml' | wc -l)
[ "$count" -ge 300 ] || miss "only $count strings"

"$tuck" preview -s shop --budget=60000 -d paper --offer=birthday orders >out 2>err
rc=$?
[ $rc -eq 0 ] || { head -20 err; miss "exit status $rc"; }
[ "$(grep -c '^H-' out)" -eq "$count" ] || miss 'not every order has an answer'
! grep -q ' fallback ' out || { grep -B 3 ' fallback ' out | head; miss 'fallbacks'; }
! grep -q '\[press 8' err || { grep '\[press 8' err | head; miss 'the press stumbled'; }
! grep -q 'error:' err || { grep 'error:' err | head; miss 'errors'; }
[ "$(find paper -name '*-insert.pdf' | wc -l)" -eq "$count" ] || miss 'inserts are missing'
# The real thing, which records; a few, because each is made sure of on the disk
"$tuck" pack -s shop -q --budget=60000 orders/00[0-4]*.xml >out 2>err ||
    { head err; miss 'packing'; }
if command -v qpdf >/dev/null; then
    for pdf in $(find paper -name '*-insert.pdf' | sort | awk 'NR % 50 == 1'); do
        qpdf --check "$pdf" >said 2>&1 || { cat said; miss "$pdf is no sound PDF"; }
    done
fi
echo "$count strings"
exit $bad
