import { expect, it } from 'vitest';
import { canonicalHost } from '../../src/domain/host.ts';

it.each([
  ['2001:DB8::9', '2001:db8::9'],
  ['[2001:db8:0:0:0:0:0:9]', '2001:db8::9'],
  ['TFTP.Example.NET', 'tftp.example.net'],
  ['192.0.2.9', '192.0.2.9'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['', ''],
])('the host %s is compared as %s', (host, form) => {
  expect(canonicalHost(host)).toBe(form);
});
