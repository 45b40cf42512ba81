"""Genie's parser of `show crypto pki certificates` over many outputs; says the CPU seconds it took."""

import json
import sys
import time
from unittest.mock import Mock

from genie.libs.parser.iosxe.show_crypto import ShowCryptoPkiCertificates

outputs = json.load(sys.stdin)["outputs"]
before = time.process_time()
serials = set()
for text in outputs:
    # Through parse, which checks the schema as well, as whoever calls device.parse gets it.
    trustpoints = ShowCryptoPkiCertificates(device=Mock()).parse(output=text)["trustpoints"]
    serials.add(trustpoints["BRANCH"]["associated_trustpoints"]["certificate"]["serial_number_in_hex"])
print(json.dumps({"cpu": time.process_time() - before, "serials": len(serials)}))
