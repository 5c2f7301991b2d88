#!/usr/bin/env python3
"""A loopback web server that gives customers' histories from a folder.

    history-server.py FOLDER [PORT]

GET /customers/{id}.xml answers with FOLDER/{id}.xml: 200 with an ETag, 304 when the
caller has it already (If-None-Match), 404 when there is none. To try it with the sample
shop, start `history-server.py samples/shop/histories 8099` and name
`http://127.0.0.1:8099/customers/{customer}.xml` as a source of history in the settings.
It listens on 127.0.0.1 only and logs one line a request, without the customer.
"""
import hashlib
import re
import sys
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ID = re.compile(r"[\w@+-][\w@+. -]{0,127}")  # no slash, no leading dot


class Histories(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections open
    server_version = "history-server"
    sys_version = ""
    folder = Path(".")
    timeout = 300

    def find(self):
        path = urllib.parse.urlsplit(self.path).path
        name = re.fullmatch(r"/customers/([^/]+)\.xml", path)
        customer = urllib.parse.unquote(name[1], errors="replace") if name else ""
        file = self.folder / f"{customer}.xml"
        try:
            return file.read_bytes() if ID.fullmatch(customer) else None
        except OSError:
            return None

    def do_GET(self):
        body = self.find()
        if body is None:
            self.answer(404, b"no such customer\n", {"Content-Type": "text/plain"})
            return
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        known = [tag.strip().removeprefix("W/")
                 for tag in self.headers.get("If-None-Match", "").split(",")]
        if etag in known or "*" in known:
            self.answer(304, None, {"ETag": etag})
        else:
            self.answer(200, body, {"ETag": etag, "Content-Type": "application/xml"})

    do_HEAD = do_GET

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body and self.command != "HEAD":
            self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        self.log_message("%s %s", self.command, int(code))


def main():
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_dir():
        sys.exit(__doc__)
    Histories.folder = Path(sys.argv[1])
    port = int(sys.argv[2]) if len(sys.argv) == 3 else 0
    with ThreadingHTTPServer(("127.0.0.1", port), Histories) as server:
        print(f"http://127.0.0.1:{server.server_port}/customers/{{customer}}.xml", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


main()
