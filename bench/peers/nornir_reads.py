"""Nornir with its Netmiko plugin and its own pool of threads."""

import json
import logging
import sys

from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.plugins.runners import ThreadedRunner
from nornir_netmiko.tasks import netmiko_send_command, netmiko_send_config

logging.disable(logging.CRITICAL)
job = json.load(sys.stdin)
ConnectionPluginRegister.auto_register()

extras = {"conn_timeout": 120, "auth_timeout": 120, "banner_timeout": 120, "read_timeout_override": 120}
hosts = Hosts(
    {
        router["name"]: Host(
            name=router["name"],
            hostname=router["host"],
            port=router["port"],
            username=job["login"][0],
            password=job["login"][1],
            platform="cisco_ios",
            connection_options={"netmiko": ConnectionOptions(platform="cisco_ios", extras=extras)},
        )
        for router in job["routers"]
    }
)


def visit(task):
    try:
        if job.get("configure"):
            told = {"config_commands": job["configure"], **job["configureOptions"]}
            return task.run(netmiko_send_config, **told)[0].result
        return "".join(task.run(netmiko_send_command, command_string=command)[0].result for command in job["commands"])
    finally:
        # As the other contenders: whoever is done with a router logs out.
        task.host.close_connection("netmiko")


fleet = Nornir(
    inventory=Inventory(hosts=hosts, groups=Groups(), defaults=Defaults()),
    runner=ThreadedRunner(num_workers=job["concurrency"]),
)
results = fleet.run(task=visit)
outputs = [str(result[0].result) for result in results.values() if not result.failed]
print(json.dumps({"good": sum(all(word in text for word in job["expected"]) for text in outputs)}))
