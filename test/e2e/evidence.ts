import { X509Certificate } from 'node:crypto';
import type { IssuedCertificate } from '../../src/lab/ca/authority.ts';
import type { RouterKey } from '../../src/lab/router/pki/key-store.ts';
import type { VirtualRouter } from '../../src/lab/router/virtual-router.ts';
import type { LabFleet } from './lab-fleet.ts';

/** Trustpoint and key pair of the lab's inventory. */
export const TRUSTPOINT = 'BRANCH';

/** What a router and the CA's records say of one enrollment. */
export interface Evidence {
  readonly identity: X509Certificate;
  readonly key: RouterKey;
  /** The CA's own record. */
  readonly issued: IssuedCertificate;
}

/**
 * Reads it from the router's state and the CA's records. Throws when the router lacks a part of it, trusts another CA,
 * or holds a certificate that this CA did not issue for the router's key.
 */
export function evidenceOf({ lab, router }: LabFleet, name: string): Evidence {
  const der = heldBy(router(name), 'identity');
  const trusted = heldBy(router(name), 'ca');
  const key = keyOf(router(name));
  if (der === undefined || trusted === undefined || key === undefined) {
    throw new Error(`${name} lacks a certificate, a CA certificate or a key`);
  }
  if (!isSame(trusted, lab.ca.authority.ca.certificate)) throw new Error(`${name} trusts another CA`);
  const issued = lab.ca.authority.issued.find((record) => isSame(record.der, der));
  if (issued === undefined) throw new Error(`${name} holds a certificate that the CA did not issue`);
  if (!isSame(issued.publicKey, key.publicKey)) throw new Error(`${name} is certified for another key`);
  return { identity: new X509Certificate(der), key, issued };
}

/** DER of a certificate the router holds. */
export function heldBy({ state }: VirtualRouter, kind: 'identity' | 'ca'): Uint8Array | undefined {
  return state.certificates.find((held) => held.kind === kind && held.trustpoint === TRUSTPOINT)?.der;
}

export function keyOf({ state }: VirtualRouter): RouterKey | undefined {
  return state.keys.find(({ label }) => label === TRUSTPOINT);
}

/** Where a certificate stands: `show running-config` prints it whole, `show startup-config` names its file. */
export function savedIn({ state }: VirtualRouter, { raw, serialNumber }: X509Certificate): string[] {
  const running = state.running.replaceAll(/\s/g, '').includes(raw.toString('hex').toUpperCase());
  const startup = state.startup.split('\n').some((line) => line.startsWith(` certificate ${serialNumber} `));
  return [...(running ? ['running'] : []), ...(startup ? ['startup'] : [])];
}

/** A mark in what was typed on a router; the function returned tells what was typed since. */
export function watchTyping({ state }: VirtualRouter): () => readonly string[] {
  const from = state.typed.length;
  return () => state.typed.slice(from).map(({ text }) => text);
}

/** The lines that do more than look at a router or set up the session's own terminal. */
export function touching(typed: readonly string[]): readonly string[] {
  return typed.filter((line) => !LOOKING.test(line));
}

const LOOKING = /^(?:show .*|terminal (?:length|width) \d+|enable|<hidden>|exit)$/;

export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
