"""Several routers at once with Scrapli 1 over asyncssh.

The job comes as JSON on standard input, and what was seen goes as JSON to standard output.
"""

import asyncio
import json
import sys

from scrapli.driver.core import AsyncIOSXEDriver


async def visit(access, commands):
    async with AsyncIOSXEDriver(
        host=access["host"],
        port=access["port"],
        auth_username=access["username"],
        auth_password=access["password"],
        auth_secondary=access["secret"],
        auth_strict_key=True,
        ssh_known_hosts_file=access["knownHosts"],
        transport="asyncssh",
        timeout_socket=30,
        timeout_transport=60,
        timeout_ops=60,
    ) as router:
        shown = await router.send_commands(commands)
        shown.raise_for_status()
        return {one.channel_input: one.textfsm_parse_output() for one in shown}


async def main(job):
    visits = [visit(access, job["show"]) for access in job["accesses"].values()]
    return dict(zip(job["accesses"], await asyncio.gather(*visits)))


json.dump(asyncio.run(main(json.load(sys.stdin))), sys.stdout)
