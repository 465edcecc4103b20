#!/usr/bin/env python3
"""Installs SPEC from CHANNEL into PREFIX with py-rattler, as any user of the channel would, and prints what came from where.

install-from-channel.py CHANNEL SPEC PREFIX
"""

import asyncio
import os
import sys

from rattler import Platform, VirtualPackage, install, solve


async def main(channel: str, spec: str, prefix: str) -> None:
    records = await solve(
        [channel],
        [spec],
        platforms=[str(Platform.current()), "noarch"],
        virtual_packages=VirtualPackage.detect(),
    )
    # A cache of its own: what is installed is what this channel served, not what an earlier run left behind.
    await install(records, prefix, cache_dir=prefix + ".cache", show_progress=False)
    for record in records:
        print(f"{record.url}  sha256 {record.sha256.hex()}")


asyncio.run(main(*sys.argv[1:]))
# py-rattler's threads may still hold the interpreter when it is taken down, which then aborts: all is done and said, so leave at once.
sys.stdout.flush()
os._exit(0)
