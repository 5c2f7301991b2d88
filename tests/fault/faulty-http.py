#!/usr/bin/env python3
"""A web server that goes wrong in the way its caller asks for, for tests of fetch.

Prints its port on 127.0.0.1 and ends when its stdin closes. The path names the fault;
/seen tells how many requests and connections there were, itself with them.
"""
import gzip
import itertools
import os
import socket
import struct
import sys
import threading
import time

BODY = b"<histories/>\n"
BOMB = gzip.compress(b"\0" * (64 << 20))
counter = {"requests": 0, "connections": 0}
lock = threading.Lock()
done = threading.Event()


def reply(status="200 OK", body=BODY, *headers, length=None):
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*head, *headers, "", ""]).encode() + body


def forever(link, first, again):
    link.sendall(first)
    while not done.is_set():
        link.sendall(again)


def reset(link):
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answer(link, path, headers, body):
    """Sends the answer; True when the connection stays open."""
    xml = "Content-Type: application/xml"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    whole = {
        "/ok": reply("200 OK", BODY, xml),
        "/404": reply("404 Not Found"),
        "/410": reply("410 Gone"),
        "/403": reply("403 Forbidden"),
        "/429": reply("429 Too Many Requests"),
        "/500": reply("500 Internal Server Error"),
        "/login": reply("200 OK", b"<html>Who are you?</html>", "Content-Type: text/html"),
        "/moved": reply("302 Found", b"elsewhere", "Location: /etag", 'ETag: "old"'),
        "/moved-to-file": reply("302 Found", b"", "Location: file:///etc/hostname"),
        "/moved-for-ever": reply("302 Found", b"", "Location: /moved-for-ever"),
        "/gzip": reply("200 OK", gzip.compress(BODY), "Content-Encoding: gzip"),
        "/gzip-bomb": reply("200 OK", BOMB, "Content-Encoding: gzip"),
        "/gzip-broken": reply("200 OK", BOMB[:10] + b"\xff" * 40, "Content-Encoding: gzip"),
        "/gzip-cut": reply("200 OK", gzip.compress(BODY)[:-12], "Content-Encoding: gzip"),
        "/empty": reply("200 OK", b""),
    }
    if path in whole:
        link.sendall(whole[path])
        return True
    if path == "/etag":
        same = headers.get("if-none-match") == '"v1"'
        link.sendall(reply("304 Not Modified", b"", 'ETag: "v1"') if same
                     else reply("200 OK", BODY, xml, 'ETag: "v1"'))
        return True
    if path == "/asked":
        link.sendall(reply("200 OK", "".join(f"{k}: {v}\n" for k, v in headers.items()).encode()))
        return True
    if path == "/posted":
        link.sendall(reply("200 OK", body, "Content-Type: " + headers.get("content-type", "")))
        return True
    if path == "/seen":
        text = "requests {requests} connections {connections}".format(**counter)
        link.sendall(reply("200 OK", text.encode()))
        return True
    if path == "/slow":
        for byte in reply():
            link.sendall(bytes([byte]))
            time.sleep(0.05)
        return True
    if path == "/hang":
        done.wait()
    elif path == "/reset":
        link.sendall(reply("200 OK", BODY[:4], length=len(BODY))[:-2])
        reset(link)
    elif path == "/truncated":
        link.sendall(reply("200 OK", BODY[:4], length=len(BODY)))
    elif path == "/truncated-chunks":
        link.sendall(chunked + b"%x\r\n" % len(BODY) + BODY[:4])
    elif path == "/truncated-without-length":
        link.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + BODY[:4])
    elif path == "/flood":
        forever(link, chunked, b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
    elif path == "/header-flood":
        forever(link, b"HTTP/1.1 200 OK\r\n", b"X-Much: " + b"y" * 4000 + b"\r\n")
    elif path == "/garbage":
        link.sendall(bytes(itertools.islice(itertools.cycle(range(256)), 5000)))
    return False


def serve(link):
    with link, link.makefile("rb") as lines:
        while True:
            first = lines.readline().split()
            if len(first) < 2:
                return
            headers = {}
            while (line := lines.readline().strip()):
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            with lock:  # before the answer, or the next question overtakes the count
                counter["requests"] += 1
            body = lines.read(int(headers.get("content-length", 0)))
            if not answer(link, first[1].decode("latin-1"), headers, body):
                return


def serve_quietly(link):
    try:
        serve(link)
    except OSError:
        pass  # the caller went away, as some tests want it to


def accept(server):
    while True:
        link, _ = server.accept()
        with lock:
            counter["connections"] += 1
        threading.Thread(target=serve_quietly, args=(link,), daemon=True).start()


def main():
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=accept, args=(server,), daemon=True).start()
    print(server.getsockname()[1], flush=True)
    sys.stdin.buffer.read()
    done.set()
    os._exit(0)


main()
