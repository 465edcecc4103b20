"""Makes an environment that was installed on this machine into an archive for a place on Windows.

`windows_archive(prefix, place, target)` reads `conda-meta` of `prefix`, holds every file against the digest that its package gives of it,
writes the prefix anew for `place` and packs all of it into a ZIP file at `target`, which Windows' own `tar` and .NET read.

What conda does on Windows is done here: in texts the place is written with forward slashes, whatever the encoding; programs and libraries
are left as they are, but for the first line of the script that a launcher carries behind its program.
"""

import hashlib
import json
import os
import stat
import struct
import time
import zipfile

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# What Windows takes for a device, with any ending.
DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {w + d for w in ("com", "lpt") for d in "123456789\u00b9\u00b2\u00b3"}
# With the zero at its end; most programs there cannot go past it, and a package cannot know.
LONGEST = 260


class Refused(Exception):
    """Why Windows would not have these files."""


def name_trouble(path):
    """Why Windows refuses the name of a file; None if it does not."""
    for part in path.split("/"):
        if part.split(".")[0].rstrip(" ").lower() in DEVICES:
            return "`%s` is the name of a device there" % part
        if part != part.rstrip(". "):
            return "a name there cannot end with a dot or a space"
        bad = sorted({c for c in part if c in '<>:"|?*\\' or ord(c) < 32})
        if bad:
            return "a name there cannot hold `%s`" % bad[0] if ord(bad[0]) >= 32 else "a name there cannot hold control characters"
        if part in ("", ".", ".."):
            return "it is no name"
    return None


def names_checked(owners, place):
    """Refuses what Windows cannot hold: `owners` has the package of every path."""
    seen = {}
    for path, owner in sorted(owners.items()):
        trouble = name_trouble(path)
        length = len((place + "\\" + path).encode("utf-16-le")) // 2 + 1
        if trouble is None and length > LONGEST:
            trouble = "in `%s` it is %d characters long, and %d is what most programs take" % (place, length - 1, LONGEST - 1)
        other = seen.setdefault(path.lower(), path)
        if trouble is None and other != path:
            trouble = "`%s` of `%s` differs from it in upper and lower case alone, and is the same file there" % (other, owners[other])
        if trouble is not None:
            raise Refused("`%s` of `%s` cannot be a file on Windows: %s" % (path, owner, trouble))


def replaced(data, old, new):
    for encoding in ENCODINGS:
        data = data.replace(old.encode(encoding), new.encode(encoding))
    return data


def launcher_replaced(data, old, new):
    """A launcher is a program, a script's first line and a ZIP archive, one after another; the line names the interpreter."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or end + 20 > len(data):
        return data
    size, offset = struct.unpack("<LL", data[end + 12 : end + 20])
    archive = end - size - offset
    line = data.rfind(b"#!", 0, max(archive, 0))
    if archive <= 0 or line <= 0:
        return data
    return data[:line] + data[line:archive].replace(old.encode(), new.encode()) + data[archive:]


def placed(entry, prefix, place, package):
    """The bytes of a file as they are to be at its place."""
    path = os.path.join(prefix, entry["_path"])
    with open(path, "rb") as file:
        data = file.read()
    placeholder = entry.get("prefix_placeholder")
    is_text = placeholder is not None and entry.get("file_mode") == "text"
    # As the package has it: what the client wrote for this machine is taken back.
    original = replaced(data, prefix, placeholder) if is_text else data
    if hashlib.sha256(original).hexdigest() != entry.get("sha256"):
        raise Refused("`%s` of `%s` is not what the package says of it" % (entry["_path"], package))
    if is_text:
        return replaced(original, placeholder, place.replace("\\", "/"))
    return original if placeholder is None else launcher_replaced(original, placeholder, place)


def windows_archive(prefix, place, target):
    owners, entries = {}, []
    meta = os.path.join(prefix, "conda-meta")
    for name in sorted(n for n in os.listdir(meta) if n.endswith(".json")):
        with open(os.path.join(meta, name), encoding="utf-8") as file:
            record = json.load(file)
        package = name[: -len(".json")]
        for entry in record["paths_data"]["paths"]:
            if os.path.islink(os.path.join(prefix, entry["_path"])):
                raise Refused("`%s` of `%s` is a symbolic link, which Windows lets administrators alone make" % (entry["_path"], package))
            owners[entry["_path"]] = package
            entries.append((entry, package))
        # Where it lay on this machine is nobody's business there.
        record.pop("extracted_package_dir", None)
        record.pop("link", None)
        entries.append(({"_path": "conda-meta/" + name, "content": json.dumps(record, indent=2).encode()}, package))
    names_checked(owners, place)
    draft = "%s.part%d" % (target, os.getpid())
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for entry, package in entries:
                data = entry["content"] if "content" in entry else placed(entry, prefix, place, package)
                moment = int(max(os.lstat(os.path.join(prefix, entry["_path"])).st_mtime, 315532800))
                member = zipfile.ZipInfo(entry["_path"], time.gmtime(moment)[:6])
                member.compress_type = zipfile.ZIP_DEFLATED
                member.external_attr = (stat.S_IFREG | 0o644) << 16
                # The time to the second, which a compiled Python file holds of its source.
                member.extra = struct.pack("<HHBl", 0x5455, 5, 1, moment)
                archive.writestr(member, data)
        os.rename(draft, target)
    finally:
        if os.path.exists(draft):
            os.remove(draft)


