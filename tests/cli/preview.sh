#!/bin/sh
# What ops staff see of a preview: pictures in the terminal, the desktop's viewer, another
# customer's eyes, every offer in every language on a sheet or a page, two campaigns beside.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
bad=0
miss() {
    echo "FAIL: $1"
    sed "s/^/    /" said 2>/dev/null | head -12
    bad=1
}
shop=$top/samples/shop
run() { "$tuck" preview -s "$shop" --ledger none "$@" >said 2>&1; }

# In a pipe there are no pictures; asked for, they are drawn in letters.
run first-order || miss 'a preview'
! grep -q '▄\|▀\|█' said || miss 'a pipe gets pictures'
if "$tuck" preview -s "$shop" --picture=symbols first-order 2>&1 | grep -q 'without chafa'; then
    echo 'built without chafa'
else
    TERM=xterm-256color COLORTERM=truecolor run --picture=symbols first-order || miss 'pictures'
    grep -q "$(printf '\033')\[[0-9;]*38;2;" said || miss 'pictures have no colour'
    TERM=xterm-kitty run --picture=kitty first-order && grep -q "$(printf '\033')_G" said ||
        miss 'no picture for kitty'
    TERM=xterm run --picture=sixel first-order && grep -q "$(printf '\033')P" said ||
        miss 'no picture in sixels'
fi
run --picture=oil first-order && miss 'oil is no kind of picture'

# The viewer gets a PDF; without one the sheet's place is told.
mkdir bin
cat >bin/xdg-open <<'SH'
#!/bin/sh
head -c 5 "$1" >"$VIEWED.new"
mv "$VIEWED.new" "$VIEWED"
SH
chmod +x bin/xdg-open
TMPDIR=$work VIEWED=$work/viewed PATH=$work/bin:$PATH run --open first-order || miss '--open'
tries=0
until [ -s viewed ] || [ $tries -gt 100 ]; do
    tries=$((tries + 1))
    sleep 0.05
done
[ "$(cat viewed 2>/dev/null)" = '%PDF-' ] || miss 'the viewer gets no PDF'
TMPDIR=$work PATH=$work/nothing run --open first-order
grep -q 'there is no viewer .*tuck-preview-.*/preview.pdf' said || miss 'a viewer that is missing is not told'

# Another reader, another customer, another day.
run --language de --offer=welcome -d de --format=pdf first-order || miss '--language'
if command -v pdftotext >/dev/null; then
    pdftotext de/*-insert.pdf - | tr -s '\n ' ' ' | grep -q 'Ach, Sie trinken auch Tee' || miss 'German is not spoken'
fi
run --as C-2005 --json first-order || miss '--as'
sed 's/[[:space:]]//g' said | grep -q '"orders":"*[1-9]' || grep -q 'orders' said || miss 'no facts of C-2005'
run --as C-2005 first-order && cp said as-other && run first-order
cmp -s said as-other && miss 'C-2005 gets what C-2001 gets'

# Every offer, one PDF.
run --contact-sheet --every-offer -o every.pdf first-order || miss '--every-offer'
[ "$(head -c 5 every.pdf)" = '%PDF-' ] || miss 'there is no contact sheet'
run --every-offer --offer=welcome first-order && miss '--every-offer beside --offer'

# A page of them in two languages, beside another version of the campaign.
cp -R "$shop" shop && chmod -R u+w shop
sed "s|../../templates|$top/templates|; s|languages=\"[^\"]*\"|languages=\"en fa\"|" "$shop/tuck.xml" >shop/tuck.xml
sed 's/percent="15"/percent="20"/' shop/campaign.xml >shop/other.xml
shop=$work/shop
run --contact-sheet --every-offer --every-language --beside shop/other.xml -o page.html first-order ||
    miss 'a gallery'
[ "$(grep -c '<figure class="card"' page.html)" -ge 100 ] || miss 'the gallery lacks pieces'
! grep -q 'src="http\|href="http' page.html || miss 'the gallery loads something'
run --beside shop/other.xml first-order && miss '--beside without a gallery'
if command -v chromedriver >/dev/null && command -v chromium >/dev/null; then
    "$python" "$top/tests/browser/gallery.py" page.html "$work" || miss 'the gallery in Chromium'
fi
exit $bad
