import type { Consent } from '../../src/domain/consent.ts';
import type { ErrorCode } from '../../src/domain/errors.ts';
import type { RouterFault } from '../../src/lab/router/faults.ts';
import { RELEASES, type Release } from '../../src/lab/router/personality.ts';
import type { StateName } from '../../src/lab/states.ts';

/**
 * How the router is left, read from the router itself.
 *
 * enrolled: it holds a certificate of the right CA for its own key, in the running and the startup configuration;
 * untouched: keys, trustpoints, certificates and both configurations are what they were;
 * unsaved: something was typed, no CA and no certificate accepted, and a reload brings back what was;
 * trusts: the right CA was accepted, and a reload forgets it;
 * granted: a right certificate came, and a reload forgets it;
 * halved: a right certificate came, and what was saved lacks it;
 * waits: the right CA is accepted, the request pending, and both configurations say what was asked for.
 */
export type Left = 'enrolled' | 'untouched' | 'unsaved' | 'trusts' | 'granted' | 'halved' | 'waits';

/** How a job is to end. */
export interface Expected {
  /** `verified`, `pending`, or the code of the error. */
  readonly end: 'verified' | 'pending' | ErrorCode;
  readonly left: Left;
  /** The same again when the fault is gone; left out where that is not tried. */
  readonly afterwards?: 'enrolled';
}

/** One awkwardness. */
export interface Row {
  readonly name: string;
  readonly theme: string;
  readonly faults?: readonly RouterFault[];
  readonly state?: StateName;
  /** Which of the world's CAs; the one that grants at once unless said otherwise. */
  readonly ca?: 'manual' | 'ndes';
  /** The router meets another CA under the address of its own; `repair` ends that. */
  readonly impostor?: true;
  /** The trustpoint is configured without a `fingerprint` line, so that every release asks about the CA. */
  readonly unpinned?: true;
  /** Commands of the inventory that tell how the router is. */
  readonly health?: readonly { readonly command: string; readonly count: string }[];
  /** What the operator allowed. */
  readonly consents?: readonly Consent[];
  readonly allowOverwriteNvram?: boolean;
  /** How long the client waits for the CA; 20 seconds unless said otherwise, such as `2s`. */
  readonly grantTimeout?: string;
  readonly expected: Expected;
  /** Releases on which it is tried; all of them unless said otherwise. */
  readonly on?: readonly Release[];
  readonly except?: Readonly<Partial<Record<Release, Expected>>>;
}

export function expectedOf(row: Row, release: Release): Expected {
  return row.except?.[release] ?? row.expected;
}

export interface Cell {
  readonly key: string;
  readonly row: Row;
  readonly release: Release;
}

/** Every row on every release where it is tried. */
export function cells(rows: readonly Row[]): readonly Cell[] {
  return rows.flatMap((row) =>
    (row.on ?? RELEASES).map((release) => ({ key: cellKey(row, release), row, release })),
  );
}

export function cellKey({ name }: Row, release: Release): string {
  return `${release} ${name}`;
}
