"""Writes the first inputs of every fuzz target, small and valid, so that it need not find the formats by chance.

seeds.py FOLDER
"""

import bz2
import io
import json
import os
import sys
import tarfile
import zipfile


def write(folder, name, contents):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(contents)


def archive(**options):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as file:
        for name, contents in {"metadata.json": b"{}", "pkg-a-1-0.tar.zst": b"x" * 50, "info-a-1-0.tar.zst": b""}.items():
            with file.open(name, "w", **options) as member:
                member.write(contents)
    return output.getvalue()


class Pipe(io.RawIOBase):
    """Cannot seek, so that zipfile leaves sizes to data descriptors."""

    def __init__(self):
        self.bytes = b""

    def writable(self):
        return True

    def write(self, contents):
        self.bytes += bytes(contents)
        return len(contents)


def streamed():
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as file:
        with file.open("a", "w") as member:
            member.write(b"abc")
    return pipe.bytes


def tar(format):
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w", format=format) as file:
        for name, kind, link in (
            ("info/index.json", tarfile.REGTYPE, ""), ("lib", tarfile.DIRTYPE, ""), ("lib/a", tarfile.REGTYPE, ""),
            ("lib/b", tarfile.SYMTYPE, "a"), ("lib/c", tarfile.LNKTYPE, "lib/a"), ("größe/" + "long" * 30, tarfile.REGTYPE, ""),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.size = kind, link, 2 if kind == tarfile.REGTYPE else 0
            file.addfile(member, io.BytesIO(b"{}"))
    return output.getvalue()[: 512 * 20]


def main(folder):
    zips = os.path.join(folder, "FuzzZip")
    write(zips, "plain", archive())
    write(zips, "zip64", archive(force_zip64=True))
    write(zips, "descriptor", streamed())
    streams = os.path.join(folder, "FuzzBzip2")
    for name, contents in {"empty": b"", "text": b"hello " * 40, "run": b"a" * 5000, "many": bytes(range(256)) * 4}.items():
        write(streams, name, bz2.compress(contents))
    write(streams, "two", bz2.compress(b"one", 1) + bz2.compress(b"two", 9))
    for name, format in {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}.items():
        try:
            write(os.path.join(folder, "FuzzTarGate"), name, tar(format))
        except ValueError:
            pass  # ustar has no room for the long name
    index = {"name": "a", "version": "1", "build": "0", "build_number": 0, "depends": ["b >=1"], "timestamp": 1700000000000}
    paths = {"paths_version": 1, "paths": [{"_path": "lib/a", "path_type": "hardlink", "sha256": "0" * 64, "size_in_bytes": 3}]}
    write(os.path.join(folder, "FuzzJSON"), "index", json.dumps(index).encode())
    write(os.path.join(folder, "FuzzJSON"), "paths", json.dumps(paths, indent=1).encode())
    write(os.path.join(folder, "FuzzJSON"), "escapes", b'["\\u00e9\\ud83d\\ude00\\n", -1.5e3, 12345678901234567890, true, null, {}]')


if __name__ == "__main__":
    main(sys.argv[1])
