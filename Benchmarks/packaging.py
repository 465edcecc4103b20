"""Times reading and rewriting a large artifact, ours beside other tools, and prints medians, ratios and the goals.

packaging.py HALLMARK [--megabytes 500] [--runs 3] [--folder FOLDER] [--slow]

HALLMARK is the release binary. The judges come from the Python environment of scripts/setup-python.sh; `lbzip2` is timed where it is
installed. `--slow` adds conda-package-handling's extract and create, which takes minutes. Every command runs once before it is timed,
so that files are in the page cache. Both wall-clock and processor time are shown: on a machine with other load only the second is fair.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = os.path.join(HERE, "..", ".tools", "venv", "bin", "python")


class Timing:
    """What a command took: medians of wall-clock and processor seconds, and the most memory of any run."""

    def __init__(self, command, runs, shell=False, setup=None):
        walls, processors, memory = [], [], 0
        for run in range(runs + 1):
            if setup:
                setup()
            start = time.monotonic()
            process = subprocess.Popen(command, shell=shell, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            error = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise SystemExit(f"{command} ended with {process.returncode}: {error.decode(errors='replace')}")
            if run:
                walls.append(time.monotonic() - start)
                processors.append(usage.ru_utime + usage.ru_stime)
                memory = max(memory, usage.ru_maxrss)
        self.wall, self.processor, self.memory = statistics.median(walls), statistics.median(processors), memory >> 10


def row(name, ours, peer_name, peer, goal=None):
    wall, processor = ours.wall / peer.wall, ours.processor / max(peer.processor, 0.001)
    verdict = "" if goal is None else ("  met" if wall <= goal else "  NOT MET")
    limit = "" if goal is None else f"{goal:g}x"
    print(
        f"{name:22} {ours.wall:8.2f} s {ours.processor:8.2f} s {ours.memory:6} MB   {peer_name:26} {peer.wall:8.2f} s {peer.processor:8.2f} s"
        f" {peer.memory:6} MB   {wall:6.2f}x {processor:6.2f}x {limit:>6}{verdict}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("hallmark")
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder")
    parser.add_argument("--slow", action="store_true")
    options = parser.parse_args()
    hallmark = os.path.abspath(options.hallmark)
    folder = options.folder or tempfile.mkdtemp(prefix="hallmark-bench-", dir=os.environ.get("TMPDIR"))
    conda, tar = (os.path.join(folder, f"bench-1.0-0.{kind}") for kind in ("conda", "tar.bz2"))
    try:
        if not os.path.exists(conda):
            subprocess.run([sys.executable, os.path.join(HERE, "make_artifact.py"), folder, str(options.megabytes)], check=True)
        print(f"{'':22} {'ours':>10} {'cpu':>10} {'memory':>9}   {'peer':26} {'wall':>10} {'cpu':>10} {'memory':>9}   {'wall':>7} {'cpu':>7} {'goal':>6}")
        output, copy, unpacked = (os.path.join(folder, name) for name in ("out", "copy", "unpacked"))
        os.makedirs(output, exist_ok=True)

        def clean():
            shutil.rmtree(unpacked, ignore_errors=True)

        for file, goal in ((conda, 3), (tar, 5)):
            name = os.path.basename(file)
            embed = [hallmark, "embed", file, "--recipe", os.path.join(folder, "recipe"), "--output", os.path.join(output, name)]
            ours = Timing(embed, options.runs)
            row(f"embed {name[12:]}", ours, "cp + sha256sum", Timing(f"cp '{file}' '{copy}' && sha256sum '{copy}'", options.runs, shell=True), goal)
            if options.slow:
                kind = ".conda" if name.endswith(".conda") else ".tar.bz2"
                script = (
                    "import sys; from conda_package_handling import api; import os; api.extract(sys.argv[1], sys.argv[2]); "
                    "files = [os.path.relpath(os.path.join(b, n), sys.argv[2]) for b, _, ns in os.walk(sys.argv[2]) for n in ns]; "
                    f"api.create(sys.argv[2], files, 'again-1.0-0{kind}', sys.argv[3])"
                )
                peer = Timing([PYTHON, "-c", script, file, unpacked, output], 1, setup=clean)
                row(f"embed {name[12:]}", ours, "cph extract + create", peer)
        check = Timing([hallmark, "check", conda], options.runs)
        payload = os.path.join(folder, "pkg-bench-1.0-0.tar.zst")
        row("check conda", check, "zstd -dc", Timing(["zstd", "-dcq", payload], options.runs), 1.15)
        stream = "import sys; from conda_package_streaming import package_streaming as p\nfor part in ('info', 'pkg') if sys.argv[1].endswith('.conda') else ('pkg',):\n for t, m in p.stream_conda_component(sys.argv[1], component=part):\n  f = t.extractfile(m) if m.isfile() else None\n  while f and f.read(1 << 20): pass"
        rattler = "import sys; from rattler.package_streaming import extract; import os; os.makedirs(sys.argv[2]); extract(sys.argv[1], sys.argv[2])"
        row("check conda", check, "conda-package-streaming", Timing([PYTHON, "-c", stream, conda], options.runs))
        row("check conda", check, "rattler extract", Timing([PYTHON, "-c", rattler, conda, unpacked], options.runs, setup=clean))
        check = Timing([hallmark, "check", tar], options.runs)
        if shutil.which("lbzip2"):
            row("check tar.bz2", check, "lbzip2 -d", Timing(["lbzip2", "-dkc", tar], options.runs), 1.1)
        else:
            print("lbzip2 is not installed, so the goal for check of a tar.bz2 is not judged")
        row("check tar.bz2", check, "conda-package-streaming", Timing([PYTHON, "-c", stream, tar], 1))
        row("check tar.bz2", check, "rattler extract", Timing([PYTHON, "-c", rattler, tar, unpacked], 1, setup=clean))
        clean()
    finally:
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
