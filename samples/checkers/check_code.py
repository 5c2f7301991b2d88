#!/usr/bin/env python3
"""Checks tuck's signed coupon codes with the key file alone, as tuck-code(5) specifies.

    check_code.py --keys shop.keys [--offers offers.csv] [--today 2026-11-22] CODE…
    check_code.py --vectors vectors.tsv --keys vectors-keys.xml

Prints a line for each code: the code, the verdict, and of a genuine one its brand, offer,
value and last day. Ends with 0 when all are good, 1 when one is not, 2 when it was called
wrongly. Needs Python 3.8 and nothing else. Free to copy into a till.
"""
import argparse
import base64
import csv
import datetime
import hashlib
import hmac
import os
import sys
import xml.etree.ElementTree as ElementTree

ALPHABET = "23456789CDFHJKMNPRTVWXY"
READ_AS = {"B": "8", "G": "6", "S": "5", "Z": "2"}
PREFIX_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
GAPS = "-\t\n\v\f\r \u00a0\u00ad\u2007\u2009\u2010\u2011\u2012\u2013\u2014\u2015\u202f" \
       "\u2060\u2212"
DAY_0 = datetime.date(1970, 1, 1)


class Key:
    def __init__(self, name, since, retired, secret):
        self.name, self.since, self.retired, self.secret = name, since, retired, secret


class Reading:
    """The verdict, and what the code says as far as it could be read."""
    verdict = "not-one"
    wrong_at = 0  # not-one by a letter: its place in the text, from 1
    canonical = prefix = key = ""
    offer = station = serial = 0
    expires = None


def read_keys(path, needs_secrecy=True):
    """The merchant and the code keys, oldest first."""
    if needs_secrecy and os.stat(path).st_mode & 0o077:
        raise ValueError(f"{path}: may be read by others; expected mode 600")
    space = "{urn:tuck:keys:1}"
    root = ElementTree.parse(path).getroot()
    if root.tag != space + "keys":
        raise ValueError(f"{path}: not a key file")
    keys = []
    for code in root.findall(space + "code"):
        secret = base64.b64decode(code.get("secret"), validate=True)
        if len(secret) != 32:
            raise ValueError(f"{path}: a secret is not of 32 bytes")
        keys.append(Key(code.get("id"), datetime.date.fromisoformat(code.get("from")),
                        code.get("retired"), secret))
    return root.get("merchant"), keys


def mac(secret, label, merchant, prefix, number, bits):
    """The first bits of the MAC over the label, merchant, prefix and a number."""
    message = b"".join(text.encode() + b"\0" for text in (label, merchant, prefix))
    digest = hmac.new(secret, message + number.to_bytes(8, "big"), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - bits)


def fields_signed_with(key, merchant, prefix, number):
    """The 42 bits of fields, or None when the key did not sign them."""
    tag, masked = number >> 42, number & (1 << 42) - 1
    fields = masked ^ mac(key.secret, "tuck mask 1", merchant, prefix, tag, 42)
    is_tag = mac(key.secret, "tuck code 1", merchant, prefix, fields, 25) == tag
    return fields if is_tag and fields >> 33 else None


def last_day(days, key):
    """The day that is `days` modulo 2048 and from 512 before the key was made."""
    first = (key.since - DAY_0).days - 512
    return DAY_0 + datetime.timedelta(first + (days - first) % 2048)


def upper(letter):
    return letter.upper() if "a" <= letter <= "z" else letter


def take_apart(text, reading):
    """The sixteen symbols as numbers; None when there are none."""
    typed = [(upper(letter), at) for at, letter in enumerate(text, 1) if letter not in GAPS]
    if not 16 <= len(typed) <= 22:
        return None
    body = len(typed) - 16
    letters = ""
    for i, (letter, at) in enumerate(typed):
        letter = letter if i < body else READ_AS.get(letter, letter)
        if letter not in (PREFIX_LETTERS if i < body else ALPHABET):
            reading.wrong_at = at
            return None
        letters += letter
    reading.prefix = letters[:body]
    groups = [letters[i:i + 4] for i in range(body, body + 16, 4)]
    reading.canonical = "-".join(([reading.prefix] if body else []) + groups)
    return [ALPHABET.index(letter) for letter in letters[body:]]


