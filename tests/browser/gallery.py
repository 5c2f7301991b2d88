"""Opens a gallery in Chromium: pictures are seen, filters filter, a click enlarges."""
import sys

from browser import Browser

SHOWN = "return [...document.querySelectorAll('.card')].filter(f => !f.hidden).length"


def choose(browser, name, value):
    browser.run(f"""const c = document.querySelector('form [name={name}]');
        c.value = {value!r}; c.dispatchEvent(new Event('input'))""")


def look(browser):
    browser.run("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    pictures = browser.run("""return Promise.all([...document.querySelectorAll('.sheets img')]
        .map(i => i.decode().then(() => i.naturalWidth)))""")
    if len(pictures) < 20 or min(pictures) < 100:
        browser.fail(f"pictures: {pictures}")
    count = browser.run(SHOWN)
    choose(browser, "language", "fa")
    persian = browser.run(SHOWN)
    if not 0 < persian < count:
        browser.fail(f"of {count} pieces {persian} are in fa")
    if f"{persian} of {count}" not in browser.run("return document.querySelector('output').textContent"):
        browser.fail("the number of pieces shown is not told")
    choose(browser, "placement", "coupon")
    coupons = browser.run(SHOWN)
    if not 0 < coupons < persian:
        browser.fail(f"of {persian} pieces {coupons} are coupons")
    choose(browser, "offer", "welcome")
    if browser.run(SHOWN) != 0:
        browser.fail("an insert is shown among coupons")
    for name in ("language", "placement", "offer"):
        choose(browser, name, "")
    choose(browser, "text", "second cup")
    found = browser.run(SHOWN)
    if not 0 < found < count:
        browser.fail(f"the search finds {found}")
    browser.run("""const tick = document.querySelector('[name=changed]');
        tick.checked = true; tick.dispatchEvent(new Event('input'))""")
    changed = browser.run(SHOWN)
    if changed != found:
        browser.fail(f"the second cup has changed in all {found} languages, shown are {changed}")
    choose(browser, "text", "")
    if browser.run(SHOWN) != changed:
        browser.fail("something else is said to have changed")
    browser.run("[...document.querySelectorAll('.card')].find(c => !c.hidden).click()")
    if not browser.run("const d = document.querySelector('dialog'); return d.open && d.querySelectorAll('img').length === 2"):
        browser.fail("a click does not enlarge the pair")
    browser.run("document.querySelector('dialog').click()")
    if browser.run("return document.querySelector('dialog').open"):
        browser.fail("a click does not close it")
    browser.run("document.querySelector('[name=changed]').checked = false")
    choose(browser, "text", "")


sys.exit(Browser(sys.argv[2]).look(sys.argv[1], look))
