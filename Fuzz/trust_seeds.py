"""Writes the first inputs of the targets for signatures and logs: the examples of docs/formats.md, and what openssl makes.

trust_seeds.py FOLDER
"""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "formats.md")


def examples():
    with open(PAGE, encoding="utf-8") as file:
        found = re.findall(r"<!-- example: (\S+) -->\n```\w*\n(.*?)```", file.read(), re.DOTALL)
    return {name: text.encode() for name, text in found}


def write(folder, name, contents):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(contents)


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def archive(members):
    """The one form that an archive of evidence has."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as file:
        for name, contents in members:
            member = zipfile.ZipInfo(name)
            member.create_system, member.external_attr = 0, 0
            file.writestr(member, contents)
    return output.getvalue()


def stamp(folder):
    """An authority's certificate and its response over `stamped`."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key")
    openssl("req", "-x509", "-new", "-key", "key", "-subj", "/CN=a", "-days", "9", "-addext", "extendedKeyUsage=critical,timeStamping", "-out", "pem")
    openssl("x509", "-in", "pem", "-outform", "DER", "-out", "der")
    write(folder, "serial", b"01\n")
    write(folder, "cnf", b"[tsa]\nserial=./serial\nsigner_cert=./pem\nsigner_key=./key\nsigner_digest=sha256\ndefault_policy=1.2.3\n"
          b"digests=sha256\ness_cert_id_alg=sha256\n")
    write(folder, "data", b"stamped")
    openssl("ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "q")
    openssl("ts", "-reply", "-config", "cnf", "-section", "tsa", "-queryfile", "q", "-out", "r")
    with open(os.path.join(folder, "der"), "rb") as one, open(os.path.join(folder, "r"), "rb") as other:
        return one.read(), other.read()


def main(folder):
    page = examples()
    for name, contents in page.items():
        if name.startswith("statement-"):
            write(os.path.join(folder, "FuzzEnvelope"), name, compact(json.loads(contents)))
    envelope = page["envelope"].rstrip(b"\n")
    write(os.path.join(folder, "FuzzEnvelope"), "envelope", envelope)
    notes = os.path.join(folder, "FuzzNote")
    for name in ("checkpoint", "log-policy"):
        write(notes, name, page[name])
    write(notes, "log-key", page["log-key"].rstrip(b"\n"))
    checkpoints = os.path.join(folder, "FuzzCheckpoint")
    write(checkpoints, "checkpoint", page["checkpoint"].split(b"\n\n")[0] + b"\n")
    write(checkpoints, "request", page["witness-request"])
    write(checkpoints, "entry", page["ledger-entry"].rstrip(b"\n"))
    proofs = os.path.join(folder, "FuzzProof")
    write(proofs, "proof", page["log-proof"])
    write(proofs, "line", page["proofs-line"])
    write(os.path.join(folder, "FuzzRoster"), "roster", compact(json.loads(page["roster"])))
    archives = os.path.join(folder, "FuzzEvidence")
    digest = hashlib.sha256(envelope).hexdigest()
    members = [
        (f"envelopes/{digest}.json", envelope), (f"proofs/{digest}.tlog-proof", page["log-proof"]), (f"timestamps/{digest}.tsr", b"0"),
        ("roster/1.json", page["roster-envelope"].rstrip(b"\n")), ("files/artifact.sig", b"0"), ("files/build.log", b"built\n"),
    ]
    listed = [{"name": name, "sha256": hashlib.sha256(contents).hexdigest(), "size": len(contents)} for name, contents in members]
    manifest = {"_type": json.loads(page["manifest"])["_type"], "artifact": {"name": "a-1-0.conda", "sha256": "0" * 64}, "members": listed}
    write(archives, "whole", archive([("manifest.json", compact(manifest)), *members]))
    write(archives, "parts", b"\x01".join(name.encode() + b"\x00" + contents for name, contents in members if name != "roster/1.json"))
    with tempfile.TemporaryDirectory() as place:
        certificate, response = stamp(place)
    write(os.path.join(folder, "FuzzStamp"), "both", len(certificate).to_bytes(2, "big") + certificate + response)


if __name__ == "__main__":
    main(sys.argv[1])
