"""Scrapli 1 over asyncssh: all routers in one event loop, so many at once."""

import asyncio
import json
import sys

from scrapli.driver.core import AsyncIOSXEDriver

job = json.load(sys.stdin)


async def visit(router, room):
    async with room, AsyncIOSXEDriver(
        host=router["host"],
        port=router["port"],
        auth_username=job["login"][0],
        auth_password=job["login"][1],
        auth_strict_key=False,
        transport="asyncssh",
        timeout_socket=120,
        timeout_transport=120,
        timeout_ops=120,
    ) as session:
        if job.get("configure"):
            configured = await session.send_configs(job["configure"])
            configured.raise_for_status()
            return "".join(one.result + one.channel_input for one in configured)
        shown = await session.send_commands(job["commands"])
        shown.raise_for_status()
        return "".join(one.result for one in shown)


async def main():
    room = asyncio.Semaphore(job["concurrency"])
    return await asyncio.gather(*(visit(router, room) for router in job["routers"]))


outputs = asyncio.run(main())
print(json.dumps({"good": sum(all(word in text for word in job["expected"]) for text in outputs)}))
