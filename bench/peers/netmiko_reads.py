"""Netmiko with a pool of threads, as an operator's script has it. Host keys are not checked, which is its default."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from netmiko import ConnectHandler

job = json.load(sys.stdin)


def visit(router):
    with ConnectHandler(
        device_type="cisco_ios",
        host=router["host"],
        port=router["port"],
        username=job["login"][0],
        password=job["login"][1],
        conn_timeout=120,
        auth_timeout=120,
        banner_timeout=120,
        read_timeout_override=120,
    ) as session:
        if job.get("configure"):
            return session.send_config_set(job["configure"], **job["configureOptions"])
        return "".join(session.send_command(command) for command in job["commands"])


with ThreadPoolExecutor(max_workers=job["concurrency"]) as pool:
    outputs = list(pool.map(visit, job["routers"]))
print(json.dumps({"good": sum(all(word in text for word in job["expected"]) for text in outputs)}))
