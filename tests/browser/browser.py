"""Chromium over WebDriver: a page as its readers see it, in light and in dark."""
import json
import os
import re
import subprocess
import sys
import urllib.request

CONTRAST = """
const parse = c => c.match(/[\\d.]+/g).map(Number);
const light = c => { const [r, g, b] = parse(c).map(v => (v /= 255) <= .03928 ?
    v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
const ground = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (parse(c)[3] !== 0) return c; } return 'rgb(255, 255, 255)'; };
let least = 99;
for (const e of document.querySelectorAll('h1, h2, h3, p, th, td, dt, dd, .word, figcaption, a, label, output, button')) {
    if (!e.offsetParent) continue;
    const a = light(getComputedStyle(e).color), b = light(ground(e));
    least = Math.min(least, (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
}
return least"""


class Browser:
    def __init__(self, folder):
        self.folder = folder
        self.bad = 0
        self.theme = ""

    def fail(self, text):
        print(f"FAIL: {self.theme}: {text}", file=sys.stderr)
        self.bad = 1

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data,
                                         {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def run(self, script):
        return self.call("POST", f"/session/{self.session}/execute/sync",
                         {"script": script, "args": []})

    def look(self, page, at):
        """Opens the page light and dark and calls at(browser) each time."""
        driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        try:
            for line in driver.stdout:
                port = re.search(r"started successfully on port (\d+)", line)
                if port:
                    break
            else:
                sys.exit("chromedriver does not start")
            self.base = f"http://127.0.0.1:{port.group(1)}"
            for self.theme in ("light", "dark"):
                self.open(page)
                at(self)
                self.check_all()
                self.call("DELETE", f"/session/{self.session}")
        finally:
            driver.terminate()
            driver.wait()
        return self.bad

    def open(self, page):
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                     "--disable-dev-shm-usage", "--window-size=1100,1400",
                     f"--user-data-dir={self.folder}/{self.theme}",
                     f"--blink-settings=preferredColorScheme={int(self.theme == 'light')}"]
        if self.theme == "dark":
            arguments.append("--force-dark-mode")
        self.session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": arguments}}}})["sessionId"]
        self.call("POST", f"/session/{self.session}/url",
                  {"url": "file://" + os.path.abspath(page)})

    def check_all(self):
        """What holds of every page."""
        for entry in self.call("POST", f"/session/{self.session}/se/log", {"type": "browser"}):
            self.fail(f"the browser says {entry['level']}: {entry['message']}")
        if self.run("return matchMedia('(prefers-color-scheme: dark)').matches") != (self.theme == "dark"):
            self.fail(f"the page is not shown {self.theme}")
        wide = self.run("return document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            self.fail(f"the page is {wide} px too wide")
        contrast = self.run(CONTRAST)
        if contrast < 4.5:
            self.fail(f"contrast falls to {contrast:.2f}")
