"""Solves environments for systems that are not this one, and makes each at a path that its solution decides.

JSON requests on standard input, a line each; JSON answers on standard output, a line each, as they are ready:

  request: {"id": N, "channels": [URL…], "subdir": "linux-64", "specs": [SPEC…], "root": FOLDER, "cache": FOLDER, "archives": FOLDER or null,
            "virtual_packages": [{"name", "version", "build"}…], "detect": [NAME…], "index": [FOLDER…], "seconds": N, "limit": N,
            "windows": a place on Windows or null}
  answer, with the request's "id":
        {"state": "indexed"} when there are no specs, only folders to be written `repodata.json` for,
        or {"state": "made", "prefix": PATH, "digest": HEX, "records": [{"name", "version", "build", "subdir", "url", "sha256"}…],
            "virtual_packages": […], "reused": BOOL, "seconds": N}
        or {"state": "uninstallable", "message": TEXT, "virtual_packages": […]}
        or {"state": "failed", "step": "index" | "channel" | "solver" | "install" | "client", "message": TEXT}

One process answers all of a run: starting the client takes longer than most solutions do. Requests are begun in their order.
With `archives` the packages themselves are laid out below it as a channel, with `explicit.txt` beside: `archives/<digest>`.
With `windows` the environment is packed for a folder below that place as well, `PREFIX.zip`; `windows.py`, which stands before this, does it.
`detect` names virtual packages that are taken as this machine has them. Nothing but the channels given is ever asked:
no token store, no configuration file, no mirror, no channel that another channel names.
"""

import asyncio
import fcntl
import hashlib
import json
import os
import shutil
import stat
import sys
import time
from datetime import timedelta


class Trouble(Exception):
    """What kept us from an answer, and at which step."""

    def __init__(self, step, message):
        super().__init__(message)
        self.step = step


def lock_text(records):
    """One line a package; its digest names the environment, so equal solutions share one."""
    lines = sorted("%s %s-%s-%s %s" % (r["subdir"], r["name"], r["version"], r["build"], r["sha256"]) for r in records)
    return "".join(line + "\n" for line in lines)


def opened(path):
    """Lets every user read the tree: the user in the container is not the one who made it."""
    for folder, names, files in os.walk(path):
        for name in names + files:
            full = os.path.join(folder, name)
            mode = os.lstat(full).st_mode
            if stat.S_ISLNK(mode):
                continue
            wanted = mode | 0o444 | (0o111 if stat.S_ISDIR(mode) or mode & 0o111 else 0)
            if wanted != mode:
                os.chmod(full, stat.S_IMODE(wanted))
    os.chmod(path, 0o755)


