"""Times reading and rewriting a large artifact, ours beside other tools, and prints medians, ratios and the goals.

packaging.py HALLMARK [--megabytes 500] [--runs 5] [--folder FOLDER] [--quick] [--large] [--only TEXT]

HALLMARK is the release binary. The judges come from the Python environment of scripts/setup-python.sh. Ours and the peer run in turns,
once before anything is timed, so that files are in the page cache and a neighbour's load falls on both. Wall-clock and processor time
are shown as medians, beside the least wall-clock time: on a machine with other load the processor time is the fair one.
`--quick` leaves out conda-package-handling's extract and create, which takes minutes. `--large` adds the memory that a file of
2.3 GB takes, which is made for it and removed. `--only` runs the rows whose names hold TEXT.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = os.path.join(HERE, "..", ".tools", "venv", "bin", "python")
MEMORY_GOAL = 64
STEM = "bench-1.0-0"

STREAM = """
import sys
from conda_package_streaming import package_streaming as p
for part in ('info', 'pkg') if sys.argv[1].endswith('.conda') else ('pkg',):
    for tar, member in p.stream_conda_component(sys.argv[1], component=part):
        file = tar.extractfile(member) if member.isfile() else None
        while file and file.read(1 << 20): pass
"""
RATTLER = """
import os, sys
from rattler.package_streaming import extract
os.makedirs(sys.argv[2])
extract(sys.argv[1], sys.argv[2])
"""
HANDLING = """
import os, sys
from conda_package_handling import api
api.extract(sys.argv[1], sys.argv[2])
files = [os.path.relpath(os.path.join(base, name), sys.argv[2]) for base, _, names in os.walk(sys.argv[2]) for name in names]
api.create(sys.argv[2], files, sys.argv[3], sys.argv[4])
"""


class Command:
    """A command with what it took: wall-clock and processor seconds of every run, and the most memory of any."""

    def __init__(self, name, arguments, setup=None):
        self.name, self.arguments, self.setup = name, arguments, setup
        self.walls, self.processors, self.memory = [], [], 0

    def run(self, counts):
        if self.setup:
            self.setup()
        start = time.monotonic()
        process = subprocess.Popen(self.arguments, shell=isinstance(self.arguments, str), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{self.name} ended with {process.returncode}: {error.decode(errors='replace')}")
        if counts:
            self.walls.append(wall)
            self.processors.append(usage.ru_utime + usage.ru_stime)
        self.memory = max(self.memory, usage.ru_maxrss >> 10)

    @property
    def wall(self):
        return statistics.median(self.walls)

    @property
    def processor(self):
        return statistics.median(self.processors)

    def text(self):
        return f"{self.wall:7.2f} {min(self.walls):7.2f} {self.processor:7.2f} {self.memory:5}"


class Table:
    def __init__(self, only):
        self.only, self.judged = only, []

    def head(self):
        columns = f"{'wall':>7} {'least':>7} {'cpu':>7} {'MB':>5}"
        print(f"{'':26} {'ours':<30}  {'peer':26} {'':30}  {'ours / peer':<17}\n{'':26} {columns:30}  {'':26} {columns:30}  {'wall':>6} {'cpu':>6} {'goal':>6}")

    def compare(self, name, ours, peer, goal=None, runs=3, warm=True):
        if self.only and self.only not in name:
            return
        for turn in range(runs + warm):
            for command in (ours, peer):
                command.run(counts=turn >= warm)
        wall, processor = ours.wall / peer.wall, ours.processor / max(peer.processor, 0.001)
        verdict = ""
        if goal is not None:
            verdict = f"{goal:5g}x  {'met' if wall <= goal else 'NOT MET'}"
            self.judged.append((name, wall <= goal))
        print(f"{name:26} {ours.text():30}  {peer.name:26} {peer.text():30}  {wall:5.2f}x {processor:5.2f}x {verdict}", flush=True)

    def memory(self, name, command, window):
        if self.only and self.only not in name:
            return
        if not command.walls:
            command.run(counts=True)
        limit = MEMORY_GOAL + window
        self.judged.append((name, command.memory <= limit))
        verdict = "met" if command.memory <= limit else "NOT MET"
        print(f"{name:40} {command.memory:5} MB of {MEMORY_GOAL} + {window} (the decoder's window)  {verdict}", flush=True)


def zstd_window(file):
    """The window of a zstd file in MiB, rounded up, as zstd itself tells it."""
    text = subprocess.run(["zstd", "-lv", file], check=True, capture_output=True, text=True).stdout
    found = re.search(r"Window Size: .*?\((\d+) B\)", text)
    return -(-int(found.group(1)) >> 20) if found else 8


def bzip2_window():
    """What bzip2 says that decoding takes, 3.7 MB a block, for as many blocks as are decoded at once: two a core."""
    return round(3.7 * 2 * min(os.cpu_count() or 1, 64))


def measure(options, folder, table):
    hallmark = os.path.abspath(options.hallmark)
    conda, tar = (os.path.join(folder, f"{STEM}.{kind}") for kind in ("conda", "tar.bz2"))
    output, copy, unpacked = (os.path.join(folder, name) for name in ("out", "copy", "unpacked"))
    recipe, payload = os.path.join(folder, "recipe"), os.path.join(folder, f"pkg-{STEM}.tar.zst")
    os.makedirs(output, exist_ok=True)

    def clean():
        shutil.rmtree(unpacked, ignore_errors=True)

    def embed(file, *more):
        return Command("embed", [hallmark, "embed", file, "--recipe", recipe, "--output", os.path.join(output, os.path.basename(file)), *more])

    def copied(file):
        return Command("cp + sha256sum", f"cp '{file}' '{copy}' && sha256sum '{copy}'")

    def handled(file, kind):
        arguments = [PYTHON, "-c", HANDLING, file, unpacked, f"again-1.0-0{kind}", output]
        return Command("cph extract + create", arguments, setup=clean)

    def check(file):
        return Command("check", [hallmark, "check", file])

    def streamed(file):
        return Command("conda-package-streaming", [PYTHON, "-c", STREAM, file])

    def extracted(file):
        return Command("rattler extract", [PYTHON, "-c", RATTLER, file, unpacked], setup=clean)

    few = max(1, options.runs // 2)
    table.head()
    table.compare("embed .conda", embed(conda), copied(conda), 3, options.runs)
    table.compare("embed .tar.bz2, info first", embed(tar, "--info-is-first"), copied(tar), 5, options.runs)
    if not options.quick:
        table.compare("embed .conda", embed(conda), handled(conda, ".conda"), runs=1, warm=False)
        table.compare("embed .tar.bz2, info first", embed(tar, "--info-is-first"), handled(tar, ".tar.bz2"), runs=1, warm=False)
    # Without that word the whole archive is decoded, to know what recipe it carries.
    table.compare("embed .tar.bz2", embed(tar), Command("lbzip2 -d", ["lbzip2", "-dkc", tar]), runs=few)
    last = check(conda)
    table.compare("check .conda", last, Command("zstd -dc", ["zstd", "-dcq", payload]), 1.15, options.runs)
    table.memory("memory: check .conda", last, zstd_window(payload))
    table.compare("check .conda", check(conda), streamed(conda), runs=few)
    table.compare("check .conda", check(conda), extracted(conda), runs=few)
    last = check(tar)
    table.compare("check .tar.bz2", last, Command("lbzip2 -d", ["lbzip2", "-dkc", tar]), 1.1, few)
    table.memory("memory: check .tar.bz2", last, bzip2_window())
    if not options.quick:
        table.compare("check .tar.bz2", check(tar), streamed(tar), runs=1, warm=False)
        table.compare("check .tar.bz2", check(tar), extracted(tar), runs=1, warm=False)
    clean()


def measure_large(options, folder, table):
    """The memory that every verb takes for files of 2.3 GB; their payload is noise, so that they are that large without taking hours to make."""
    make = [sys.executable, os.path.join(HERE, "make_artifact.py"), folder, "2300", "--noise"]
    subprocess.run(make, check=True)
    hallmark, recipe = os.path.abspath(options.hallmark), os.path.join(folder, "recipe")
    for kind in ("conda", "tar.bz2"):
        file = os.path.join(folder, f"{STEM}.{kind}")
        window = zstd_window(os.path.join(folder, f"pkg-{STEM}.tar.zst")) if kind == "conda" else bzip2_window()
        size = os.path.getsize(file) / 1e9
        for verb in ("check", "inspect", "embed"):
            arguments = [hallmark, verb, file]
            if verb == "embed":
                arguments += ["--recipe", recipe, "--output", os.path.join(folder, f"again.{kind}"), "--info-is-first"]
            table.memory(f"memory: {verb} .{kind} of {size:.1f} GB", Command(verb, arguments), window)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("hallmark")
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    table = Table(options.only)
    folder = options.folder or tempfile.mkdtemp(prefix="hallmark-bench-", dir=os.environ.get("TMPDIR"))
    try:
        if not os.path.exists(os.path.join(folder, f"{STEM}.conda")):
            subprocess.run([sys.executable, os.path.join(HERE, "make_artifact.py"), folder, str(options.megabytes)], check=True)
        measure(options, folder, table)
    finally:
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)
    if options.large:
        large = tempfile.mkdtemp(prefix="hallmark-bench-", dir=os.environ.get("TMPDIR"))
        try:
            measure_large(options, large, table)
        finally:
            shutil.rmtree(large, ignore_errors=True)
    missed = [name for name, is_met in table.judged if not is_met]
    print(f"{len(table.judged) - len(missed)} goals met, {len(missed)} not" + (": " + ", ".join(missed) if missed else ""))


if __name__ == "__main__":
    main()
