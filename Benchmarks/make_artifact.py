"""Makes a large artifact out of this machine's own ELF files, in both formats.

make_artifact.py FOLDER [MEGABYTES] [--noise]

The files are linked, not copied, where that is possible, so that only the two artifacts take up space. The compressors are
run at fast settings: what is measured is reading and rewriting, which depend little on them. With `--noise` the payload is noise,
which stays as large as it is when it is packed, and calls itself ELF.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile


def elf_files():
    places = [os.path.dirname(os.path.dirname(os.path.realpath(shutil.which("swift") or "/usr/bin/env"))), "/usr/lib", "/usr/bin"]
    seen = set()
    for place in places:
        for folder, _, names in os.walk(place):
            for name in sorted(names):
                path = os.path.join(folder, name)
                status = os.lstat(path)
                if os.path.islink(path) or not os.path.isfile(path) or status.st_size < 4096 or status.st_ino in seen:
                    continue
                seen.add(status.st_ino)
                with open(path, "rb") as file:
                    if file.read(4) == b"\x7fELF":
                        yield path, status.st_size


def place(source, target):
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def linked(prefix, wanted):
    total = 0
    # No single file shall be most of the artifact.
    for source, size in elf_files():
        if size > wanted // 4:
            continue
        relative = f"lib/bench/{total:012}-{os.path.basename(source)}"
        place(source, os.path.join(prefix, relative))
        yield relative
        total += size
        if total >= wanted:
            return


def noise(prefix, wanted):
    piece, total = 256 << 20, 0
    os.makedirs(os.path.join(prefix, "lib"))
    while total < wanted:
        relative = f"lib/noise-{total:012}"
        with open(os.path.join(prefix, relative), "wb") as file:
            file.write(b"\x7fELF\x02\x01\x01")
            for _ in range(piece >> 20):
                file.write(os.urandom(1 << 20))
        yield relative
        total += piece


def main(folder, wanted, make):
    prefix = os.path.join(folder, "prefix")
    entries, total, listed = [], 0, []
    for relative in make(prefix, wanted):
        path = os.path.join(prefix, relative)
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        entries.append({"_path": relative, "path_type": "hardlink", "sha256": digest, "size_in_bytes": os.path.getsize(path)})
        listed.append(relative)
        total += os.path.getsize(path)
    info = os.path.join(prefix, "info")
    os.makedirs(info, exist_ok=True)
    index = {"name": "bench", "version": "1.0", "build": "0", "build_number": 0, "subdir": "linux-64", "depends": ["__glibc >=2.17"]}
    for name, value in {"index.json": index, "paths.json": {"paths_version": 1, "paths": entries}, "about.json": {"extra": {"sha": ""}}}.items():
        with open(os.path.join(info, name), "w") as file:
            json.dump(value, file, indent=1)
    recipe = os.path.join(folder, "recipe")
    os.makedirs(recipe, exist_ok=True)
    with open(os.path.join(recipe, "recipe.yaml"), "w") as file:
        file.write("package: {name: bench, version: '1.0'}\n")
    infos = ["info/about.json", "info/index.json", "info/paths.json"]
    tar = ["tar", "-C", prefix, "--format=posix", "--owner=0", "--group=0", "--numeric-owner", "--hard-dereference", "-cf", "-"]
    lists = {"info": infos, "pkg": listed, "all": infos + listed}
    stem = "bench-1.0-0"
    fast_bzip2 = "lbzip2" if shutil.which("lbzip2") else "bzip2"
    for part, compressor, target in (
        ("info", ["zstd", "-q", "-19"], f"info-{stem}.tar.zst"), ("pkg", ["zstd", "-q", "-6", "-T0"], f"pkg-{stem}.tar.zst"),
        ("all", [fast_bzip2], f"{stem}.tar.bz2"),
    ):
        with open(os.path.join(folder, target), "wb") as file:
            packer = subprocess.Popen(tar + ["--no-recursion", *lists[part]], stdout=subprocess.PIPE)
            subprocess.run(compressor + ["-c"], stdin=packer.stdout, stdout=file, check=True)
            if packer.wait():
                raise SystemExit("tar failed")
    with zipfile.ZipFile(os.path.join(folder, f"{stem}.conda"), "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("metadata.json", json.dumps({"conda_pkg_format_version": 2}))
        for name in (f"pkg-{stem}.tar.zst", f"info-{stem}.tar.zst"):
            archive.write(os.path.join(folder, name), name)
    shutil.rmtree(prefix)
    print(f"{len(entries)} files, {total >> 20} MiB")


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--noise"]
    main(words[0], (int(words[1]) if len(words) > 1 else 500) << 20, noise if "--noise" in sys.argv else linked)
