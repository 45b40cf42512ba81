"""Genie's parser of `show crypto pki certificates` over many outputs; says the CPU seconds it took."""

import json
import sys
import time
from unittest.mock import Mock

from genie.libs.parser.iosxe.show_crypto import ShowCryptoPkiCertificates

outputs = json.load(sys.stdin)["outputs"]
# No router is asked for anything; making a stand-in takes long, and is none of Genie's work.
device = Mock()
before = time.process_time()
serials = set()
for text in outputs:
    # Through parse, which checks the schema as well, as whoever calls device.parse gets it.
    trustpoints = ShowCryptoPkiCertificates(device=device).parse(output=text)["trustpoints"]
    serials.add(trustpoints["BRANCH"]["associated_trustpoints"]["certificate"]["serial_number_in_hex"])
print(json.dumps({"cpu": time.process_time() - before, "serials": len(serials)}))