def read_code(text, merchant, keys):
    reading = Reading()
    symbols = take_apart(text, reading)
    if symbols is None:
        return reading
    if sum(weight * symbol for weight, symbol in enumerate(symbols, 1)) % 23:
        reading.verdict = "mistyped"
        return reading
    reading.verdict = "forged"
    number = 0
    for symbol in symbols[:15]:
        number = number * 23 + symbol
    if number >> 67:
        return reading
    for key in reversed(keys):
        fields = None
        if not key.retired:
            fields = fields_signed_with(key, merchant, reading.prefix, number)
        if fields is not None:
            reading.verdict, reading.key = "genuine", key.name
            reading.offer, reading.station = fields >> 33, fields >> 15 & 127
            reading.serial = fields & 32767
            reading.expires = last_day(fields >> 22 & 2047, key)
            break
    return reading


def read_offers(path):
    """The offer book: by prefix and number what a till shows."""
    with open(path, newline="", encoding="utf-8") as file:
        return {(row["prefix"], int(row["number"])): row for row in csv.DictReader(file)}


def tell(text, reading, offers, today):
    """The line for a till, and whether the coupon may be taken as far as the code tells."""
    if reading.verdict == "not-one" and reading.wrong_at:
        return f"{text}\tnot-one\tno code has its letter {reading.wrong_at}", False
    if reading.verdict != "genuine":
        return f"{reading.canonical or text}\t{reading.verdict}", False
    offer = offers.get((reading.prefix, reading.offer)) if offers is not None else {}
    verdict = "expired" if reading.expires < today else \
        "unknown-offer" if offer is None else "genuine"
    said = [reading.canonical, verdict, (offer or {}).get("brand", reading.prefix),
            (offer or {}).get("offer", f"offer {reading.offer}"),
            (offer or {}).get("value", ""), f"until {reading.expires}"]
    return "\t".join(said), verdict == "genuine"


def check_vectors(path, merchant, keys):
    bad = count = 0
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            reading = read_code(row["text"], merchant, keys)
            is_genuine = reading.verdict == "genuine"
            found = {
                "verdict": reading.verdict, "wrong_at": str(reading.wrong_at),
                "canonical": reading.canonical, "prefix": reading.prefix,
                "key": reading.key,
                "offer": str(reading.offer) if is_genuine else "",
                "station": str(reading.station) if is_genuine else "",
                "serial": str(reading.serial) if is_genuine else "",
                "expires": str(reading.expires) if is_genuine else "",
            }
            count += 1
            for name, value in found.items():
                if value != row[name]:
                    print(f"{row['text']}: {name} is {value!r}, expected {row[name]!r}")
                    bad += 1
    print(f"{count} vectors, {bad} differences")
    return bad == 0 and count > 0


def main():
    parser = argparse.ArgumentParser(description="Checks signed coupon codes.")
    parser.add_argument("--keys", required=True, help="the merchant's key file")
    parser.add_argument("--offers", help="CSV of prefix, brand, number, offer, value")
    parser.add_argument("--today", type=datetime.date.fromisoformat,
                        default=datetime.date.today())
    parser.add_argument("--vectors", help="check these instead, and nothing is secret")
    parser.add_argument("code", nargs="*")
    args = parser.parse_args()
    if bool(args.vectors) == bool(args.code):
        parser.error("give codes or --vectors")
    try:
        merchant, keys = read_keys(args.keys, not args.vectors)
        offers = read_offers(args.offers) if args.offers else None
        if args.vectors:
            return 0 if check_vectors(args.vectors, merchant, keys) else 1
    except (OSError, ValueError, KeyError, ElementTree.ParseError) as error:
        print(f"check_code: {error}", file=sys.stderr)
        return 2
    are_good = True
    for text in args.code:
        line, is_good = tell(text, read_code(text, merchant, keys), offers, args.today)
        print(line)
        are_good = are_good and is_good
    return 0 if are_good else 1


if __name__ == "__main__":
    sys.exit(main())
