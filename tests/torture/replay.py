"""The event log played again, transaction by transaction.

Which promise holds units follows from events alone: "reserved" takes, "voided" and
"lapsed" give back what is not redeemed, "released" gives back after a failure or a skip,
"renewed" takes again. After every transaction no limit may be over, by a piece or by a
cent, and at the end what the ledger keeps beside the log (states, holdings, counters)
must be what comes out here."""

import collections


class Life:
    """A promise as the log has it so far."""

    def __init__(self, row):
        self.row = row
        self.is_holding = self.was_printed = self.is_expired = False
        self.voids, self.last = [], "reserved"

    def redeemed_by(self, redemptions):
        ends = self.row["ends_s"]
        return [r for r in redemptions
                if (ends is None or r["at_s"] < ends) and
                not any(void < r["at_s"] for void in self.voids)]

    def state(self, redemptions):
        if self.row["is_held_out"]:
            return "voided" if self.voids else "held-out"
        if self.redeemed_by(redemptions):
            return "redeemed"
        if self.voids:
            return "voided"
        if self.is_expired:
            return "expired"
        if self.is_holding:
            return "printed" if self.was_printed else "reserved"
        return self.last


class Holdings:
    """Units and money by limit, scope and window."""

    def __init__(self, scene):
        self.scene = scene
        self.units, self.minor = collections.Counter(), collections.Counter()
        self.touched = set()

    def move(self, unit, sign):
        key = (unit["name"], unit["scope"], unit["first_day"])
        self.units[key] += sign
        self.minor[key] += sign * unit["minor"]
        if sign > 0:
            self.touched.add(key)

    def over(self):
        """What is over of that to which was added since the last look."""
        for name, scope, day in self.touched:
            limit = self.scene.limits[name]
            days = limit["days"] or 1
            for first in range(day - days + 1, day + 1):
                keys = [(name, scope, first + i) for i in range(days)]
                units = sum(self.units[key] for key in keys)
                minor = sum(self.minor[key] for key in keys)
                if 0 <= limit["most"] < units:
                    yield name, scope, first, f"{units} of {limit['most']} pieces"
                if 0 <= limit["most_minor"] < minor:
                    yield name, scope, first, f"{minor} of {limit['most_minor']} cents"
        self.touched.clear()


class Told:
    """A promise's events, spelled out only when somebody reads them."""

    def __init__(self, events, key):
        self.events, self.key = events, key

    def __str__(self):
        return str([(e["id"], e["kind"], e["at_s"]) for e in self.events
                    if e["promise"] == self.key])


class Replay:
    def __init__(self, checker):
        self.checker, self.hold = checker, checker.hold
        self.units = collections.defaultdict(list)
        for unit in checker.tables["unit"]:
            self.units[unit["promise"]].append(unit)
        self.redemptions = {row["id"]: row for row in checker.tables["redemption"]}
        self.so_far = collections.defaultdict(list)  # redemptions by promise
        self.lives = {key: Life(row) for key, row in checker.promises.items()}
        self.holdings = Holdings(checker.scene)

    def run(self):
        group, at = [], None
        for event in self.checker.events:
            if event["commit"] != at and group:
                self.play(group)
                group = []
            group, at = group + [event], event["commit"]
        self.play(group)
        self.compare_promises()
        self.compare_counters()

    def play(self, group):
        for event in group:
            if event["promise"] is not None:
                self.step(event)
        for event in group:
            if event["kind"] == "printed" and event["promise"] is not None:
                self.hold("no paper leaves without a promise behind it",
                          self.lives[event["promise"]].is_holding, event)
        is_over = list(self.holdings.over())
        self.hold("no limit is over at any instant", not is_over, is_over, group[-1:])

    def step(self, event):
        life, kind = self.lives.get(event["promise"]), event["kind"]
        if not self.hold("every event's promise is there", life is not None, event):
            return
        if kind in ("reserved", "held-out", "renewed"):
            self.hold("units are taken once", not life.is_holding, event)
            self.turn(life, True)
        elif kind == "voided":
            life.voids.append(event["at_s"])
            is_redeemed = life.redeemed_by(self.so_far[event["promise"]])
            if not is_redeemed and life.is_holding:
                self.turn(life, False)
        elif kind in ("lapsed", "released"):
            self.hold("units are given back once", life.is_holding, event)
            self.hold("what was printed does not lapse", not life.was_printed, event)
            self.turn(life, False)
        elif kind == "redeemed":
            self.so_far[event["promise"]].append(self.redemptions[event["reason"]])
        elif kind == "printed":
            life.was_printed = True
        elif kind == "expired":
            life.is_expired = True
        else:
            self.hold("every event is of a known kind",
                      kind in ("failed", "skipped", "late", "shared", "decided"), event)
        if kind in ("lapsed", "failed", "skipped"):
            life.last = kind

    def turn(self, life, is_holding):
        if life.is_holding == is_holding:
            return
        life.is_holding = is_holding
        for unit in self.units[life.row["id"]]:
            self.holdings.move(unit, 1 if is_holding else -1)

    def tell_life(self, key):
        return Told(self.checker.events, key)

    def compare_promises(self):
        for key, life in self.lives.items():
            row = life.row
            self.hold("who holds units is who the log says",
                      bool(row["is_holding"]) == life.is_holding, row,
                      self.tell_life(key))
            self.hold("a promise was printed when the log says",
                      bool(row["was_printed"]) == life.was_printed, row)
            state = life.state(self.so_far[key])
            self.hold("a state is what the log comes to", row["state"] == state, row,
                      state)

    def compare_counters(self):
        units, minor = collections.Counter(), collections.Counter()
        for (name, scope, day), count in self.holdings.units.items():
            units[name, scope, day] += count
            minor[name, scope, day] += self.holdings.minor[name, scope, day]
            if self.checker.scene.limits[name]["days"]:
                units[name, scope, 0] += count
                minor[name, scope, 0] += self.holdings.minor[name, scope, day]
        told = {(row["name"], row["scope"], row["first_day"]): row
                for row in self.checker.tables["counter"]}
        for key in set(told) | {key for key, count in units.items() if count}:
            row = told.get(key, {"units": 0, "minor": 0})
            self.hold("a counter is the sum of its units, to the cent",
                      row["units"] == units[key] and row["minor"] == minor[key],
                      key, row, units[key], minor[key])
