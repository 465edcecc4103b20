"""Makes artifacts with conda's own tools, and reads them with conda's own tools.

artifacts.py make FOLDER          a prefix, and from it demo-1.0-h0_0.conda and .tar.bz2 (conda-package-handling)
artifacts.py list FILE            one line a member: kind, sha256 or link target, path (conda-package-streaming)
artifacts.py unpack FILE FOLDER   unpacks with rattler
artifacts.py handle FILE FOLDER   unpacks with conda-package-handling; one line a file: sha256 or link target, mode, path
artifacts.py describe FILE OTHER  copies a .conda into one with data descriptors
artifacts.py tree FOLDER          the same lines of a folder that somebody else unpacked
artifacts.py stream FILE FOLDER   lets rattler fetch and unpack it at once from a server on loopback; prints the number of requests
"""

import hashlib
import json
import os
import random
import sys

PLACEHOLDER = "/opt/placeholder_placehold_placehold_placehold"


def write(path, contents, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(contents if isinstance(contents, bytes) else contents.encode())
    os.chmod(path, mode)


def library():
    """A real shared library of this machine that needs versioned symbols of glibc."""
    for folder in ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"):
        for name in ("libarchive.so.13", "libzstd.so.1"):
            if os.path.exists(os.path.join(folder, name)):
                return os.path.join(folder, name)
    raise SystemExit("no library to put into the artifact")


def make_prefix(prefix):
    write(f"{prefix}/bin/demo", "#!/bin/sh\necho demo\n", 0o755)
    write(f"{prefix}/lib/libdemo.so.1.0", open(library(), "rb").read(), 0o755)
    os.symlink("libdemo.so.1.0", f"{prefix}/lib/libdemo.so.1")
    os.symlink("libdemo.so.1", f"{prefix}/lib/libdemo.so")
    write(f"{prefix}/share/demo/config", f"prefix={PLACEHOLDER}\n")
    write(f"{prefix}/share/demo/größe-名前.txt", "names beyond ASCII\n")
    write(f"{prefix}/share/demo/{'long-' * 40}name.txt", "a name that does not fit into a tar header\n")
    write(f"{prefix}/share/demo/empty", "")
    write(f"{prefix}/share/demo/zeros", bytes(5000))
    # Noise of a fixed seed makes the bzip2 file one of several blocks.
    write(f"{prefix}/share/demo/noise", random.Random(1).randbytes(1_500_000))
    os.link(f"{prefix}/share/demo/config", f"{prefix}/share/demo/config-again")


def paths(prefix):
    entries = []
    for folder, _, names in os.walk(prefix):
        for name in names:
            path = os.path.join(folder, name)
            relative = os.path.relpath(path, prefix)
            if relative.startswith("info/"):
                continue
            entry = {
                "_path": relative,
                "path_type": "softlink" if os.path.islink(path) else "hardlink",
                "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest(),
                "size_in_bytes": os.path.getsize(path),
            }
            if name.startswith("config"):
                entry.update(file_mode="text", prefix_placeholder=PLACEHOLDER)
            entries.append(entry)
    return sorted(entries, key=lambda entry: entry["_path"])


def make_info(prefix):
    index = {
        "name": "demo", "version": "1.0", "build": "h0_0", "build_number": 0, "subdir": "linux-64", "arch": "x86_64", "platform": "linux",
        "depends": ["__glibc >=2.17,<3.0.a0", "libgcc >=13"], "license": "MIT", "timestamp": 1700000000000,
    }
    about = {"home": "https://example.org/demo", "license": "MIT", "extra": {"sha": "", "recipe-maintainers": ["someone"]}}
    write(f"{prefix}/info/index.json", json.dumps(index, indent=2))
    write(f"{prefix}/info/about.json", json.dumps(about, indent=2))
    write(f"{prefix}/info/hash_input.json", "{}")
    write(f"{prefix}/info/licenses/LICENSE", "MIT\n")
    write(f"{prefix}/info/test/run_test.sh", "demo\n")
    write(f"{prefix}/info/paths.json", json.dumps({"paths_version": 1, "paths": paths(prefix)}, indent=2))


def make(folder):
    from conda_package_handling import api

    prefix = os.path.join(folder, "prefix")
    make_prefix(prefix)
    make_info(prefix)
    members = []
    for base, _, names in os.walk(prefix):
        members += [os.path.relpath(os.path.join(base, name), prefix) for name in names]
    for name in ("demo-1.0-h0_0.conda", "demo-1.0-h0_0.tar.bz2"):
        api.create(prefix, sorted(members), name, folder)
    recipe = os.path.join(folder, "recipe")
    write(f"{recipe}/recipe.yaml", "package: {name: demo, version: '1.0'}\n")
    write(f"{recipe}/build.sh", "#!/bin/bash\nmake install\n", 0o755)
    write(f"{recipe}/patches/0001-fix.patch", "--- a\n+++ b\n")


def listing(file):
    from conda_package_streaming import package_streaming

    lines = []
    parts = ("info", "pkg") if file.endswith(".conda") else ("pkg",)
    for part in parts:
        for tar, member in package_streaming.stream_conda_component(file, component=part):
            if member.issym():
                lines.append(f"link {member.linkname} {member.name}")
            elif member.islnk():
                lines.append(f"hard {member.linkname} {member.name}")
            elif member.isdir():
                lines.append(f"folder - {member.name}")
            else:
                lines.append(f"file {hashlib.sha256(tar.extractfile(member).read()).hexdigest()} {member.name}")
    print("\n".join(sorted(lines)))


def unpack(file, folder):
    from rattler.package_streaming import extract

    os.makedirs(folder, exist_ok=True)
    sha256, md5 = extract(file, folder)
    print(sha256.hex(), md5.hex())


def handle(file, folder):
    from conda_package_handling import api

    api.extract(file, folder)
    print_tree(folder)


def print_tree(folder):
    lines = []
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            relative = os.path.relpath(path, folder)
            if os.path.islink(path):
                lines.append(f"link {os.readlink(path)} {relative}")
            else:
                mode = "x" if os.stat(path).st_mode & 0o100 else "-"
                lines.append(f"{hashlib.sha256(open(path, 'rb').read()).hexdigest()} {mode} {relative}")
    print("\n".join(sorted(lines)))


def describe(file, other):
    import io
    import zipfile

    class Pipe(io.RawIOBase):
        """Cannot seek, so that zipfile leaves sizes to data descriptors."""

        def __init__(self, file):
            self.file = file

        def writable(self):
            return True

        def write(self, contents):
            return self.file.write(contents)

    with zipfile.ZipFile(file) as source, open(other, "wb") as target, zipfile.ZipFile(Pipe(target), "w") as copy:
        for name in source.namelist():
            with copy.open(name, "w") as member:
                member.write(source.read(name))


def stream(file, folder):
    import asyncio
    import functools
    import http.server
    import threading

    from rattler.networking import Client
    from rattler.package_streaming import download_and_extract

    requests = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            requests.append(self.command)

    handler = functools.partial(Handler, directory=os.path.dirname(file))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        # A reader that has what it wants hangs up, which is no error to print among the answers.
        server.handle_error = lambda request, address: None
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/{os.path.basename(file)}"

        async def fetch():
            await download_and_extract(Client(), url, folder)

        asyncio.run(fetch())
        server.shutdown()
    print(len(requests))


if __name__ == "__main__":
    {"make": make, "list": listing, "unpack": unpack, "handle": handle, "tree": print_tree, "stream": stream, "describe": describe}[sys.argv[1]](*sys.argv[2:])
    sys.stdout.flush()
    # rattler's threads may still call into the interpreter while that is taken down, which ends in a segmentation fault now and then.
    os._exit(0)
