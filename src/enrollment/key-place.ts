import { DeviceError } from '../domain/errors.ts';
import type { KeyPair } from '../domain/trustpoint.ts';
import type { ForeseenLine } from '../ios/foreseen.ts';
import type { Session } from '../ios/session.ts';
import type { PrintedKeypair } from '../ios/show/keypairs.ts';
import { foreseeLook, look } from './look.ts';

const KEYPAIRS = ['keypairs'] as const;

/**
 * How a key pair lies elsewhere than the inventory asks; undefined where it does not, or where nobody can tell: releases
 * before 12.4 do not say where keys are.
 */
export function whyMisplaced(
  { storage, device }: Pick<PrintedKeypair, 'storage' | 'device'>,
  wanted: KeyPair,
): string | undefined {
  if (wanted.type !== 'rsa') return undefined;
  if (wanted.on !== undefined && storage === undefined && device === undefined) return undefined;
  if (wanted.on !== undefined && !isSame(device, wanted.on))
    return `is ${device === undefined ? 'on no cryptographic device' : `on ${device}`}, the inventory asks for ${wanted.on}`;
  if (wanted.storage === undefined || storage === undefined || isSame(storage, wanted.storage))
    return undefined;
  return `is kept in ${storage}, the inventory asks for ${wanted.storage}`;
}

/** Printed with its colon or without, and with more behind it. */
function isSame(printed: string | undefined, wanted: string): boolean {
  const name = (text: string): string => (/^[\w-]+/.exec(text.trim())?.[0] ?? '').toLowerCase();
  return printed !== undefined && name(printed) === name(wanted);
}

/**
 * Reads back where a key pair was made that is to lie on a device. Throws DeviceError `verification-failed` where it lies
 * elsewhere: on a token it would be safe, and nobody would notice that it is not.
 */
export async function checkPlace(session: Session, key: KeyPair): Promise<void> {
  if (!hasPlace(key)) return;
  const { keypairs } = await look(session, KEYPAIRS, { trustpoints: [], keypairs: [key.label] });
  const own = keypairs.filter(({ label }) => label === key.label);
  const misplaced = own.map((keypair) => whyMisplaced(keypair, key)).find((why) => why !== undefined);
  if (misplaced === undefined) return;
  throw new DeviceError('verification-failed', `key pair ${key.label} was made, and ${misplaced}`, {
    hint: 'see that the token is plugged in and logged in to (crypto pki token … login); then remove the key pair by hand, and run again',
  });
}

/** The lines that `checkPlace` types. */
export function foreseePlace(key: KeyPair): readonly ForeseenLine[] {
  return hasPlace(key) ? foreseeLook(KEYPAIRS) : [];
}

function hasPlace(key: KeyPair): boolean {
  return key.type === 'rsa' && (key.on ?? key.storage) !== undefined;
}
