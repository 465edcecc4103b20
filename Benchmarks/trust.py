"""Measures verification and the ledger beside OpenSSL and pymerkle, in processor time.

trust.py TRUST-BENCH [--evidence COUNT] [--leaves COUNT]

Everything is run on one core after the other. `openssl speed` is run before and after ours: its rate is the limit of ours.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import time


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def openssl_rates():
    """How many P-256 signatures, and Ed25519 signatures, OpenSSL verifies in a second here and now."""
    text = run("openssl", "speed", "-seconds", "2", "ecdsap256", "ed25519")
    rates = {}
    for name, pattern in {"p256": r"nistp256\)\s+\S+\s+\S+\s+\S+\s+(\S+)", "ed25519": r"\(Ed25519\)\s+\S+\s+\S+\s+\S+\s+(\S+)"}.items():
        rates[name] = float(re.search(pattern, text).group(1))
    return rates


def ours(program, what, count):
    rates = {}
    for line in run(program, what, str(count)).splitlines():
        value = json.loads(line)
        rates.setdefault(value["what"], []).append(value["count"] / value["seconds"])
    return {name: statistics.median(values) for name, values in rates.items()}


def pymerkle(count):
    from pymerkle import InmemoryTree

    tree = InmemoryTree(algorithm="sha256")
    start = time.process_time()
    for number in range(count):
        tree.append_entry(b"%d " % number + b"x" * 480)
    tree.get_root() if hasattr(tree, "get_root") else tree.get_state()
    appended = count / (time.process_time() - start)
    start = time.process_time()
    for number in range(100):
        tree.prove_inclusion(number * 7919 % count + 1)
    return appended, 100 / (time.process_time() - start)


def show(name, rate, limit=None, limit_name="", goal=None):
    text = f"{name:<44} {rate:>12,.0f}/s"
    if limit:
        ratio = rate / limit
        text += f"   {limit_name} {limit:>10,.0f}/s   ratio {ratio:5.2f}"
        if goal:
            text += f"   goal {goal:.2f} {'met' if ratio >= goal else 'MISSED'}"
    print(text, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--evidence", type=int, default=1000)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    options = parser.parse_args()

    rounds = []
    for _ in range(3):
        before = openssl_rates()
        rates = ours(options.program, "evidence", options.evidence)
        after = openssl_rates()
        rounds.append((rates, {name: (before[name] + after[name]) / 2 for name in before}))
    # The machine is shared, so a ratio is that of one round; the round with the median ratio is shown.
    rounds.sort(key=lambda round: round[0]["signatures verified"] / round[1]["p256"])
    rates, limits = rounds[1]
    show("P-256 signatures verified", rates["signatures verified"], limits["p256"], "openssl speed", 0.8)
    show("envelopes verified, statements read", rates["envelopes verified"], limits["p256"], "openssl speed")
    # A file has seven envelopes, a detached signature and the roster's; seven times the same checkpoint, and a witness's signature once.
    bound = 1 / (9 / limits["p256"] + 8 / limits["ed25519"])
    show(f"{options.evidence} evidence files verified, all 13 steps", rates["evidence files verified"], bound, "their signatures alone")

    ledger = ours(options.program, "ledger", options.leaves)
    few = min(options.leaves, 100_000)
    appended, proven = pymerkle(few)
    show(f"{options.leaves} leaves appended to files", ledger["leaves appended"], appended, f"pymerkle, {few} in memory")
    show("hashed in memory alone", ledger["roots recomputed from leaves in memory"])
    show("inclusions proven from files", ledger["inclusions proven"], proven, "pymerkle, in memory")
    show("the same, the log opened for each", ledger["inclusions proven, each on its own"], proven, "pymerkle, in memory")
    show("entries read, hashed to the signed root", ledger["entries read and hashed to the signed root"])
    show("inclusions verified, checkpoint and path", ledger["inclusions verified"])
    show("consistencies proven from files", ledger["consistencies proven"])
    show("appends of one leaf, on the disk each", ledger["leaves appended one by one"])


if __name__ == "__main__":
    sys.exit(main())
