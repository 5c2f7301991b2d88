#!/bin/sh
# A preview that watches is shown again when a file of the shop changes, says what is wrong
# with it and goes on when it is mended.
set -u
tuck=${TUCK:?}
top=${abs_top_srcdir:?}
python=${PYTHON:-python3}
command -v "$python" >/dev/null || { echo 'SKIP: no python'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$top/samples/shop" "$work/shop" && chmod -R u+w "$work/shop"
mkdir -p "$work/templates"
cp -R "$top/templates/welcome" "$top/templates/theme.xml" "$top/templates/art" "$work/templates/"
chmod -R u+w "$work/templates"
sed "s|<templates href=\"../../templates\"/>|<templates href=\"../templates\"/><templates href=\"$top/templates\"/>|" \
    "$top/samples/shop/tuck.xml" >"$work/shop/tuck.xml"
exec "$python" - "$tuck" "$work" <<'PYTHON'
import os, signal, subprocess, sys, threading, queue
tuck, work = sys.argv[1:]
run = subprocess.Popen([tuck, "preview", "-s", work + "/shop", "--ledger", "none", "--watch",
                        "--offer=welcome", "-d", work + "/out", work + "/shop/orders/first-order.xml"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
lines = queue.Queue()
threading.Thread(target=lambda: [lines.put(line) for line in run.stderr] + [lines.put(None)], daemon=True).start()
bad = 0

def until(words, what):
    """Reads on until a line has the words; returns all that was said."""
    global bad
    said = ""
    while True:
        try:
            line = lines.get(timeout=60)
        except queue.Empty:
            line = None
        if line is None:
            print(f"FAIL: {what}: never said '{words}'\n{said}")
            run.kill()
            sys.exit(1)
        said += line
        if words in line:
            return said

def change(path, old, new, by_rename):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert old in text, (path, old)
    name = path + ".tmp" if by_rename else path
    with open(name, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new))
    if by_rename:
        os.rename(name, path)

sheet = work + "/out/FK-2001-insert.pdf"
until("waiting for a change", "the first time")
first = open(sheet, "rb").read()
page = work + "/templates/welcome/template.xml"
change(page, "So. You drink tea, too.", "So. Tea, then.", False)
until("template.xml has changed; waiting", "a template that was written")
second = open(sheet, "rb").read()
if first == second:
    print("FAIL: the sheet is the old one")
    bad = 1
change(page, "<page ground", "<pag ground", True)
said = until("waiting for a change (something is not well)", "a template that is broken")
if "template.xml:" not in said:
    print(f"FAIL: the fault has no place:\n{said}")
    bad = 1
change(page, "<pag ground", "<page ground", True)
until("template.xml has changed; waiting for a change\n", "a template that was mended")
if open(sheet, "rb").read() != second:
    print("FAIL: the mended sheet is another")
    bad = 1
change(work + "/shop/campaign.xml", 'name="autumn-2026"', 'name="winter-2026"', True)
until("campaign.xml has changed; waiting", "a campaign that changed")
run.send_signal(signal.SIGINT)
if run.wait(timeout=30) not in (-signal.SIGINT, 130):
    print(f"FAIL: ended by {run.returncode}")
    bad = 1
sys.exit(bad)
PYTHON
