"""Runs a program and says what it cost, with everything it left behind.

    measured.py CPUS COMMAND [ARGUMENT]...

Descendants that detach themselves, as Ansible's connections do, become this process's children (prctl(2),
PR_SET_CHILD_SUBREAPER), so that getrusage counts them; what still runs a while after the program is ended. The program
has this one's standard input and output; the figures go as JSON to file descriptor 3. CPUS are those it may run on, such
as 1-3, or - for all.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
LEFT_BEHIND_SECONDS = 40


def cpus_of(text):
    cpus = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        cpus.update(range(int(first), int(last or first) + 1))
    return cpus


def children():
    me = os.getpid()
    with open(f"/proc/{me}/task/{me}/children", encoding="ascii") as file:
        return [int(pid) for pid in file.read().split()]


def reap(deadline):
    while children():
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            if time.monotonic() > deadline:
                for child in children():
                    os.kill(child, signal.SIGTERM)
                deadline += 5
            time.sleep(0.01)


cpus, *command = sys.argv[1:]
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
if cpus != "-":
    os.sched_setaffinity(0, cpus_of(cpus))
started = time.monotonic()
program = subprocess.Popen(command)
code = program.wait()
seconds = time.monotonic() - started
reap(time.monotonic() + LEFT_BEHIND_SECONDS)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
figures = {
    "code": code,
    "seconds": seconds,
    "cpu": usage.ru_utime + usage.ru_stime,
    "megabytes": usage.ru_maxrss / 1024,
}
with os.fdopen(3, "w", encoding="ascii") as out:
    json.dump(figures, out)
