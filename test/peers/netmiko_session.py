"""One session of Netmiko, as an operator's script has it.

The job comes as JSON on standard input, and what was seen goes as JSON to standard output.
"""

import json
import sys

from netmiko import ConfigInvalidException, ConnectHandler

job = json.load(sys.stdin)
access = job["access"]
seen = {}

with ConnectHandler(
    device_type="cisco_ios",
    host=access["host"],
    port=access["port"],
    username=access["username"],
    password=access["password"],
    secret=access["secret"],
    use_keys=False,
    allow_agent=False,
    ssh_strict=True,
    alt_host_keys=True,
    alt_key_file=access["knownHosts"],
    conn_timeout=30,
    auth_timeout=30,
    banner_timeout=30,
    read_timeout_override=30,
) as router:
    seen["login"] = router.find_prompt()
    router.enable()
    seen["enabled"] = router.find_prompt()

    seen["shown"] = {
        command: router.send_command(command, use_textfsm=True, raise_parsing_error=True)
        for command in job["show"]
    }

    seen["configured"] = router.send_config_set(job["configure"])
    try:
        router.send_config_set(["no such line"], error_pattern=r"% Invalid input")
    except ConfigInvalidException as refusal:
        seen["refused"] = str(refusal)
        router.exit_config_mode()
    seen["running"] = router.send_command("show running-config")

    seen["asked"] = router.send_multiline([["clear logging", r"\[confirm\]"], ["\n", ""]])
    seen["saved"] = router.save_config()
    seen["startup"] = router.send_command("show startup-config")

json.dump(seen, sys.stdout)
