import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { starterInventory } from '../../src/inventory/starter.ts';
import { parse, SHA1 } from './inventories.ts';

/** What an operator would put in, by the words of the placeholder. */
const ANSWERS: Readonly<Record<string, string>> = {
  '<domain of the routers, such as example.net>': 'example.net',
  '<user name on the routers>': 'netops',
  '<address of an NTP server>': '192.0.2.1',
  '<http URL of the SCEP service>': 'http://ndes.example.net/certsrv/mscep/mscep.dll',
  '<SHA1 fingerprint of the CA certificate>': SHA1,
  '<https URL of the mscep_admin page>': 'https://ndes.example.net/certsrv/mscep_admin/',
  '<DOMAIN\\user>': 'EXAMPLE\\svc',
  '<organization>': 'Example',
  '<name of a router>': 'edge-1',
  '<address of the router>': '192.0.2.11',
};

describe('starterInventory', () => {
  it('begins with the schema line, and the schema is there', () => {
    const schema = /^# yaml-language-server: \$schema=(.+)$/.exec(
      starterInventory().split('\n')[0] ?? '',
    )?.[1];
    expect(existsSync(schema ?? '')).toBe(true);
  });

  it('loads without a warning as soon as its placeholders are replaced', () => {
    const filled = starterInventory().replace(
      /<[^.\n>][^\n>]*>/g,
      (placeholder) => ANSWERS[placeholder] ?? placeholder,
    );
    const { devices, warnings } = parse(filled);
    expect(warnings).toEqual([]);
    expect(devices).toMatchObject([
      { name: 'edge-1', fqdn: 'edge-1.example.net', trustpoints: [{ name: 'FLEET' }] },
    ]);
  });

  it('does not load before', () => {
    expect(() => parse(starterInventory())).toThrow('authorities.ca.fingerprint');
  });

  it('holds lines in comments that are good inventory, too', () => {
    const uncommented = starterInventory()
      .replace(/<[^.\n>][^\n>]*>/g, (placeholder) => ANSWERS[placeholder] ?? placeholder)
      .replace(
        /^( *)# ((?:enable|algorithms|groups| {2}emea| {4}clock|br-\[| {2}host| {2}trustpoints).*)$/gm,
        '$1$2',
      );
    const { devices } = parse(uncommented);
    expect(devices).toHaveLength(2001);
    expect(devices[0]?.ssh.algorithms).toBe('legacy');
  });
});
