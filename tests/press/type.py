"""What came out of a typeset PDF against what went in: type.py TEXT PDF DUMP NAME."""
import difflib
import re
import subprocess
import sys
import unicodedata


def plain(text):
    """Letters and signs alone: breaks, joiners and soft hyphens are the typesetter's."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(
        c for c in text if not c.isspace() and unicodedata.category(c) != "Cf"
    )


def columns_of(dump):
    """The places of all texts, page by page."""
    pages = []
    for line in dump.splitlines():
        if line.startswith("page "):
            pages.append([])
        found = re.match(r"\w+ text (-?[\d.]+),(-?[\d.]+) ([\d.]+)x([\d.]+)", line)
        if found:
            pages[-1].append(tuple(float(part) for part in found.groups()))
    return pages


def main():
    text_path, pdf, dump_path, name = sys.argv[1:]
    with open(text_path, encoding="utf-8") as file:
        want = plain(file.read())
    with open(dump_path, encoding="utf-8") as file:
        dump = file.read()
    # the foot of the page, its number, is no part of the text
    said = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-nopgbrk", "-x", "0", "-y", "0", "-W", "420",
         "-H", "550", pdf, "-"], capture_output=True, check=True)
    got = plain(said.stdout.decode("utf-8"))
    match = difflib.SequenceMatcher(None, want, got, autojunk=False)
    same = sum(block.size for block in match.get_matching_blocks())
    share = same / len(want)
    print(f"{name}: {len(want)} characters, {share:.3%} as they were")
    bad = share < 0.999
    if bad:
        for kind, a, b, c, d in match.get_opcodes():
            if kind != "equal":
                print(f"  {kind}: {want[a - 5:b + 5]!r} is {got[c - 5:d + 5]!r}")
    for line in dump.splitlines():
        if line.startswith("note "):
            print(f"  {line}")
            bad = True
    for number, page in enumerate(columns_of(dump), 1):
        for i, (x, y, w, h) in enumerate(page):
            if y + h > 202 or x < 11.9 or x + w > 136.1:
                print(f"  page {number}: a text leaves its column")
                bad = True
            for ox, oy, ow, oh in page[:i]:
                if x < ox + ow and ox < x + w and y < oy + oh and oy < y + h:
                    print(f"  page {number}: two texts lie over each other")
                    bad = True
    return bad


sys.exit(main())
