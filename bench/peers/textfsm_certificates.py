"""TextFSM with the template of ntc-templates, compiled once, over many outputs; says the CPU seconds it took."""

import json
import pathlib
import sys
import time

import ntc_templates
import textfsm

outputs = json.load(sys.stdin)["outputs"]
folder = pathlib.Path(ntc_templates.__file__).parent / "templates"
with open(folder / "cisco_ios_show_crypto_pki_certificates.textfsm", encoding="utf8") as file:
    template = textfsm.TextFSM(file)
before = time.process_time()
serials = set()
for text in outputs:
    template.Reset()
    serials.add(template.ParseTextToDicts(text)[0]["SERIAL_NUMBER"])
print(json.dumps({"cpu": time.process_time() - before, "serials": len(serials)}))
