"""Measures the matrix: makespan against the lower bound and against one-after-another installs, and the cost of one more system.

    matrix.py HALLMARK

Artifacts are made for the purpose: their tests sleep, so that what is measured is ours and not theirs. Both sides solve with the same
py-rattler, run in the same images under the same engine, and begin with the same packages on this machine.

The lower bound: no schedule is shorter than its longest cell, nor than all cells' work on so many jobs. A cell's work is its test and a bare
`podman run` of the same image, measured here with nothing beside it, because nobody tests in a container without starting one. What
podman needs to take a container away is in that, too, as it is in ours. The bound of the tests alone, with containers for nothing, is
printed beside it.
"""

import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HALLMARK = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PYTHON = os.path.join(ROOT, ".tools/venv/bin/python")
SYSTEMS = ["debian-11", "debian-12", "debian-13"]
# Seconds that each artifact's test sleeps: one long, many short, as in a real build's outputs.
ARTIFACTS = {"long": 8, "middle": 4, "short-a": 1, "short-b": 1, "short-c": 1, "short-d": 1}
JOBS = 2


def environment(folder):
    keep = {k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "XDG_RUNTIME_DIR")}
    return {**keep, "HOME": folder, "HALLMARK_PYTHON": PYTHON, "HALLMARK_CACHE": os.path.join(folder, "cache"),
            "HALLMARK_VAGRANT": os.path.join(ROOT, "vagrant"), "CONTAINERS_CONF": os.path.join(ROOT, "docker/containers.conf"), "TERM": "dumb"}


def build(folder):
    from rattler_build import Stage0Recipe, ToolConfiguration

    paths = []
    for name, seconds in ARTIFACTS.items():
        where = os.path.join(folder, "recipes", name)
        os.makedirs(where)
        recipe = {"package": {"name": name, "version": "1.0"}, "build": {"number": 0, "script": ["echo %s > $PREFIX/%s" % (name, name)]},
                  "tests": [{"script": ["sleep %d" % seconds]}]}
        with open(os.path.join(where, "recipe.yaml"), "w") as file:
            json.dump(recipe, file)
        Stage0Recipe.from_file(os.path.join(where, "recipe.yaml")).run_build(
            tool_config=ToolConfiguration(test_strategy="skip"), output_dir=os.path.join(folder, "out", name), channels=[])
        paths += glob.glob(os.path.join(folder, "out", name, "*", "*.conda"))
    return sorted(paths)


def matrix(folder, systems):
    path = os.path.join(folder, "matrix-%d.yaml" % len(systems))
    with open(path, "w") as file:
        file.write("version: 1\naxes: {system: [%s], subdir: [linux-64]}\nlimits: {seconds: 120, memory: 512 MiB}\n" % ", ".join(systems))
    return path


def run(folder, paths, systems, results):
    began = time.monotonic()
    done = subprocess.run([HALLMARK, "matrix", "run", *paths, "--matrix", matrix(folder, systems), "--results", results, "--jobs", str(JOBS),
                           "--format", "json"], env=environment(folder), cwd=folder, capture_output=True, text=True)
    seconds = time.monotonic() - began
    if done.returncode != 0:
        sys.exit("hallmark ended with %d: %s" % (done.returncode, done.stderr[-2000:]))
    return seconds, json.loads(done.stdout)


def bound(results, started=None):
    """What the tests took, and beside each what a bare `podman run` takes in its system; without `started` the tests alone."""
    costs = [sum(test["duration"] + (started[result["cell"]["system"]] if started else 0) for test in result["tests"]) for result in results]
    return max(max(costs), sum(costs) / JOBS)


