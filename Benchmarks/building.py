"""Measures a build through hallmark against the bare script, and a log of a million lines.

  building.py HALLMARK [--rounds N] [--seconds S] [--lines N] [--engines podman docker]

Both run one script in the manner of conda-smithy's on the same feedstock, in turns, with the same image: once by itself with podman
as its engine, once driven by `hallmark build`. The ratio of one pair says more than seconds: machines are shared and noisy. The work of a
build is a loop of fixed length, so that what differs is what hallmark adds. Processor time is of the driver and its children on this side
of the container, which no noise can lengthen much. The long log is measured with podman and with a docker daemon of this script's own
(as root), whose daemon and client read the log for both sides.
"""

import argparse
import contextlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

root = Path(__file__).resolve().parent.parent
image = "localhost/hallmark/builder:11"
environment = {**os.environ, "CONTAINERS_CONF": str(root / "docker/containers.conf"), "GIT_CONFIG_GLOBAL": "/dev/null"}

# What stands for a compiler: a loop of the shell, a line now and then, and at the end a package of one line.
work = """#!/bin/bash
set -euo pipefail
cd /home/conda/feedstock_root
echo "==> Building recipe"
hallmark-python - <<'END'
import time
for line in range({lines}):
    print(f"{{line:08d}} g++ -c -O2 -fPIC -I../include -o object_{{line:06d}}.o source_{{line:06d}}.cpp")
if {seconds}:
    state = 1
    for step in range({seconds} * 100):
        for _ in range(60000):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        print("step", step, state, flush=True)
END
mkdir -p build_artifacts/linux-64
echo package > build_artifacts/linux-64/thing-1.0-h0_0.conda
touch "build_artifacts/conda-forge-build-done-$CONFIG"
"""


def feedstock(folder, seconds, lines):
    """A feedstock with a script in the manner of conda-smithy's, whose steps do a fixed amount of work."""
    place = folder / "thing-feedstock"
    for name in (".ci_support", ".scripts", "recipe"):
        (place / name).mkdir(parents=True)
    (place / "conda-forge.yml").write_text("conda_build_tool: rattler-build\n")
    (place / ".gitignore").write_text("build_artifacts\n")
    (place / "recipe/recipe.yaml").write_text("package: {name: thing, version: '1.0'}\nextra: {feedstock-name: thing}\n")
    (place / ".ci_support/linux_64_.yaml").write_text(f"target_platform:\n- linux-64\ndocker_image:\n- {image}\n")
    (place / ".scripts/build_steps.sh").write_text(work.format(seconds=seconds, lines=lines))
    (place / ".scripts/run_docker_build.sh").write_text(
        "#!/bin/bash\nset -eo pipefail\nexport HOST_USER_ID=$(id -u)\n"
        'mkdir -p "$FEEDSTOCK_ROOT/build_artifacts"\nrm -f "$FEEDSTOCK_ROOT/build_artifacts/conda-forge-build-done-$CONFIG"\n'
        '$DOCKER_EXECUTABLE info >/dev/null\n'
        '$DOCKER_EXECUTABLE run $CONDA_FORGE_DOCKER_RUN_ARGS -v "$FEEDSTOCK_ROOT":/home/conda/feedstock_root:rw,z --network=none '
        '-e CONFIG -e HOST_USER_ID $DOCKER_IMAGE bash /home/conda/feedstock_root/.scripts/build_steps.sh\n'
        'test -f "$FEEDSTOCK_ROOT/build_artifacts/conda-forge-build-done-$CONFIG"\n')
    git = ["git", "-C", str(place)]
    subprocess.run([*git, "init", "--quiet"], check=True, env=environment)
    subprocess.run([*git, "add", "--all"], check=True, env=environment)
    subprocess.run([*git, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "x"], check=True, env=environment)
    return place


