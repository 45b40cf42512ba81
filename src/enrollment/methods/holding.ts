import type { KeyPair, Trustpoint } from '../../domain/trustpoint.ts';
import type { ForeseenLine } from '../../ios/foreseen.ts';
import type { Session } from '../../ios/session.ts';
import type { PrintedKeypair } from '../../ios/show/keypairs.ts';
import type { ConfiguredCertificate } from '../../ios/show/running-pki.ts';
import { foreseeLook, look } from '../look.ts';

/** What a router has of a trustpoint now: answers are held against it. */
export interface Holding {
  /** The router's key pairs. */
  readonly keypairs: readonly PrintedKeypair[];
  /** The trustpoint's certificates. */
  readonly chain: readonly ConfiguredCertificate[];
}

const RUNNING = ['running'] as const;
const KEYPAIRS = ['keypairs'] as const;
const CURVES = ['curves'] as const;

/** Reads it, with show commands. Throws as `look` does. */
export async function holdingOf(session: Session, { name, key }: Trustpoint): Promise<Holding> {
  const needed = { trustpoints: [name], keypairs: [key.label] };
  const { running } = await look(session, RUNNING, needed);
  const keypairs =
    key.type === 'ec'
      ? (await look(session, CURVES, needed)).curves
      : (await look(session, KEYPAIRS, needed)).keypairs;
  const chain = running.chains.find(({ trustpoint }) => trustpoint === name)?.certificates ?? [];
  return { keypairs, chain };
}

/** The lines that `holdingOf` types. */
export function foreseeHolding({ type }: Pick<KeyPair, 'type'>): readonly ForeseenLine[] {
  return foreseeLook([...RUNNING, ...(type === 'ec' ? CURVES : KEYPAIRS)]);
}
