"""One session of Scrapli 1 through the machine's own OpenSSH.

The job comes as JSON on standard input, and what was seen goes as JSON to standard output.
"""

import json
import sys

from scrapli.driver.core import IOSXEDriver

job = json.load(sys.stdin)
access = job["access"]
seen = {}

with IOSXEDriver(
    host=access["host"],
    port=access["port"],
    auth_username=access["username"],
    auth_password=access["password"],
    auth_secondary=access["secret"],
    auth_strict_key=True,
    ssh_known_hosts_file=access["knownHosts"],
    transport="system",
    transport_options={"open_cmd": job["sshOptions"]},
    timeout_socket=30,
    timeout_transport=60,
    timeout_ops=60,
) as router:
    seen["ssh"] = router.transport.open_cmd
    seen["prompt"] = router.get_prompt()

    shown = router.send_commands(job["show"])
    shown.raise_for_status()
    seen["shown"] = {one.channel_input: one.textfsm_parse_output() for one in shown}
    seen["texts"] = {one.channel_input: one.result for one in shown}

    router.send_configs(job["configure"]).raise_for_status()
    refused = router.send_config("no such line")
    seen["refused"] = {"failed": refused.failed, "text": refused.result}
    seen["running"] = router.send_command("show running-config").result

    saved = router.send_interactive(
        [
            ("copy running-config startup-config", "Destination filename [startup-config]?", False),
            ("", "#", False),
        ]
    )
    seen["saved"] = saved.result
    seen["startup"] = router.send_command("show startup-config").result

json.dump(seen, sys.stdout)
