#!/usr/bin/env python3
"""A packing station's host in Python: loads tuck.so by ctypes, packs orders, writes sheets.

    host.py TUCK.SO SHOP OUT ORDER.xml...

TUCK_PRESS, TUCK_DATA and TUCK_LEDGER name another press, data folder and ledger than the
installed ones.
"""
import ctypes as c
import os
import sys

OK = 0
PDF, PRINTED = 1, 1


def struct(name, *fields):
    """A struct that begins with its size, as all of tuck's do."""
    return type(name, (c.Structure,), {"_fields_": [("size", c.c_uint32), *fields]})


P, S, I, Q, Z = c.c_void_p, c.c_char_p, c.c_int32, c.c_int64, c.c_size_t
Open = struct("Open", ("workers", I), ("shop", S), ("ledger", S), ("press", S),
              ("data_dir", S), ("log", P), ("log_data", P), ("clock", P),
              ("clock_data", P), ("budget_ms", I), ("unused", I))
Order = struct("Order", ("flags", c.c_uint32), ("bytes", S), ("length", Z), ("name", S),
               ("budget_ms", I), ("format", I), ("dpi", I), ("unused", I), ("cancel", P),
               ("date", S), ("offer", S))
Piece = struct("Piece", ("outcome", I), ("placement", S), ("kind", S), ("offer", S),
               ("title", S), ("arm", S), ("template_name", S), ("reason", S), ("code", S),
               ("expires", S), ("sku", S), ("bin", S), ("ticket", S), ("state", S),
               ("probability", c.c_double), ("width_mm100", I), ("height_mm100", I),
               ("number", I), ("unused", I))
Note = struct("Note", ("number", I), ("level", I), ("line", I), ("room", S), ("file", S),
              ("text", S))


def call(result, *arguments):
    return c.CFUNCTYPE(result, *arguments)


Face = struct(
    "Face", ("revision", c.c_uint32),
    ("open", call(I, c.POINTER(Open), c.POINTER(P), c.POINTER(P))),
    ("close", call(None, P)),
    ("pack", call(I, P, c.POINTER(Order), c.POINTER(P))),
    ("carton_free", call(None, P)),
    ("info", P),
    ("piece", call(I, P, Q, c.POINTER(Piece))),
    ("note", call(I, P, Q, c.POINTER(Note))),
    ("text", P),
    ("sheet", call(I, P, Q, I, I, I, c.POINTER(P), c.POINTER(Z))),
    ("say", call(I, P, S, I, S)),
    ("void_order", call(I, P, S, S)),
    ("notes_get", call(I, P, Q, c.POINTER(Note))),
    ("notes_free", call(None, P)),
)
Entry = struct("Entry", ("revision", c.c_uint32), ("version", S),
               ("face", call(P, S, c.c_uint32)))


def sized(kind, **values):
    return kind(size=c.sizeof(kind), **values)


def env(name):
    value = os.environ.get(name)
    return value.encode() if value else None


def text(value):
    return value.decode() if value else "-"


def pack(tuck, shop, path, out):
    """Packs one order; True when it went well."""
    with open(path, "rb") as file:
        document = file.read()
    carton = P()
    order = sized(Order, bytes=document, length=len(document), name=path.encode(),
                  budget_ms=2000)
    status = tuck.pack(shop, c.byref(order), c.byref(carton))
    piece, sheet, size, index = sized(Piece), P(), Z(), 0
    while carton and tuck.piece(carton, index, c.byref(piece)) == OK:
        print(f"{text(piece.placement):8} {text(piece.offer):20} {text(piece.reason)}")
        if tuck.sheet(carton, index, PDF, 0, 0, c.byref(sheet), c.byref(size)) == OK:
            name = f"{os.path.basename(path)[:-4]}-{text(piece.placement)}-{piece.number}.pdf"
            with open(os.path.join(out, name), "wb") as file:
                file.write(c.string_at(sheet, size.value))
            if piece.ticket:
                tuck.say(shop, piece.ticket, PRINTED, None)
        index += 1
    note, index = sized(Note), 0
    while carton and tuck.note(carton, index, c.byref(note)) == OK:
        print(f"{text(note.file)}:{note.line}: {text(note.text)} [{note.number}]",
              file=sys.stderr)
        index += 1
    tuck.carton_free(carton)
    return status == OK


def main():
    if len(sys.argv) < 5:
        print(__doc__, file=sys.stderr)
        return 2
    plugin, shop_dir, out, orders = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    entry = Entry.in_dll(c.CDLL(plugin), "tuck_entry")
    tuck = c.cast(entry.face(b"tuck.carton", 1), c.POINTER(Face)).contents
    shop = P()
    how = sized(Open, shop=shop_dir.encode(), ledger=env("TUCK_LEDGER"),
                press=env("TUCK_PRESS"), data_dir=env("TUCK_DATA"))
    status = tuck.open(c.byref(how), c.byref(shop), None)
    if status != OK:
        print(f"the shop cannot be opened: status {status}", file=sys.stderr)
        return 1
    good = [pack(tuck, shop, path, out) for path in orders]
    tuck.close(shop)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
