#!/usr/bin/env python3
"""A history server with moods: answers as the file MOOD says at each request.

    moody-histories.py FOLDER MOOD

Prints its port on 127.0.0.1; ends when its standard input closes. Moods: well, slow (six
seconds), hanging (never), dripping (a byte at a time), dead, truncated, lying (another
customer's history), login (a page, status 200), half (XML that breaks off), empty, failing
(500).
"""
import http.server
import os
import sys
import threading
import time

folder, mood_file = sys.argv[1:3]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def send(self, body, status=200, kind="application/xml", length=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(body)

    def drip(self, body):
        self.send(b"", length=len(body))
        try:
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            self.close_connection = True  # the caller had enough

    def do_GET(self):
        with open(mood_file) as file:
            mood = file.read().strip()
        name = os.path.basename(self.path)
        with open(os.path.join(folder, name), "rb") as file:
            body = file.read()
        if mood == "slow":
            time.sleep(6)
        elif mood == "hanging":
            threading.Event().wait()
        elif mood == "dripping":
            return self.drip(body)
        elif mood == "dead":
            self.close_connection = True
            return
        elif mood == "truncated":
            self.send(body[: len(body) // 2], length=len(body))
            self.close_connection = True
            return
        elif mood == "lying":
            body = body.replace(b'customer="', b'customer="X')
        elif mood == "login":
            return self.send(b"<html><body>Who are you?</body></html>", kind="text/html")
        elif mood == "half":
            body = body[: len(body) // 2]
        elif mood == "empty":
            body = b""
        elif mood == "failing":
            return self.send(b"", status=500)
        elif self.headers.get("If-None-Match") == '"1"':
            self.send_response(304)
            self.end_headers()
            return
        self.send(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # callers may go away
            super().handle_error(request, client_address)


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
