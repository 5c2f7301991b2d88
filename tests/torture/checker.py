#!/usr/bin/env python3
"""Whether a ledger that was tortured tells the truth.

Written against the event log, the tables (plugin/ledger/schema.h) and the logs in which
the workers kept what they were answered; nothing of tuck's code is used. Every finding
is counted under the name of an invariant; the whole passes when none is broken.

  checker.py sqlite:PATH|postgresql://… SCENE LOGS KEYS [--finished]

SCENE is what `torture-worker scene` prints, LOGS a folder of *.jsonl, KEYS the key file.
With --finished the ledger is one whose orders were all cancelled in the end."""

import collections
import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../../samples/checkers")]
import check_code  # noqa: E402
from replay import Replay, Told  # noqa: E402
from store import PostgresStore, SqliteStore  # noqa: E402

OK, WITHOUT, RETRY, BAD_INPUT, OUTSIDE = 0, 1, 2, 3, 8
RAW = re.compile(r"raw\.example|house-\d+-raw|shopper-\d")


class Findings:
    """How often each invariant was looked at, and where it did not hold."""

    def __init__(self):
        self.looked = collections.Counter()
        self.broken = collections.defaultdict(list)

    def hold(self, name, condition, *what):
        self.looked[name] += 1
        if not condition:
            self.broken[name].append(" ".join(str(part) for part in what))
        return condition

    def none(self, name):
        """Names an invariant that had nothing to look at."""
        self.looked[name] += 0

    def report(self, out):
        for name, found in sorted(self.broken.items()):
            out.write(f"BROKEN: {name}: {len(found)} of {self.looked[name]}\n")
            for one in found[:4]:
                out.write(f"    {one[:1200]}\n")


class Scene:
    def __init__(self, path):
        self.limits, self.offers = {}, {}
        with open(path, encoding="utf-8") as file:
            for line in file:
                word, name, *rest = line.rstrip("\n").split("\t")
                if word == "limit":
                    self.limits[name] = {"whose": rest[0], "window": rest[1],
                                         "days": int(rest[2]), "most": int(rest[3]),
                                         "most_minor": int(rest[4])}
                else:
                    self.offers[name] = {"kind": int(rest[0]), "number": int(rest[1]),
                                         "limits": rest[2:]}


class Call:
    """What a worker asked, and the answer if it lived to hear it."""

    def __init__(self, asked):
        self.asked, self.answer = asked, None

    def __getitem__(self, name):
        return self.asked.get(name)

    @property
    def status(self):
        return self.answer["status"] if self.answer else None

    def is_before(self, other):
        """Its answer was heard before the other was asked."""
        return self.answer and self.answer["t"] < other.asked["t"]


