"""The templates of trustfleet, written for Jinja2, over a whole fleet; says the CPU seconds that the templates took.

The values are what trustfleet's renderer is given, ready: Jinja2 neither reads an inventory nor checks a value.
"""

import json
import sys
import time

from jinja2 import Environment, StrictUndefined

CLOCK_AND_NTP = """clock timezone {{ clock.name }} {{ clock.hours }} {{ clock.minutes }}
{% for server in ntp %}
ntp server {{ server }}
{% endfor %}
"""
KEYPAIR = """crypto key generate rsa general-keys label {{ key.label }} modulus {{ key.size }}
"""
TRUSTPOINT = """crypto pki trustpoint {{ trustpoint.name }}
 enrollment url {{ trustpoint.url }}
{% if trustpoint.ra %}
 enrollment mode ra
{% endif %}
{% if trustpoint.retry_count %}
 enrollment retry count {{ trustpoint.retry_count }}
{% endif %}
{% if trustpoint.retry_period %}
 enrollment retry period {{ trustpoint.retry_period }}
{% endif %}
 serial-number{% if not trustpoint.serial_number %} none{% endif %}

 fqdn {{ trustpoint.fqdn or 'none' }}
 ip-address {{ trustpoint.ip_address }}
 subject-name {{ subject(trustpoint) }}
{% if trustpoint.fingerprint %}
 fingerprint {{ trustpoint.fingerprint }}
{% endif %}
 revocation-check{% for method in trustpoint.revocation_check %} {{ method }}{% endfor %}

 rsakeypair {{ key.label }} {{ key.size }}
{% if trustpoint.hash %}
 hash {{ trustpoint.hash }}
{% endif %}
{% if trustpoint.source_interface %}
 source interface {{ trustpoint.source_interface }}
{% endif %}
"""
SUBJECT = "CN={{ fqdn }},OU=Branches,O=Example,L={{ site }}"

job = json.load(sys.stdin)
before = time.process_time()
environment = Environment(trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, autoescape=False)
templates = [environment.from_string(text) for text in (CLOCK_AND_NTP, KEYPAIR, TRUSTPOINT)]
subject = environment.from_string(SUBJECT)
texts = []
for device in job["devices"]:
    values = {**device, "subject": lambda trustpoint, device=device: subject.render(fqdn=trustpoint["fqdn"], **device["vars"])}
    texts.append("\n".join(template.render(values).rstrip("\n") for template in templates))
cpu = time.process_time() - before
if job.get("out"):
    with open(job["out"], "w", encoding="utf8") as file:
        json.dump(texts, file)
print(json.dumps({"cpu": cpu, "lines": len("\n".join(texts).split("\n"))}))
