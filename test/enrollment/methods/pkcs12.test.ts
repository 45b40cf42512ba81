import { expect, it } from 'vitest';
import { freeUdpPort } from '../free-udp-port.ts';
import { Pkcs12Files } from './pkcs12-files.ts';

it('a PKCS#12 file is handed out by trustfleet’s own TFTP server, made anew under a passphrase of its own', async () => {
  await using files = await Pkcs12Files.open();
  await files.lay();
  const port = await freeUdpPort();
  const url = `tftp://127.0.0.1:${port}/p12/{{name}}.p12`;
  await using one = await files.router({}, { url, listen: '127.0.0.1', port });
  const first = await one.enroll();
  expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
  const told = one.typed.find((line) => line.startsWith('crypto pki import'));
  expect(told).toMatch(/^crypto pki import BRANCH pkcs12 tftp:\S+br-0001\.p12 password [0-9a-f]{32}$/);
  expect(JSON.stringify(first)).not.toContain(told?.split(' ').at(-1));
  expect(one.router.state.startup).toContain(' enrollment pkcs12');
  expect((await one.enroll()).outcome).toBe('unchanged');
});