def family(process):
    """A process and all its descendants."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            for child in children.read_text().split():
                yield from family(int(child))
        except (FileNotFoundError, ProcessLookupError):
            pass


def timed(words, env, cwd, output):
    """Seconds of wall time, seconds of processor time of the children on this side, and the largest resident set of a process of that program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = 0
    started = time.monotonic()
    child = subprocess.Popen(words, env=env, cwd=cwd, stdout=output, stderr=subprocess.STDOUT)

    def watch():
        nonlocal peak
        while child.poll() is None:
            for process in family(child.pid):
                try:
                    if os.readlink(f"/proc/{process}/exe") == os.path.realpath(words[0]):
                        for line in Path(f"/proc/{process}/status").read_text().splitlines():
                            if line.startswith("VmHWM:"):
                                peak = max(peak, int(line.split()[1]) << 10)
                except (FileNotFoundError, ProcessLookupError):
                    pass
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = child.wait()
    seconds = time.monotonic() - started
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code != 0:
        raise SystemExit(f"{' '.join(map(str, words))} ended with {code}")
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak


def bare(place, folder, output, engine="podman"):
    env = {
        **environment, "CONFIG": "linux_64_", "FEEDSTOCK_ROOT": str(place), "FEEDSTOCK_NAME": "thing-feedstock", "DOCKER_EXECUTABLE": engine,
        "DOCKER_IMAGE": image, "UPLOAD_PACKAGES": "False", "IS_PR_BUILD": "True", "CONDA_FORGE_DOCKER_RUN_ARGS": "--rm",
    }
    return timed(["bash", str(place / ".scripts/run_docker_build.sh")], env, place, output)


@contextlib.contextmanager
def docker():
    """A docker daemon with the builder image and nothing else; `docker` finds it through the environment."""
    with tempfile.TemporaryDirectory() as folder:
        socket = f"unix://{folder}/docker.sock"
        with open(f"{folder}/log", "w") as log:
            daemon = subprocess.Popen(
                ["/usr/sbin/dockerd", "--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec", "--pidfile", f"{folder}/pid", "--host", socket,
                 "--bridge", "none", "--iptables=false"], stdout=log, stderr=log)
        try:
            environment["DOCKER_HOST"] = socket
            for _ in range(200):
                if subprocess.run(["docker", "version"], env=environment, capture_output=True).returncode == 0:
                    break
                time.sleep(0.1)
            saved = subprocess.Popen(["podman", "save", "--quiet", image], env=environment, stdout=subprocess.PIPE)
            subprocess.run(["docker", "load", "--quiet"], env=environment, stdin=saved.stdout, check=True, stdout=subprocess.DEVNULL)
            if saved.wait() != 0:
                raise SystemExit(f"podman could not save {image}")
            yield
        finally:
            environment.pop("DOCKER_HOST", None)
            daemon.terminate()
            daemon.wait(60)


