import { describe, expect, it } from 'vitest';
import { findRefusal } from '../../src/ios/refusals.ts';

describe('a refusal', () => {
  it.each([
    ["% Invalid input detected at '^' marker.", 'syntax'],
    ['% Incomplete command.', 'syntax'],
    ['% Ambiguous command:  "sh c"', 'syntax'],
    ['% Unknown command or computer name, or unable to find computer address', 'syntax'],
    ['% Bad IP address or host name', 'syntax'],
    ['Translating "shwo"...domain server (255.255.255.255)', 'syntax'],
    ['Command authorization failed.', 'authorization'],
    ['% Authorization failed.', 'authorization'],
    ['Configuration mode is locked by process 3', 'locked'],
    ['% Config mode cannot be entered during Standby initialization', 'locked'],
    ['% IP  routing table MGMT does not exist', 'missing'],
    ['% VRF MGMT not configured', 'missing'],
    ['% Authorization list  does not exist', 'missing'],
    ["% Certificate Authority (trustpoint) 'Other' is unknown", 'missing'],
    ["Can't find policy", 'missing'],
    ['cn==x is not a valid subject name', 'complaint'],
    ['Explicit device name must be specified', 'complaint'],
    ["CRYPTO_PKI: There should be atleast one '.' in the domain name", 'complaint'],
    ['%Error opening tftp://192.0.2.9/x (Timed out)', 'complaint'],
    ['% Some words nobody has seen before', 'complaint'],
    ['?Host name or address not specified', 'complaint'],
  ])('is found: %s', (line, kind) => {
    expect(findRefusal(`something else\r\n ${line}\r\n\r\n`)).toEqual({ line, kind });
  });

  it.each([
    '%',
    '% Generating 2048 bit RSA keys, keys will be non-exportable...',
    '% The key modulus size is 2048 bits',
    '% You already have RSA keys defined named X.',
    '% Please delete your existing CA certificate first.',
    "% Please answer 'yes' or 'no'.",
    '% Start certificate enrollment .. ',
    "% The 'show crypto pki certificate verbose T' commandwill show the fingerprint.",
    '% The fully-qualified domain name will not be included in the certificate',
    '% Certificate request sent to Certificate Authority',
    '% Key pair was generated at: 00:54:49 UTC Sep 21 2025',
    '%NTP is not enabled.',
    '%NTP trusted-key is invalid : key already configured',
    'Building configuration...',
    '[OK]',
    'Enter configuration commands, one per line.  End with CNTL/Z.',
    '',
  ])('is not found in %j', (line) => {
    expect(findRefusal(line)).toBeUndefined();
  });
});
