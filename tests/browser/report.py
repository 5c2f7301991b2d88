"""Opens a report's page in Chromium over WebDriver and looks at it as a reader would."""
import json
import os
import re
import subprocess
import sys
import urllib.request

page, folder = sys.argv[1:3]
bad = 0


def fail(text):
    global bad
    print(f"FAIL: {text}", file=sys.stderr)
    bad = 1


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, {"Content-Type": "application/json"},
                                     method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["value"]


def run(script):
    return call("POST", f"/session/{session}/execute/sync", {"script": script, "args": []})


driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
try:
    for line in driver.stdout:
        port = re.search(r"started successfully on port (\d+)", line)
        if port:
            break
    else:
        sys.exit("chromedriver does not start")
    base = f"http://127.0.0.1:{port.group(1)}"
    for theme in ("light", "dark"):
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
                     "--window-size=1100,1400", f"--user-data-dir={folder}/{theme}"]
        if theme == "dark":
            arguments.append("--force-dark-mode")
            arguments.append("--blink-settings=preferredColorScheme=0")
        else:
            arguments.append("--blink-settings=preferredColorScheme=1")
        session = call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": arguments}}}})["sessionId"]
        call("POST", f"/session/{session}/url", {"url": "file://" + os.path.abspath(page)})
        for entry in call("POST", f"/session/{session}/se/log", {"type": "browser"}):
            fail(f"{theme}: the browser says {entry['level']}: {entry['message']}")
        if run("return matchMedia('(prefers-color-scheme: dark)').matches") != (theme == "dark"):
            fail(f"{theme}: the page is not shown {theme}")
        plots = run("""return [...document.querySelectorAll('figure img')].map(i =>
            [i.complete && i.naturalWidth, i.alt, i.currentSrc.length,
             i.getBoundingClientRect().width])""")
        if len(plots) < 4:
            fail(f"{theme}: {len(plots)} plots")
        for width, words, _, shown in plots:
            if width != 720 or shown < 300:
                fail(f"{theme}: a plot is not drawn: {width} px, shown {shown}")
            if not re.search(r"\w+.*: [+-]?[\d.]+", words):
                fail(f"{theme}: a plot has no words: {words!r}")
        if run("return document.querySelectorAll('script, main b, main i').length"):
            fail(f"{theme}: names of arms or campaigns became markup")
        if not run("return document.body.innerText.includes('<b>bold</b>')"):
            fail(f"{theme}: the arm's name is not shown as it is")
        wide = run("return document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            fail(f"{theme}: the page is {wide} px too wide")
        contrast = run("""
            const parse = c => c.match(/[\\d.]+/g).map(Number);
            const light = c => { const [r, g, b] = parse(c).map(v => (v /= 255) <= .03928 ?
                v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
            const ground = e => { for (; e; e = e.parentElement) {
                const c = getComputedStyle(e).backgroundColor;
                if (parse(c)[3] !== 0) return c; } return 'rgb(255, 255, 255)'; };
            let least = 99;
            for (const e of document.querySelectorAll('h1, h2, p, th, td, .word, figcaption, a')) {
                const a = light(getComputedStyle(e).color), b = light(ground(e));
                least = Math.min(least, (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
            }
            return least""")
        if contrast < 4.5:
            fail(f"{theme}: contrast falls to {contrast:.2f}")
        call("DELETE", f"/session/{session}")
finally:
    driver.terminate()
    driver.wait()
sys.exit(bad)
