#!/usr/bin/env python3
"""Tortures a ledger and has it checked.

  torture.py sqlite|postgresql --worker PROGRAM [--seconds N] [--seed N] [--keep]
             [--cluster cluster.sh]

Sixteen processes (sixty-four clients on PostgreSQL) work at one ledger and are killed
with SIGKILL at random moments and started anew; PostgreSQL's server is killed too. Then
checker.py looks at what is left; then every order is cancelled, and it looks again for
units that leaked. All that is started here is ended here, by the number of its process.
Exit 0, 1, or 77 with a word when something needed is not installed."""

import argparse
import ctypes
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROCESSES = 16
SPEED = 43200  # seconds of the scene in one of ours
ORDER_EVERY_MS = {"sqlite": 6, "postgresql": 20}
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class Trouble(Exception):
    pass


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def now_ms():
    return int(time.monotonic() * 1000)


class Cluster:
    """A PostgreSQL server of our own, by tests/ledger/cluster.sh."""

    def __init__(self, script, folder):
        self.script, self.folder, self.kills = script, folder, 0
        self.call("make")
        self.uri = self.call("uri").strip()
        # The first, so that the checker knows in which order transactions came to be true;
        # the others, so that a promise lasts only where tuck itself sees to it.
        subprocess.run([shutil.which("psql"), "-XAtq", "-d", self.uri,
                        "-c", "ALTER SYSTEM SET track_commit_timestamp = on",
                        "-c", "ALTER SYSTEM SET synchronous_commit = off",
                        "-c", "ALTER SYSTEM SET wal_writer_delay = '5s'",
                        "-c", "ALTER SYSTEM SET wal_writer_flush_after = '256MB'",
                        "-c", "ALTER SYSTEM SET wal_buffers = '32MB'"], check=True)
        self.call("stop")
        self.call("start")

    def call(self, verb):
        # not by a pipe: the server would hold its other end
        with tempfile.TemporaryFile("w+") as told:
            done = subprocess.run(["sh", self.script, verb, self.folder], stdout=told,
                                  stdin=subprocess.DEVNULL, timeout=120)
            told.seek(0)
            if done.returncode:
                raise Trouble(f"cluster.sh {verb}: exit {done.returncode}")
            return told.read()

    def kill_server(self):
        self.kills += 1
        self.call("kill")
        self.call("start")

    def kill_backend(self, chance):
        """One client's process dies: the server takes all others down and recovers."""
        with open(os.path.join(self.folder, "data/postmaster.pid")) as file:
            server = int(file.readline())
        with open(f"/proc/{server}/task/{server}/children") as file:
            children = [int(pid) for pid in file.read().split()]
        backends = []
        for pid in children:
            try:
                with open(f"/proc/{pid}/cmdline") as file:
                    if "tuck shop" in file.read().replace("\0", " "):
                        backends.append(pid)
            except OSError:
                pass
        if backends:
            os.kill(chance.choice(backends), signal.SIGKILL)
            self.kills += 1

    def stop(self):
        self.call("stop")


class Worker:
    def __init__(self, torture, number):
        self.torture, self.number, self.run, self.process = torture, number, 0, None

    def start(self):
        torture = self.torture
        self.process = subprocess.Popen(
            [torture.program, "work", "--ledger", torture.ledger, "--keys", torture.keys,
             "--log", os.path.join(torture.logs, f"worker-{self.number}.{self.run}.jsonl"),
             "--seed", str(torture.seed), "--worker", str(self.number),
             "--run", str(self.run), "--threads", str(torture.threads),
             "--t0-ms", str(torture.t0), "--until-ms", str(torture.until),
             "--speed", str(SPEED), "--order-every-ms", str(torture.order_every_ms)],
            stdin=subprocess.DEVNULL, stdout=torture.noise, stderr=torture.noise,
            preexec_fn=die_with_parent)

    def kill(self):
        """False: it had ended by itself."""
        if self.process.poll() is not None:
            return False
        self.process.kill()
        self.process.wait()
        return True

    def restart(self):
        self.run += 1
        self.start()