def ours(hallmark, place, folder, output, engine="podman"):
    workspace = folder / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    env = {**environment, "HALLMARK_WORKSPACE": str(workspace), "HALLMARK_CACHE": str(folder / "cache")}
    subprocess.run([hallmark, "open", str(place), "--engine", engine], check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return timed([hallmark, "build"], env, folder, output), workspace


def fresh(place):
    shutil.rmtree(place / "build_artifacts", ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("hallmark", type=Path)
    parser.add_argument("--rounds", type=int, default=3, help="0 leaves the builds in turns out")
    parser.add_argument("--seconds", type=int, default=60, help="the work of a build, in seconds of an idle core")
    parser.add_argument("--lines", type=int, default=1_000_000, help="0 leaves the long log out")
    parser.add_argument("--engines", nargs="+", choices=["podman", "docker"], default=["podman", "docker"], help="for the long log")
    options = parser.parse_args()
    hallmark = str(options.hallmark.resolve())

    if options.rounds:
        in_turns(hallmark, options.rounds, options.seconds)
    for engine in options.engines if options.lines else []:
        if engine == "docker" and os.getuid() != 0:
            print("docker: not measured, because a daemon of its own needs root")
            continue
        with docker() if engine == "docker" else contextlib.nullcontext():
            long_log(hallmark, options.lines, engine)


def verdict(is_met):
    return "met" if is_met else "MISSED"


def in_turns(hallmark, rounds, seconds):
    """A build of a fixed length by both, in turns."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        place = feedstock(folder, seconds, 0)
        pairs = []
        for turn in range(rounds):
            # Who begins changes, so that a load that grows or falls hits both.
            for who in ("bare", "ours") if turn % 2 == 0 else ("ours", "bare"):
                fresh(place)
                if who == "bare":
                    first = bare(place, folder, subprocess.DEVNULL)
                else:
                    second = ours(hallmark, place, folder, subprocess.DEVNULL)[0]
            pairs.append((first, second))
            print(f"round {turn + 1}: bare {first[0]:6.2f} s, hallmark {second[0]:6.2f} s, ratio {second[0] / first[0]:.3f}; "
                  f"processor outside of the container {first[1]:.2f} s and {second[1]:.2f} s", flush=True)
        ratios = sorted(second[0] / first[0] for first, second in pairs)
        ratio = statistics.median(ratios)
        added = statistics.median(second[0] - first[0] for first, second in pairs)
        print(f"a build of {seconds} s: ratio {ratio:.3f} (median of {rounds}; {ratios[0]:.3f} to {ratios[-1]:.3f}), peer 1, limit 1, "
              f"goal at most 1.02: {verdict(ratio <= 1.02)}")
        print(f"what it costs whatever a build's length: {added:+.2f} s of wall time, "
              f"{statistics.median(second[1] - first[1] for first, second in pairs):+.2f} s of processor time, goal at most 1 s: {verdict(added <= 1)}")


def long_log(hallmark, lines, engine):
    """A build that does nothing but print: whether ours is behind at its end, or holds more memory for it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        place = feedstock(folder, 0, lines)
        pairs = []
        for turn in range(3):
            for who in ("bare", "ours") if turn % 2 == 0 else ("ours", "bare"):
                fresh(place)
                if who == "bare":
                    first = bare(place, folder, subprocess.DEVNULL, engine)
                else:
                    second, workspace = ours(hallmark, place, folder, subprocess.DEVNULL, engine)
            pairs.append((first, second))
            print(f"{engine}, turn {turn + 1}: bare {first[0]:.2f} s, hallmark {second[0]:.2f} s, ratio {second[0] / first[0]:.2f}; "
                  f"processor outside of the container {first[1]:.2f} s and {second[1]:.2f} s", flush=True)
            log = next(workspace.glob("builds/*/attempt-1/build.log.zst"))
            written = int(subprocess.run(f"zstd -dc {log} | wc -l", shell=True, capture_output=True, check=True).stdout)
            if written < lines:
                raise SystemExit("lines are missing")
        outcome = json.loads(next(workspace.glob("builds/*/attempt-1/outcome.json")).read_text())
        first, second = sorted(pairs, key=lambda pair: pair[1][0] / pair[0][0])[1]
        peak = max(second[2] for _, second in pairs)
        print(f"{engine}, {lines} lines: bare {first[0]:.2f} s, hallmark {second[0]:.2f} s from the first command to the last, "
              f"ratio {second[0] / first[0]:.2f} (median of 3); largest resident set {peak / 1e6:.0f} MB; "
              f"{written} lines in the log, {log.stat().st_size / 1e6:.1f} MB compressed of {outcome['log']['byteCount'] / 1e6:.1f} MB; "
              f"peer {first[0]:.2f} s, limit the peer's, goal at most 1.5 times it and 100 MB: "
              f"{verdict(second[0] <= 1.5 * first[0] and peak <= 100e6)}")


if __name__ == "__main__":
    main()
