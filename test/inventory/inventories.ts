import type { Device } from '../../src/domain/device.ts';
import type { Inventory } from '../../src/inventory/load.ts';
import { parseInventory } from '../../src/inventory/load.ts';

export const SHA1 = 'SHA1:5A:10:0C:6B:F2:1D:97:44:8E:03:BC:71:2F:E8:39:D5:60:AA:17:4C';
export const SHA256 = 'SHA256:9B1F0E63C2D84A75B6E0137FD95C28A44E7A61D08B3C5F2296EE10D7B84F3A5C';

/** What most inventories of these tests begin with; devices follow. */
export const HEAD = `defaults:
  domain: example.net
  ssh: { username: netops, password: { env: PW } }
authorities:
  ca: { scep: { url: "http://ca.example.net/scep" }, fingerprint: "${SHA1}" }
trustpoints:
  TP: { authority: ca, subject: "CN={{fqdn}}" }
`;

export function parse(text: string): Inventory {
  return parseInventory('inventory.yaml', text);
}

/** The one device of an inventory, or the one of that name. */
export function deviceOf(text: string, name?: string): Device {
  const { devices } = parse(text);
  const found = name === undefined ? devices[0] : devices.find((device) => device.name === name);
  if (found === undefined) throw new Error('no such device');
  return found;
}