def bare_run(folder, system):
    """The median of a container that does nothing."""
    times = []
    for _ in range(7):
        began = time.monotonic()
        subprocess.run(["podman", "run", "--rm", "--pull=never", "--network", "none", image(system), "true"], check=True, env=environment(folder))
        times.append(time.monotonic() - began)
    return sorted(times)[len(times) // 2]


def image(name):
    return "localhost/hallmark/debian:" + name.split("-")[1]


def one_after_another(folder, paths, systems):
    """What a careful script does: for every system and artifact solve, install, and run the test in a container."""
    program = """
import asyncio, sys
from rattler import solve, install, Gateway, VirtualPackage
from rattler.networking import Client
channel, spec, prefix, cache = sys.argv[1:]
async def main():
    records = await solve([channel], [spec], gateway=Gateway(cache_dir=cache + "/repodata", client=Client()), platforms=["linux-64", "noarch"],
                          virtual_packages=[v.into_generic() for v in VirtualPackage.detect()])
    await install(records, prefix, cache_dir=cache + "/packages", client=Client(), show_progress=False)
asyncio.run(main())
import os
os._exit(0)
"""
    channel = os.path.join(folder, "peer-channel")
    for path in paths:
        subdir = os.path.join(channel, os.path.basename(os.path.dirname(path)))
        os.makedirs(subdir, exist_ok=True)
        shutil.copy(path, subdir)
    os.makedirs(os.path.join(channel, "noarch"), exist_ok=True)
    subprocess.run([PYTHON, "-c", "import asyncio, sys; from rattler.index import index_fs; asyncio.run(index_fs(sys.argv[1], write_zst=False, write_shards=False))",
                    channel], check=True, capture_output=True)
    began = time.monotonic()
    for system in systems:
        for path in paths:
            name = os.path.basename(path).rsplit("-", 2)[0]
            prefix = os.path.join(folder, "peer", system, name)
            subprocess.run([PYTHON, "-c", program, "file://" + channel, name, prefix, os.path.join(folder, "peer-cache")], check=True,
                           env=environment(folder))
            subprocess.run(["podman", "run", "--rm", "--pull=never", "--network", "none", "--mount", "type=bind,source=%s,target=%s,readonly" % (prefix, prefix),
                            image(system), "sh", "-c", "sleep %d" % ARTIFACTS[name]], check=True, env=environment(folder))
    return time.monotonic() - began


def one_more(folder, paths):
    """The same artifacts on one system more, against `podman run` with the test and nothing else."""
    short = [path for path in paths if "short" in path]
    run(folder, short, SYSTEMS[:2], os.path.join(folder, "more"))
    ours = []
    bare = []
    for number in range(3):
        results = os.path.join(folder, "more-%d" % number)
        shutil.copytree(os.path.join(folder, "more"), results)
        seconds, _ = run(folder, short, SYSTEMS, results)
        again, _ = run(folder, short, SYSTEMS, results)
        ours.append((seconds, again))
        began = time.monotonic()
        left = list(short)
        while left:
            batch, left = left[:JOBS], left[JOBS:]
            running = [subprocess.Popen(["podman", "run", "--rm", "--pull=never", "--network", "none", image(SYSTEMS[2]), "sh", "-c", "sleep 1"],
                                        env=environment(folder)) for _ in batch]
            for process in running:
                process.wait()
        bare.append(time.monotonic() - began)
    return sorted(s for s, _ in ours)[1], sorted(a for _, a in ours)[1], sorted(bare)[1], len(short)


def gigabyte(folder):
    """A test that prints a gigabyte in lines of a hundred bytes."""
    from rattler_build import Stage0Recipe, ToolConfiguration

    where = os.path.join(folder, "recipes", "loud")
    os.makedirs(where)
    text = "x" * 99
    recipe = {"package": {"name": "loud", "version": "1.0"}, "build": {"number": 0, "script": ["true"]},
              "tests": [{"script": ["yes %s | head -c 1073741800" % text]}]}
    with open(os.path.join(where, "recipe.yaml"), "w") as file:
        json.dump(recipe, file)
    Stage0Recipe.from_file(os.path.join(where, "recipe.yaml")).run_build(
        tool_config=ToolConfiguration(test_strategy="skip"), output_dir=os.path.join(folder, "out", "loud"), channels=[])
    path = glob.glob(os.path.join(folder, "out", "loud", "*", "*.conda"))[0]
    seconds, results = run(folder, [path], ["debian-12"], os.path.join(folder, "loud"))
    began = time.monotonic()
    subprocess.run(["podman", "run", "--rm", "--pull=never", "--network", "none", "--log-driver", "k8s-file", image("debian-12"), "sh", "-c",
                    "yes %s | head -c 1073741800" % text], check=True, env=environment(folder), stdout=subprocess.DEVNULL)
    return seconds, time.monotonic() - began, results[0]["log"]["byteCount"]


def main():
    folder = tempfile.mkdtemp(prefix="hallmark-bench-")
    try:
        paths = build(folder)
        cells = len(paths) * len(SYSTEMS)
        run(folder, paths, SYSTEMS, os.path.join(folder, "first"))
        shutil.copytree(os.path.join(folder, "first"), os.path.join(folder, "second"))
        for file in glob.glob(os.path.join(folder, "second", "*", "*_linux-64.json")):
            os.unlink(file)
        # The second run knows how long each cell takes; the environments are made, as they are in a retest.
        ours, results = run(folder, paths, SYSTEMS, os.path.join(folder, "second"))
        started = {system: bare_run(folder, system) for system in SYSTEMS}
        least, alone = bound(results, started), bound(results)
        peer = one_after_another(folder, paths, SYSTEMS)
        print("%d cells, %d at a time" % (cells, JOBS))
        print("  makespan            %6.1f s   lower bound %6.1f s   ratio %.2f (goal 1.15)" % (ours, least, ours / least))
        print("  the tests alone     %6.1f s   ratio %.2f   a bare `podman run` takes %s" % (
            alone, ours / alone, ", ".join("%.2f s" % seconds for seconds in started.values())))
        print("  one after another   %6.1f s   ratio to ours %.2f" % (peer, peer / ours))
        more, again, bare, count = one_more(folder, paths)
        print("one more system for %d artifacts with tests of 1 s" % count)
        print("  ours                %6.1f s   of that, a run with nothing to do %.1f s" % (more, again))
        print("  podman run + test   %6.1f s   a cell costs %.2f s more than that" % (bare, (more - bare) / count))
        loud, alone, kept = gigabyte(folder)
        print("a test that prints a gigabyte in lines of a hundred bytes")
        print("  ours                %6.1f s   podman alone %6.1f s   log kept %.1f MiB" % (loud, alone, kept / 2**20))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
