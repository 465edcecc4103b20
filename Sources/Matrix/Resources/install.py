"""Makes the environment of a cell from every package of the channel in a folder: `install.py PACKAGES PREFIX CACHE`, or says `--version`."""

import asyncio, importlib.metadata, os, sys
from rattler import Channel, Platform, install
from rattler.networking import Client
from rattler.repo_data import SparseRepoData

if sys.argv[1:] == ["--version"]:
    print("py-rattler", importlib.metadata.version("py-rattler"), flush=True)
    os._exit(0)
if not os.path.exists("/etc/ssl/certs/ca-certificates.crt"):
    # The client refuses to start without certificates, even for folders.
    import certifi
    os.environ["SSL_CERT_FILE"] = certifi.where()
packages, prefix, cache = sys.argv[1:]
records = []
platforms = sorted(name for name in os.listdir(packages) if os.path.isfile(packages + "/" + name + "/repodata.json"))
for name in platforms:
    data = SparseRepoData(Channel("file://" + packages), name, packages + "/" + name + "/repodata.json")
    for package in data.package_names():
        records += data.load_records(package)
target = next((name for name in platforms if name != "noarch"), "noarch")
asyncio.run(install(records, prefix, cache_dir=cache, platform=Platform(target), client=Client(), execute_link_scripts=False,
                    show_progress=False))
sys.stdout.flush()
os._exit(0)
