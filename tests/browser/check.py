"""Opens the page of a check in Chromium: its pictures are seen and its filters filter."""
import sys

from browser import Browser

SHOWN = "return [...document.querySelectorAll('.finding')].filter(f => !f.hidden).length"


def choose(browser, name, value):
    browser.run(f"""const c = document.querySelector('.filters [name={name}]');
        c.value = {value!r}; c.dispatchEvent(new Event('input'))""")


def look(browser):
    browser.run("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    pictures = browser.run("""return Promise.all([...document.querySelectorAll('.spot img')]
        .map(i => i.decode().then(() => i.naturalWidth)))""")
    if len(pictures) < 9 or min(pictures) < 60:
        browser.fail(f"pictures of the spots: {pictures}")
    count = browser.run(SHOWN)
    choose(browser, "kind", "symbol")
    symbols = browser.run(SHOWN)
    if not 0 < symbols < count:
        browser.fail(f"of {count} findings {symbols} are about symbols")
    if f"{symbols} of {count}" not in browser.run("return document.querySelector('output').textContent"):
        browser.fail("the number of findings shown is not told")
    choose(browser, "kind", "")
    choose(browser, "language", "fa")
    choose(browser, "text", "translated")
    if browser.run(SHOWN) != 1:
        browser.fail("one text is not translated into fa")
    choose(browser, "language", "de")
    if browser.run(SHOWN) != 0:
        browser.fail("all is translated into de")
    if browser.run("return document.querySelectorAll('main b').length"):
        browser.fail("the shop's name became markup")
    choose(browser, "language", "")
    choose(browser, "text", "")


sys.exit(Browser(sys.argv[2]).look(sys.argv[1], look))