def read_logs(folder):
    calls = collections.defaultdict(list)
    lines = 0
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl"))):
        pending = {}
        with open(path, "rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    continue  # killed amid the write: nobody was told
                lines += 1
                told = json.loads(line)
                key = (told["w"], told["n"])
                if "call" in told:
                    pending[key] = Call(told)
                    calls[told["call"]].append(pending[key])
                else:
                    pending[key].answer = told
    for some in calls.values():
        some.sort(key=lambda call: call.asked["t"])
    return calls, lines


class Checker:
    def __init__(self, store, scene, calls, keys, is_finished):
        self.store, self.scene, self.calls, self.keys = store, scene, calls, keys
        self.is_finished = is_finished
        self.findings = Findings()
        self.tables = store.tables()
        self.promises = {row["id"]: row for row in self.tables["promise"]}
        self.decisions = {row["id"]: row for row in self.tables["decision"]}
        self.pieces = {(row["decision"], row["number"]): row
                       for row in self.tables["piece"] if row["placement"] == "insert"}
        self.events = sorted(self.tables["event"], key=lambda e: (e["commit"], e["id"]))
        self.voided = {e["decision"] for e in self.events
                       if e["kind"] == "voided" and e["placement"] == ""}

    def hold(self, name, condition, *what):
        return self.findings.hold(name, condition, *what)

    def run(self):
        self.check_statuses()
        self.check_decisions()
        self.check_prints()
        self.check_redemptions()
        self.check_voids()
        self.check_looks()
        self.check_one_answer()
        self.check_codes()
        self.check_pool()
        self.check_names()
        self.check_units_asked()
        Replay(self).run()
        if self.is_finished:
            self.check_finished()
        for finding in self.store.self_check():
            self.hold("the database's own check finds nothing", False, finding)
        return self.findings

    # --- what was answered --------------------------------------------------------------

    def check_statuses(self):
        allowed = {OK, WITHOUT, RETRY}
        if self.store.name == "PostgreSQL":
            allowed.add(OUTSIDE)  # its server was killed
        for name, some in self.calls.items():
            for call in some:
                if call.answer is None or name == "open":
                    continue
                is_known = (name == "redeem" and call.status == BAD_INPUT and
                            "another code" in call.answer.get("text", ""))
                self.hold("no call fails in a way it may not",
                          call.status in allowed or is_known, name, call.answer)
        if self.store.name == "SQLite":
            for call in self.calls["open"]:
                self.hold("the ledger can always be opened", False, call["text"])

    def check_decisions(self):
        name = "every acknowledged decision is there, whole"
        for call in self.calls["decide"]:
            if call.status != OK:
                continue
            row = self.decisions.get(call.answer["decision"])
            if not self.hold(name, row is not None, "lost", call.answer):
                continue
            self.hold(name, row["order_id"] == call["order"] and
                      row["package"] == call["package"] and
                      row["order_digest"] == call["digest"] and
                      row["revision"] == call.answer["revision"] and
                      row["decided_s"] == call["at_s"], "differs", call.asked, row)
            for number, promise, code, offer in call.answer["promises"]:
                self.check_piece(name, call, row, number, promise, code, offer)
        name = "a decision given back as existing is there"
        for call in self.calls["decide"]:
            if call.answer and "existing" in call.answer:
                row = self.decisions.get(call.answer["existing"])
                self.hold(name, row is not None and row["order_id"] == call["order"] and
                          row["package"] == call["package"] and
                          row["order_digest"] == call["digest"], call.answer, row)

    def check_piece(self, name, call, row, number, promise, code, offer):
        piece = self.pieces.get((row["id"], number))
        made = self.promises.get(promise)
        if not self.hold(name, piece is not None and made is not None and
                         piece["promise"] == promise and piece["offer"] == offer,
                         "piece", number, call.answer, piece):
            return
        self.hold(name, made["order_id"] == call["order"] and made["offer"] == offer,
                  "promise", call.answer, made)
        is_free_again = made["pool"] and made["code"] is None
        self.hold("a promise keeps the code that was told",
                  made["code"] == code or is_free_again, call.answer, made)

    def check_prints(self):
        kinds = collections.defaultdict(set)
        for event in self.events:
            if event["placement"] == "insert":
                kinds[event["decision"], event["number"]].add(event["kind"])
        name = "every acknowledged print, failure and skip is there"
        for call in self.calls["event"]:
            if call.status not in (OK, WITHOUT):
                continue
            found = kinds[call["decision"], call["number"]]
            kind = call["kind"] if call.status == OK else "late"
            self.hold(name, kind in found, call.asked, call.answer, sorted(found))

    def check_redemptions(self):
        rows = {(row["merchant"], row["id"]): row for row in self.tables["redemption"]}
        said_yes, yes_by_id = collections.Counter(), collections.Counter()
        for call in self.calls["redeem"]:
            if call.status != OK:
                continue
            answer, promise = call.answer["answer"], call.answer["promise"]
            row = rows.get(("fern", call["id"]))
            if answer in ("ok", "again"):
                self.hold("every acknowledged redemption is there",
                          row is not None and row["promise"] == promise,
                          call.asked, call.answer, row)
            if answer == "ok":
                yes_by_id[call["id"]] += 1
                self.hold("a redemption is kept as it was told", row is not None and
                          row["at_s"] == call["at_s"] and
                          row["amount_minor"] == call["minor"], call.asked, row)
                if not call["told"]:
                    said_yes[promise] += 1
                self.hold("a stranger is never told yes",
                          call["customer"] is None or
                          not call["customer"].startswith("stranger") or
                          self.promises[promise]["customer"] is None, call.asked)
            if call["told"] and promise and answer != "other-merchant":
                self.hold("what a shop's file told is kept", row is not None,
                          call.asked, call.answer)
        for promise, count in said_yes.items():
            self.hold("a till is told yes once for a promise", count == 1, promise, count)
        for key, count in yes_by_id.items():
            self.hold("a redemption id is told yes once", count == 1, key, count)
        events = collections.Counter((e["promise"], e["reason"]) for e in self.events
                                     if e["kind"] == "redeemed")
        for row in self.tables["redemption"]:
            self.hold("a redemption has one event",
                      events[row["promise"], row["id"]] == 1, row)
        self.hold("every event of a redemption has its redemption",
                  sum(events.values()) == len(self.tables["redemption"]),
                  sum(events.values()), len(self.tables["redemption"]))

    def check_voids(self):
        by_order = collections.defaultdict(list)
        for call in self.calls["decide"]:
            if call.status == OK:
                by_order[call["order"]].append(call)
        name = "what was decided before an acknowledged cancellation is void"
        for call in self.calls["void"]:
            if call.status not in (OK, WITHOUT):
                continue
            for made in by_order[call["order"]]:
                if made.is_before(call):
                    self.hold(name, made.answer["decision"] in self.voided, call.asked,
                              made.answer)
        void_at = collections.defaultdict(list)
        of_code = {row["code"]: row for row in self.tables["promise"] if row["code"]}
        voided = {e["promise"] for e in self.events if e["kind"] == "voided"}
        for call in self.calls["void-code"]:
            if call.status == OK and call.answer["answer"] == "ok":
                row = of_code.get(call["code"])
                if row is not None and row["pool"] is None:
                    void_at[call["code"]].append(call)
                    self.hold("every acknowledged void of a code is there",
                              row["id"] in voided, call.asked, row)
        for call in self.calls["redeem"]:
            if call.status != OK or call.answer["answer"] != "ok" or call["told"]:
                continue
            for void in void_at[call["code"]]:
                self.hold("no till is told yes after a void",
                          not void.is_before(call), void.asked, call.asked)

    def check_looks(self):
        name = "no reader sees more used than there is"
        for call in self.calls["look"]:
            for limit, units, minor in (call.answer or {}).get("used", []):
                most = self.scene.limits[limit]
                self.hold(name, most["most"] < 0 or units <= most["most"], limit, units)
                self.hold(name, most["most_minor"] < 0 or minor <= most["most_minor"],
                          limit, minor)
                self.hold(name, units >= 0 and minor >= 0, limit, units, minor)

    # --- one answer ---------------------------------------------------------------------

    def check_one_answer(self):
        newest = collections.defaultdict(list)
        for row in self.decisions.values():
            newest[row["order_id"], row["package"]].append(row)
        for key, rows in newest.items():
            live = [row["id"] for row in rows if row["id"] not in self.voided]
            self.hold("one decision a parcel is alive", len(live) <= 1, key, live)
            revisions = sorted(row["revision"] for row in rows)
            self.hold("revisions count up", revisions == list(range(1, len(rows) + 1)),
                      key, revisions)
            if live:
                last = max(rows, key=lambda row: row["revision"])
                self.hold("the newest revision is the one alive", live == [last["id"]],
                          key, live, last)
        self.check_same_again(newest)
        holding = collections.defaultdict(list)
        for row in self.promises.values():
            if row["is_holding"]:
                holding[row["order_id"], row["offer"]].append(row["id"])
        for key, ids in holding.items():
            self.hold("an order holds one promise of an offer", len(ids) == 1, key, ids)
        alive = collections.defaultdict(set)
        for (decision, number), piece in self.pieces.items():
            if decision in self.voided or piece["promise"] is None:
                continue
            row = self.promises[piece["promise"]]
            if row["is_holding"]:
                key = (self.decisions[decision]["order_id"], piece["offer"])
                alive[key].add(piece["promise"])
        for key, ids in alive.items():
            self.hold("parcels of an order share the promise", len(ids) == 1, key, ids)

    def check_same_again(self, by_parcel):
        """An unchanged order is decided anew only after it was cancelled or lapsed."""
        lapsed = {e["promise"] for e in self.events if e["kind"] == "lapsed"}
        cancelled = {(call["order"], call["at_s"]) for call in self.calls["void"]}
        void_at = {e["decision"]: e["at_s"] for e in self.events
                   if e["kind"] == "voided" and e["placement"] == ""}
        promises = collections.defaultdict(set)
        for (decision, _), piece in self.pieces.items():
            promises[decision].add(piece["promise"])
        for rows in by_parcel.values():
            rows.sort(key=lambda row: row["revision"])
            for older, newer in zip(rows, rows[1:]):
                if older["order_digest"] != newer["order_digest"]:
                    continue
                self.hold("the same order gets the same answer",
                          promises[older["id"]] & lapsed or
                          (older["order_id"], void_at.get(older["id"])) in cancelled,
                          older, newer)

    # --- codes --------------------------------------------------------------------------

    def check_codes(self):
        codes = collections.Counter((row["merchant"], row["code"])
                                    for row in self.promises.values() if row["code"])
        for code, count in codes.items():
            self.hold("no code is there twice", count == 1, code, count)
        promises = collections.defaultdict(set)
        for call in self.calls["decide"] + self.calls["find"]:
            if call.status != OK:
                continue
            for _, promise, code, offer in call.answer["promises"]:
                if code and self.scene.offers[offer]["kind"] != 3:
                    promises[code].add(promise)
        for code, ids in promises.items():
            self.hold("no code was told for two promises", len(ids) == 1, code, ids)
        for row in self.promises.values():
            kind = self.scene.offers[row["offer"]]["kind"]
            wants = kind in (1, 2) and not row["is_held_out"]
            self.hold("who is promised a code has one",
                      (row["code"] is not None) == wants or kind == 3, row)
            if row["is_held_out"]:
                self.hold("who is held out has no code", row["code"] is None, row)
        self.check_signed()

    def check_signed(self):
        """Read back as a till would, by the sample checker of tuck-code(5)."""
        merchant, keys = check_code.read_keys(self.keys)
        serials = collections.defaultdict(list)
        issued = {(row["offer_number"], row["expires_day"], row["station"]): row["next"]
                  for row in self.tables["serial"]}
        for row in self.promises.values():
            offer = self.scene.offers[row["offer"]]
            if not row["code"] or offer["kind"] != 2:
                continue
            read = check_code.read_code(row["code"], merchant, keys)
            day = read.expires and (read.expires - check_code.DAY_0).days
            self.hold("a signed code says what was promised",
                      read.verdict == "genuine" and read.offer == offer["number"] and
                      day == row["expires_day"], row, vars(read))
            serials[read.offer, day, read.station].append(read.serial)
        for key, numbers in serials.items():
            self.hold("no serial is there twice", len(set(numbers)) == len(numbers), key)
            self.hold("every serial was counted", max(numbers) < issued.get(key, 0), key)

    def check_pool(self):
        bound = {row["code"]: row["promise"] for row in self.tables["pool"]}
        for code, promise in bound.items():
            if promise is not None:
                self.hold("a dealt code is its promise's",
                          self.promises[promise]["code"] == code, code, promise)
        for row in self.promises.values():
            if row["pool"] and row["code"]:
                owner = bound.get(row["code"], -1)
                self.hold("a promise has the pool's code to itself", owner == row["id"] or
                          (owner is None and not row["is_holding"]), row, owner)
            if row["pool"] and row["is_holding"] and not row["is_held_out"]:
                self.hold("who holds a promise of a pool has its code",
                          row["code"] is not None, row)
        out = collections.defaultdict(set)
        printed = {e["promise"] for e in self.events if e["kind"] == "printed"}
        for call in self.calls["decide"]:
            if call.status != OK:
                continue
            for _, promise, code, offer in call.answer["promises"]:
                if code and self.scene.offers[offer]["kind"] == 3 and promise in printed:
                    out[code].add(promise)
        for code, ids in out.items():
            self.hold("a code of a pool is printed for one promise", len(ids) == 1, code,
                      *[f"{key}: {Told(self.events, key)}" for key in sorted(ids)
                        if len(ids) > 1])

    # --- whose --------------------------------------------------------------------------

    def check_names(self):
        name = "nobody stands in the ledger by name"
        for table, rows in self.tables.items():
            for row in rows:
                for column, value in row.items():
                    if isinstance(value, str):
                        self.hold(name, not RAW.search(value), table, column, value)
        self.hold(name, not RAW.search(self.store.bytes().decode("latin-1")),
                  "in the bytes of the file")
        asked = {}
        for call in self.calls["decide"]:
            if call.status == OK:
                asked[call.answer["decision"]] = call["customer"]
        there, back = {}, {}
        for decision, customer in asked.items():
            row = self.decisions.get(decision)
            if row is None:
                continue
            self.hold("a customer has one pseudonym",
                      there.setdefault(customer, row["customer"]) == row["customer"] and
                      back.setdefault(row["customer"], customer) == customer,
                      customer, row["customer"])

    # --- units --------------------------------------------------------------------------

    def check_units_asked(self):
        """What a promise takes is what was asked for when it was made."""
        asked = {}
        for call in self.calls["decide"]:
            for piece in call["pieces"]:
                key = (call["order"], piece["offer"], call["at_s"])
                asked[key] = piece
        units = collections.defaultdict(dict)
        for unit in self.tables["unit"]:
            units[unit["promise"]][unit["name"]] = unit
        for row in self.promises.values():
            piece = asked.get((row["order_id"], row["offer"], row["made_s"]))
            if not self.hold("every promise was asked for", piece is not None, row):
                continue
            self.hold("a promise is worth what was asked", row["value_minor"] ==
                      piece["minor"] and (row["ends_s"] or 0) == piece["ends_s"] and
                      bool(row["is_held_out"]) == bool(piece["held_out"]), row, piece)
            self.check_claims(row, piece, units[row["id"]])

    def check_claims(self, row, piece, units):
        name = "a promise takes of every limit it falls under"
        names = {claim[0] for claim in piece["claims"]}
        if not self.hold(name, set(units) == names, row, sorted(units), sorted(names)):
            return
        for limit, scope, first_day in piece["claims"]:
            unit, most = units[limit], self.scene.limits[limit]
            day = row["made_s"] // 86400 if most["window"] == "rolling" else first_day
            is_named = most["whose"] in ("customer", "household")
            self.hold(name, unit["minor"] == piece["minor"] and
                      unit["first_day"] == day and
                      unit["rolling_days"] == most["days"] and
                      unit["most"] == most["most"] and
                      unit["most_minor"] == most["most_minor"] and
                      (unit["scope"] == scope) != is_named, unit, piece)

    # --- the end ------------------------------------------------------------------------

    def check_finished(self):
        for row in self.promises.values():
            self.hold("in the end all is void or redeemed",
                      row["state"] in ("voided", "redeemed"), row)
            self.hold("in the end only what was redeemed holds units",
                      not row["is_holding"] or row["state"] == "redeemed", row)
        kept = collections.Counter()
        for unit in self.tables["unit"]:
            row = self.promises[unit["promise"]]
            if row["state"] == "redeemed" and row["is_holding"]:
                kept[unit["name"], unit["scope"]] += 1
        for row in self.tables["counter"]:
            if row["first_day"] and self.scene.limits[row["name"]]["days"]:
                continue  # its row for ever tells the same
            if not kept[row["name"], row["scope"]]:
                self.hold("in the end no unit is lost", row["units"] == 0 and
                          row["minor"] == 0, row)
        held = {row["promise"] for row in self.tables["pool"] if row["promise"]}
        printed = {e["promise"] for e in self.events
                   if e["kind"] in ("printed", "redeemed")}
        for promise in held:
            self.hold("in the end a code that never left is back in its pool",
                      promise in printed, self.promises[promise])
        for decision in self.decisions:
            self.hold("in the end every decision is void", decision in self.voided,
                      decision)


def main(argv):
    is_finished = "--finished" in argv
    where, scene, logs, keys = [arg for arg in argv if not arg.startswith("--")]
    if where.startswith("sqlite:"):
        store = SqliteStore(where[len("sqlite:"):])
    else:
        store = PostgresStore(where)
    calls, lines = read_logs(logs)
    checker = Checker(store, Scene(scene), calls, keys, is_finished)
    findings = checker.run()
    findings.report(sys.stdout)
    answered = sum(1 for some in calls.values() for call in some if call.answer)
    printed = sum(1 for event in checker.events if event["kind"] == "printed")
    print(json.dumps({
        "calls": sum(len(some) for some in calls.values()), "answered": answered,
        "lines": lines, "events": len(checker.events),
        "decisions": len(checker.decisions), "promises": len(checker.promises),
        "printed": printed, "redemptions": len(checker.tables["redemption"]),
        "voided": len(checker.voided), "invariants": len(findings.looked),
        "checks": sum(findings.looked.values()), "broken": len(findings.broken)}))
    return 1 if findings.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
