"""The tables of a ledger, read by the databases' own tools and by nothing of tuck's."""

import json
import shutil
import sqlite3
import subprocess

TABLES = ("decision", "piece", "promise", "event", "redemption", "unit", "counter", "pool",
          "serial", "offer_number", "past_order", "document", "lease", "meta")


class SqliteStore:
    name = "SQLite"

    def __init__(self, path):
        self.path = path

    def tables(self):
        """One instant of every table: {name: [row, …]}, rows as dictionaries."""
        db = sqlite3.connect(self.path, timeout=30)
        db.row_factory = sqlite3.Row
        try:
            db.execute("BEGIN")
            told = {name: [dict(row) for row in db.execute(f"SELECT * FROM {name}")]
                    for name in TABLES}
        finally:
            db.close()
        for event in told["event"]:  # one writer at a time: numbers are the order
            event["commit"] = event["id"]
        return told

    def self_check(self):
        db = sqlite3.connect(self.path, timeout=30)
        try:
            return [row[0] for row in db.execute("PRAGMA integrity_check")
                    if row[0] != "ok"]
        finally:
            db.close()

    def bytes(self):
        with open(self.path, "rb") as file:
            return file.read()


class PostgresStore:
    name = "PostgreSQL"

    def __init__(self, uri):
        self.uri = uri
        self.psql = shutil.which("psql")

    def ask(self, sql):
        done = subprocess.run(
            [self.psql, "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.uri, "-f", "-"],
            input=sql, capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr.strip()}")
        return [line for line in done.stdout.split("\n") if line]

    def tables(self):
        sql = ["BEGIN ISOLATION LEVEL REPEATABLE READ;"]
        for name in TABLES:
            what = "t.*"
            if name == "event":  # transactions in the order in which they came to be true
                what += (", (extract(epoch from pg_xact_commit_timestamp(t.xmin))"
                         " * 1000000)::bigint AS commit")
            sql.append(f"SELECT json_build_array('{name}', row_to_json(x)) FROM"
                       f" (SELECT {what} FROM {name} t) x;")
        sql.append("COMMIT;")
        told = {name: [] for name in TABLES}
        for line in self.ask("\n".join(sql)):
            name, row = json.loads(line)
            told[name].append(row)
        return told

    def self_check(self):
        return []

    def bytes(self):
        return b""
