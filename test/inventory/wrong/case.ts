import { HEAD, SHA1 } from '../inventories.ts';

/** A wrong inventory and every sentence about it: line, column, key, message and hint. */
export type WrongCase = readonly [title: string, text: string, sentences: readonly string[]];

/** One device that is right. */
export const DEVICES = 'devices: { a: { host: a, trustpoints: [TP] } }\n';

/** With these keys in the place of the CA's fingerprint. */
export function ca(keys: string): string {
  return HEAD.replace(`fingerprint: "${SHA1}"`, keys) + DEVICES;
}

/** With these keys in the place of the trustpoint's subject. */
export function tp(keys: string): string {
  return HEAD.replace('subject: "CN={{fqdn}}"', keys) + DEVICES;
}

/** With these keys at the device. */
export function dev(keys: string): string {
  return `${HEAD}devices:\n  a: { host: a, trustpoints: [TP], ${keys} }\n`;
}
