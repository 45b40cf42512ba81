import { createHash } from 'node:crypto';
import type { RenewBefore, RenewRules } from '../domain/trustpoint.ts';

/** The life of one certificate, and whose it is. */
export interface Life {
  readonly device: string;
  readonly trustpoint: string;
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Below this share of its life a certificate waits for no window. */
const EMERGENCY_SHARE = 1 / 20;
/** However long before its end: a new certificate lives at least for this share before it is due. */
const UNTOUCHED_SHARE = 1 / 3;

/** How long before its end a certificate is due, and why. All in milliseconds. */
export interface Lead {
  /** By `before`. */
  readonly marginMs: number;
  /** Its own share of the spread. */
  readonly spreadMs: number;
}

/**
 * By the inventory's rule, or by `sweep`, which comes from the command line and takes what it names: no share of the
 * spread, and no limit.
 */
export function leadOf(
  life: Life,
  rules: Pick<RenewRules, 'before' | 'spreadMs'>,
  sweep?: RenewBefore,
): Lead {
  const lifeMs = lifeOf(life);
  if (sweep !== undefined) return { marginMs: marginOf(sweep, lifeMs), spreadMs: 0 };
  const most = lifeMs * (1 - UNTOUCHED_SHARE);
  const wanted = marginOf(rules.before, lifeMs);
  // A share of its life is what somebody chose for this very life.
  const marginMs = rules.before.kind === 'duration' ? Math.min(wanted, most) : wanted;
  const spreadMs = Math.max(0, Math.min(rules.spreadMs * shareOf(life), most - marginMs));
  return { marginMs, spreadMs };
}

export function dueAt({ notAfter }: Life, { marginMs, spreadMs }: Lead): Date {
  return new Date(notAfter.getTime() - marginMs - spreadMs);
}

/** From when on a certificate that is due is renewed at any time. */
export function emergencyAt(life: Pick<Life, 'notBefore' | 'notAfter'>): Date {
  return new Date(life.notAfter.getTime() - lifeOf(life) * EMERGENCY_SHARE);
}

/** Whether so little of its life is over that no window hurries it. */
export function isYoung(life: Pick<Life, 'notBefore' | 'notAfter'>, now: Date): boolean {
  return now.getTime() - life.notBefore.getTime() < lifeOf(life) * UNTOUCHED_SHARE;
}

/**
 * A number from 0 to 1 that is always the same for one certificate and evenly spread over many: the first 48 bits of
 * the SHA-256 of device, trustpoint and serial number.
 */
export function shareOf({ device, trustpoint, serial }: Life): number {
  const digest = createHash('sha256').update([device, trustpoint, serial].join('\0')).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

function lifeOf({ notBefore, notAfter }: Pick<Life, 'notBefore' | 'notAfter'>): number {
  return notAfter.getTime() - notBefore.getTime();
}

function marginOf(before: RenewBefore, lifeMs: number): number {
  return before.kind === 'duration' ? before.milliseconds : (lifeMs * before.percent) / 100;
}