class Torture:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.program = os.path.abspath(args.worker)
        self.seed = args.seed
        self.order_every_ms = ORDER_EVERY_MS[args.store]
        self.chance = random.Random(args.seed)
        self.is_postgres = args.store == "postgresql"
        self.threads = 4 if self.is_postgres else 1
        self.logs = os.path.join(folder, "logs")
        self.keys = os.path.join(folder, "tuck-keys")
        self.scene = os.path.join(folder, "scene")
        self.noise = open(os.path.join(folder, "noise"), "w+")
        self.workers, self.cluster = [], None
        self.kills, self.odd_ends = 0, []
        self.t0 = self.until = 0
        self.trouble = None
        os.mkdir(self.logs)
        self.ledger = os.path.join(folder, "torture.ledger")

    # --- parts --------------------------------------------------------------------------

    def prepare(self):
        if self.is_postgres:
            self.cluster = Cluster(self.args.cluster, os.path.join(self.folder, "cluster"))
            self.ledger = self.cluster.uri
        with open(self.scene, "w") as file:
            subprocess.run([self.program, "scene"], stdout=file, check=True)
        self.once("setup", "--codes", str(int(self.args.seconds * 60)))

    def once(self, verb, *more):
        done = subprocess.run(
            [self.program, verb, "--ledger", self.ledger, "--keys", self.keys,
             "--log", os.path.join(self.logs, f"{verb}.jsonl"), "--worker", "99",
             "--run", "0", "--threads", "1", *more],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=600,
            preexec_fn=die_with_parent)
        if done.returncode:
            raise Trouble(f"{verb}: {done.stderr.strip()}")

    def torture(self):
        self.t0 = now_ms()
        self.until = self.t0 + int(self.args.seconds * 1000)
        self.workers = [Worker(self, i) for i in range(PROCESSES)]
        for worker in self.workers:
            worker.start()
        striker = threading.Thread(target=self.strike)
        striker.start()
        while now_ms() < self.until - 300:
            time.sleep(self.chance.uniform(0.03, 0.2))
            worker = self.chance.choice(self.workers)
            if worker.kill():
                self.kills += 1
            elif worker.process.returncode:
                self.odd_ends.append(worker.process.returncode)
            worker.restart()
        striker.join()
        if self.trouble:
            raise self.trouble

    def strike(self):
        """The server dies twice, or thrice when there is time, in each of two ways."""
        if not self.cluster:
            return
        count = 2 if self.args.seconds < 15 else 3
        chance = random.Random(self.seed + 1)
        try:
            for i in range(count):
                at = self.t0 + int(self.args.seconds * 1000 * (i + 1) / (count + 1))
                while now_ms() < at:
                    time.sleep(0.02)
                if i == 1:
                    self.cluster.kill_backend(chance)
                else:
                    self.cluster.kill_server()
        except (Trouble, OSError, subprocess.SubprocessError) as trouble:
            self.trouble = Trouble(f"the server: {trouble}")

    def let_end(self):
        for worker in self.workers:
            try:
                code = worker.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                worker.kill()
                code = "none: it hung"
            if code:
                self.odd_ends.append(code)

    def check(self, *more):
        where = self.ledger if self.is_postgres else f"sqlite:{self.ledger}"
        done = subprocess.run([sys.executable, "-B", os.path.join(HERE, "checker.py"),
                               where, self.scene, self.logs, self.keys, *more],
                              stdout=subprocess.PIPE, text=True)
        *told, last = done.stdout.rstrip("\n").split("\n") or [""]
        for line in told:
            print(line)
        if done.returncode not in (0, 1) or not last.startswith("{"):
            raise Trouble(f"the checker: exit {done.returncode} {last}")
        return json.loads(last)

    def newest_order(self):
        return (now_ms() - self.t0) // self.order_every_ms + 1

    def end(self):
        for worker in self.workers:
            if worker.process and worker.process.poll() is None:
                worker.kill()
        if self.cluster:
            self.cluster.stop()
        self.noise.close()

    # --- the whole ----------------------------------------------------------------------

    def run(self):
        self.prepare()
        self.torture()
        self.let_end()
        newest = self.newest_order()
        amid = self.check()
        if amid["broken"] and self.args.quick:
            self.tell(amid, None)
            return False
        self.once("verify")
        self.once("finish", "--orders", str(newest))
        after = self.check("--finished")
        self.tell(amid, after)
        return not (amid["broken"] or after["broken"] or self.odd_ends)

    def tell(self, amid, after):
        servers = f", {self.cluster.kills} kills of the server" if self.cluster else ""
        checks = amid["checks"] + (after["checks"] if after else 0)
        invariants = (after or amid)["invariants"]
        print(f"{self.args.store}: {PROCESSES} processes, {PROCESSES * self.threads} "
              f"clients, {self.args.seconds:g} s, seed {self.seed}: {self.kills} kills"
              f"{servers}; {amid['calls']} calls ({amid['answered']} answered), "
              f"{amid['events']} events, {amid['decisions']} decisions, "
              f"{amid['promises']} promises, {amid['printed']} printed, "
              f"{amid['redemptions']} redemptions, {amid['voided']} voided")
        broken = amid["broken"] + (after["broken"] if after else 0)
        print(f"{invariants} invariants, {checks} checks: "
              + ("all hold" if not broken else f"{broken} BROKEN"))
        if self.odd_ends:
            self.noise.flush()
            with open(self.noise.name) as file:
                noise = file.read()[-2000:]
            print(f"BROKEN: workers that ended by themselves: {self.odd_ends} {noise}")


def why_skip(args):
    if args.store != "postgresql":
        return None
    if not shutil.which("psql"):
        return "psql is not installed (Debian: postgresql-client)"
    done = subprocess.run(["sh", args.cluster, "has"], stdout=subprocess.PIPE, text=True)
    return done.stdout.strip() if done.returncode else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("store", choices=("sqlite", "postgresql"))
    parser.add_argument("--worker", required=True)
    parser.add_argument("--seconds", type=float,
                        default=float(os.environ.get("TUCK_TORTURE_SECONDS") or 25))
    parser.add_argument("--seed", type=int,
                        default=int(os.environ.get("TUCK_TORTURE_SEED") or
                                    random.randrange(1 << 30)))
    parser.add_argument("--cluster",
                        default=os.path.join(HERE, "..", "ledger", "cluster.sh"))
    parser.add_argument("--keep", action="store_true", help="leave the files for a look")
    parser.add_argument("--quick", action="store_true", help="end with the first finding")
    args = parser.parse_args()
    reason = why_skip(args)
    if reason:
        print(f"SKIP: {reason.removeprefix('SKIP: ')}")
        return 77
    folder = tempfile.mkdtemp(prefix="tuck-torture-", dir="/tmp" if args.store ==
                              "postgresql" else None)
    os.chmod(folder, 0o711)  # the server's user has to stand in it
    torture = None
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    try:
        torture = Torture(args, folder)
        return 0 if torture.run() else 1
    except Trouble as trouble:
        print(f"BROKEN: {trouble} (seed {args.seed})")
        return 1
    finally:
        if torture:
            torture.end()
        if args.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
