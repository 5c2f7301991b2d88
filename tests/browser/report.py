"""Opens a report's page in Chromium and looks at it as a reader would."""
import re
import sys

from browser import Browser


def look(browser):
    plots = browser.run("""return [...document.querySelectorAll('figure img')].map(i =>
        [i.complete && i.naturalWidth, i.alt, i.currentSrc.length,
         i.getBoundingClientRect().width])""")
    if len(plots) < 4:
        browser.fail(f"{len(plots)} plots")
    for width, words, _, shown in plots:
        if width != 720 or shown < 300:
            browser.fail(f"a plot is not drawn: {width} px, shown {shown}")
        if not re.search(r"\w+.*: [+-]?[\d.]+", words):
            browser.fail(f"a plot has no words: {words!r}")
    if browser.run("return document.querySelectorAll('script, main b, main i').length"):
        browser.fail("names of arms or campaigns became markup")
    if not browser.run("return document.body.innerText.includes('<b>bold</b>')"):
        browser.fail("the arm's name is not shown as it is")


sys.exit(Browser(sys.argv[2]).look(sys.argv[1], look))
