"""The templates of trustfleet, condition by condition, in Jinja2; over a whole fleet, says the CPU seconds they took.

A line that ends with a block is followed by an empty one: trim_blocks takes its line end. The values are what trustfleet's renderer is given, ready: Jinja2 neither reads an inventory nor checks a value.
"""

import json
import sys
import time

from jinja2 import Environment, StrictUndefined

CLOCK = """clock timezone {{ clock.timezone.name }} {{ clock.timezone.hours }} {{ clock.timezone.minutes }}
{% if clock.summerTime %}
clock summer-time {{ clock.summerTime.name }} recurring{% if clock.summerTime.rule %} {{ clock.summerTime.rule }}{% endif %}{% if clock.summerTime.offset %} {{ clock.summerTime.offset }}{% endif %}

{% endif %}
"""
NTP = """{% for key in ntp['keys'] %}
ntp authentication-key {{ key.id }} md5 {{ key.md5 }}
{% endfor %}
{% if ntp['keys'] %}
ntp authenticate
{% endif %}
{% for key in ntp['keys'] %}
ntp trusted-key {{ key.id }}
{% endfor %}
{% if ntp.source %}
ntp source {{ ntp.source }}
{% endif %}
{% for server in ntp.servers %}
ntp server{% if server.vrf %} vrf {{ server.vrf }}{% endif %} {{ server.address }}{% if server.key %} key {{ server.key }}{% endif %}{% if server.prefer %} prefer{% endif %}

{% endfor %}
"""
KEYPAIR = """{% if key.curve %}
crypto key generate ec keysize {{ key.curve }} label {{ key.label }}{% if key.exportable %} exportable{% endif %}

{% else %}
crypto key generate rsa {% if key.usageKeys %}usage-keys{% else %}general-keys{% endif %} label {{ key.label }}{% if key.exportable %} exportable{% endif %} modulus {{ key.size }}{% if key.storage %} storage {{ key.storage }}{% endif %}{% if key.on %} on {{ key.on }}{% endif %}

{% endif %}
"""
TRUSTPOINT = """crypto pki trustpoint {{ trustpoint.name }}
 enrollment url {{ trustpoint.url }}
{% if trustpoint.ra %}
 enrollment mode ra
{% endif %}
{% if trustpoint.retryCount %}
 enrollment retry count {{ trustpoint.retryCount }}
{% endif %}
{% if trustpoint.retryPeriod %}
 enrollment retry period {{ trustpoint.retryPeriod }}
{% endif %}
 serial-number{% if not trustpoint.serialNumber %} none{% endif %}

 fqdn {% if trustpoint.fqdn %}{{ trustpoint.fqdn }}{% else %}none{% endif %}

 ip-address {{ trustpoint.ipAddress }}
 subject-name {{ trustpoint.subject }}
{% if trustpoint.fingerprint %}
 fingerprint {{ trustpoint.fingerprint }}
{% endif %}
 revocation-check{% for word in trustpoint.revocationCheck %} {{ word }}{% endfor %}

{% if trustpoint.crlQuery %}
 crl query {{ trustpoint.crlQuery }}
{% endif %}
{% if trustpoint.parent %}
 chain-validation continue {{ trustpoint.parent }}
{% endif %}
{% if key.curve %}
 eckeypair {{ key.label }}
{% else %}
 rsakeypair {{ key.label }} {{ key.size }}{% if key.usageKeys %} {{ key.size }}{% endif %}

{% if key.storage %}
 storage {{ key.storage }}
{% endif %}
{% if key.on %}
 on {{ key.on }}
{% endif %}
{% endif %}
{% if trustpoint.hash %}
 hash {{ trustpoint.hash }}
{% endif %}
{% if trustpoint.usage %}
 usage{% for word in trustpoint.usage %} {{ word }}{% endfor %}

{% endif %}
{% if trustpoint.vrf %}
 vrf {{ trustpoint.vrf }}
{% endif %}
{% if trustpoint.sourceInterface %}
 source interface {{ trustpoint.sourceInterface }}
{% endif %}
{% if trustpoint.autoEnroll %}
 auto-enroll{% if trustpoint.autoEnrollPercent %} {{ trustpoint.autoEnrollPercent }}{% endif %}{% if trustpoint.autoEnrollRegenerate %} regenerate{% endif %}

{% endif %}
"""
SUBJECT = "CN={{ fqdn }},OU=Branches,O=Example,L={{ site }}"

job = json.load(sys.stdin)
before = time.process_time()
environment = Environment(trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, autoescape=False)
templates = [environment.from_string(text) for text in (CLOCK, NTP, KEYPAIR, TRUSTPOINT)]
subject = environment.from_string(SUBJECT)
texts = []
for device in job["devices"]:
    trustpoint = device["trustpoint"]
    named = subject.render(fqdn=trustpoint["fqdn"], **device["vars"])
    values = {**device, "trustpoint": {**trustpoint, "subject": named}}
    texts.append("\n".join(template.render(values).rstrip("\n") for template in templates))
cpu = time.process_time() - before
if job.get("out"):
    with open(job["out"], "w", encoding="utf8") as file:
        json.dump(texts, file)
print(json.dumps({"cpu": cpu, "lines": len("\n".join(texts).split("\n"))}))