def fetched(record, target):
    """Puts one package's file where a client finds it, and checks it; a link where there can be one.

    Returns its MD5, which is what every version of every client reads in a list of files.
    """
    import urllib.parse
    import urllib.request

    url = urllib.parse.urlsplit(record["url"])
    if url.scheme == "file":
        source = urllib.parse.unquote(url.path)
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
    else:
        with urllib.request.urlopen(record["url"], timeout=60) as reply, open(target, "wb") as file:
            shutil.copyfileobj(reply, file)
    digest, old = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with open(target, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
            old.update(piece)
    if digest.hexdigest() != record["sha256"]:
        raise Trouble("install", "`%s` is not what the channel says of it" % os.path.basename(target))
    return old.hexdigest()


async def lay_out(records, order, folder, place):
    """A channel of these packages alone; `place` is where clients will see it.

    The list names what others need before those that need it: micromamba links packages in the order of the list, and those of Python want a Python.
    """
    from rattler.index import index_fs

    draft = "%s.part%d" % (folder, os.getpid())
    shutil.rmtree(draft, ignore_errors=True)
    lines = ["@EXPLICIT"]
    os.makedirs(os.path.join(draft, "noarch"))
    for record in sorted(records, key=lambda r: order.index(r["name"])):
        name = record["url"].rsplit("/", 1)[-1]
        os.makedirs(os.path.join(draft, record["subdir"]), exist_ok=True)
        try:
            digest = fetched(record, os.path.join(draft, record["subdir"], name))
        except OSError as error:
            raise Trouble("install", str(error)) from error
        lines.append("file://%s/%s/%s#%s" % (place, record["subdir"], name, digest))
    with open(os.path.join(draft, "explicit.txt"), "w") as file:
        file.write("\n".join(lines) + "\n")
    await index_fs(draft, write_zst=False, write_shards=False, force=True)
    opened(draft)
    os.rename(draft, folder)


async def install_records(records, prefix, cache, platform):
    from rattler import install
    from rattler.networking import Client

    try:
        await install(
            records,
            prefix,
            cache_dir=cache,
            platform=platform,
            client=Client(),
            execute_link_scripts=False,
            show_progress=False,
        )
    except Exception as error:
        raise Trouble("install", str(error)) from error


class Shared:
    """What the answers of one process share."""

    def __init__(self):
        self.gateways = {}
        self.locks = {}
        # Two, so that a package that comes slowly over a network does not hold up those that are here.
        self.places = asyncio.Semaphore(2)

    def gateway(self, folder):
        from rattler import Gateway
        from rattler.networking import Client

        if folder not in self.gateways:
            self.gateways[folder] = Gateway(cache_dir=folder, client=Client())
        return self.gateways[folder]

    def lock(self, prefix):
        return self.locks.setdefault(prefix, asyncio.Lock())


async def answer(request, shared):
    from rattler import ChannelPriority, GenericVirtualPackage, PackageName, PackageRecord, Platform, Version, VirtualPackage, solve
    from rattler.exceptions import SolverError
    from rattler.index import index_fs
    from rattler.package import BuildString

    started = time.monotonic()
    for folder in request.get("index", []):
        try:
            await index_fs(folder, write_zst=False, write_shards=False, force=True)
        except Exception as error:
            raise Trouble("index", str(error)) from error
    if not request["specs"]:
        return {"state": "indexed"}

    virtual = [(v["name"], v["version"], v["build"]) for v in request["virtual_packages"]]
    if request.get("detect"):
        for found in VirtualPackage.detect():
            generic = found.into_generic()
            if generic.name.normalized in request["detect"]:
                virtual.append((generic.name.normalized, str(generic.version), str(generic.build_string)))
    virtual.sort()
    packages = [GenericVirtualPackage(PackageName(n), Version(v), BuildString(b)) for n, v, b in virtual]
    said = [{"name": n, "version": v, "build": b} for n, v, b in virtual]

    try:
        solution = await solve(
            request["channels"],
            request["specs"],
            gateway=shared.gateway(os.path.join(request["cache"], "repodata")),
            platforms=[request["subdir"]] + ([] if request["subdir"] == "noarch" else ["noarch"]),
            virtual_packages=packages,
            timeout=timedelta(seconds=request["seconds"]),
            channel_priority=ChannelPriority.Strict,
            channel_relations="disabled",
        )
    except SolverError as error:
        if not str(error).startswith("Cannot solve the request"):
            # Its time was over, or it broke: that says nothing of the packages.
            raise Trouble("solver", str(error)) from error
        return {"state": "uninstallable", "message": str(error), "virtual_packages": said}
    except Exception as error:
        raise Trouble("channel", str(error)) from error

    records = []
    for record in sorted(solution, key=lambda r: r.name.normalized):
        if record.sha256 is None:
            raise Trouble("channel", "the channel gives no sha256 for `%s`" % record.file_name)
        records.append(
            {
                "name": record.name.normalized,
                "version": str(record.version),
                "build": str(record.build),
                "subdir": str(record.subdir),
                "url": str(record.url),
                "sha256": record.sha256.hex(),
            }
        )
    digest = hashlib.sha256(lock_text(records).encode()).hexdigest()
    prefix = os.path.join(request["root"], digest[:32])
    mark = prefix + ".json"
    os.makedirs(request["root"], exist_ok=True)
    archives = request.get("archives") and os.path.join(request["archives"], digest[:32])
    packed = prefix + ".zip" if request.get("windows") else None
    reused = os.path.exists(mark)
    if not reused or any(path and not os.path.exists(path) for path in (archives, packed)):
        # Another answer of ours, or another process, that makes the same is waited for; the mark says that it was made to its end.
        async with shared.lock(prefix):
            with open(prefix + ".lock", "w") as guard:
                await asyncio.to_thread(fcntl.flock, guard, fcntl.LOCK_EX)
                reused = os.path.exists(mark)
                if not reused:
                    shutil.rmtree(prefix, ignore_errors=True)
                    os.makedirs(prefix)
                    await install_records(solution, prefix, os.path.join(request["cache"], "packages"), Platform(request["subdir"]))
                    opened(prefix)
                    with open(mark + ".part", "w") as file:
                        json.dump({"digest": digest, "records": records}, file, indent=1)
                    os.rename(mark + ".part", mark)
                if archives and not os.path.exists(archives):
                    os.makedirs(request["archives"], exist_ok=True)
                    order = [record.name.normalized for record in PackageRecord.sort_topologically(solution)]
                    await lay_out(records, order, archives, request["place"])
                if packed and not os.path.exists(packed):
                    try:
                        place = request["windows"] + "\\" + digest[:12]
                        await asyncio.to_thread(windows_archive, prefix, place, packed)  # noqa: F821
                    except (Refused, OSError) as error:  # noqa: F821
                        raise Trouble("install", str(error)) from error
    return {
        "state": "made",
        "prefix": prefix,
        "digest": digest,
        "records": records,
        "virtual_packages": said,
        "reused": reused,
        "seconds": round(time.monotonic() - started, 3),
    }


async def reply(request, shared):
    """Writes the answer to one request; whatever goes wrong is an answer, too."""
    async with shared.places:
        try:
            said = await asyncio.wait_for(answer(request, shared), request["limit"])
        except Trouble as trouble:
            said = {"state": "failed", "step": trouble.step, "message": str(trouble)}
        except (KeyboardInterrupt, SystemExit):
            raise
        except asyncio.TimeoutError:
            said = {"state": "failed", "step": "client", "message": "it did not end within %d s" % request["limit"]}
        except BaseException as error:
            # The client's own panics are no `Exception`.
            said = {"state": "failed", "step": "client", "message": "%s: %s" % (type(error).__name__, error)}
        # ASCII alone, so that a line's end is what it seems to be.
        sys.stdout.write(json.dumps({"id": request["id"], **said}) + "\n")
        sys.stdout.flush()


async def replies():
    shared = Shared()
    requests = [json.loads(line) for line in sys.stdin if line.strip()]
    await asyncio.gather(*(reply(request, shared) for request in requests))


def main():
    if not os.environ.get("SSL_CERT_FILE") and not os.path.exists("/etc/ssl/certs/ca-certificates.crt"):
        # The client refuses to start without certificates, even for folders; these are the ones that Python knows of.
        import certifi

        os.environ["SSL_CERT_FILE"] = certifi.where()
    asyncio.run(replies())
    # The client's threads are still about, and some take the interpreter down with them when it ends the usual way.
    os._exit(0)


main()
