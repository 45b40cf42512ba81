import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '../../domain/duration.ts';
import { DeviceError } from '../../domain/errors.ts';
import { formatFingerprint } from '../../domain/fingerprint.ts';
import { usesOf } from '../../domain/key-use.ts';
import { since } from '../../domain/monotonic.ts';
import type { PrintedCertificate } from '../../domain/printed-certificate.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import { type ForeseenLine, foreseeCommand, onlyIf, repeated } from '../../ios/foreseen.ts';
import { readCertificates } from '../../ios/show/certificates.ts';
import { readTrustpointsStatus } from '../../ios/show/trustpoints-status.ts';
import { isPkiFailed, isPkiGranted, isPkiRejected, isPkiUnsent } from '../../ios/syslog.ts';
import { sameSerial } from '../../pki/check-state.ts';
import { type StepContext, trustpointOf } from './context.ts';
import { PendingGrants } from './grant-pending.ts';

/** What the CA said, by the router's own status. */
export type Grant =
  | { readonly kind: 'granted'; readonly serials: readonly string[] }
  | {
      readonly kind: 'pending';
      readonly requestFingerprints: readonly string[];
      /** The router said meanwhile that it could not send a message to the CA. */
      readonly unsent: boolean;
      /** What we did about it at its certificate server, or why nothing. */
      readonly told?: string;
    };

/** Between two looks at the router, in milliseconds: soon at first, then at ease. */
const LOOKS_MS = [300, 700, 1_000, 2_000, 3_000, 5_000] as const;
/** After the router itself reported an answer, its status must show it within this time. */
const SETTLE_MS = 10_000;

/** What is waited for. */
export interface Wanted {
  /** Of the trustpoint. */
  readonly name: string;
  /** Of the certificates that the new ones replace. */
  readonly previousSerials: readonly string[];
  /** In place of the trustpoint's own wait, in milliseconds; 0 is one look. */
  readonly timeoutMs?: number;
}

/** What tells the answer to one request from what was there before it. */
export interface Expectation extends Disposable {
  readonly news: News;
  /** The router's status shows a rejection of some earlier request: it says nothing until it has changed. */
  readonly oldRejection: boolean;
}

/** To be called before a request is sent: nothing older is taken for its answer then, and no report is missed. */
export async function expectAnswer(context: StepContext, name: string): Promise<Expectation> {
  return expectation(context, await isRejected(context.session, name));
}

/** For a request that was sent in another session: a rejection can only be of that one. */
export function expectEarlierAnswer(context: StepContext): Expectation {
  return expectation(context, false);
}

function expectation(context: StepContext, oldRejection: boolean): Expectation {
  const news = listenForNews(context);
  return { news, oldRejection, [Symbol.dispose]: () => news.stop() };
}

/**
 * Waits until the router shows a certificate other than those of `previousSerials`, with usage keys two, or a request as
 * pending when the time is up. The router's log lines only hasten the next look; what its status shows decides.
 * Where the inventory has us grant requests, that is done while one is pending.
 * Throws DeviceError `request-rejected`, `request-unanswered` or `grant-refused`.
 */
export async function awaitGrant(
  context: StepContext,
  { name, previousSerials, timeoutMs }: Wanted,
  { news, oldRejection }: Expectation,
  note: (text: string) => void,
): Promise<Grant> {
  const { session, signal, monotonic } = context;
  const { key, grantTimeoutMs: usualMs } = trustpointOf(context, name);
  const grantTimeoutMs = timeoutMs ?? usualMs;
  const wanted = usesOf(key).length;
  const grants = new PendingGrants(context, name);
  const startedAt = monotonic();
  let answeredAt: number | undefined;
  let isOld = oldRejection;
  for (let look = 0; ; look += 1) {
    const isLate = monotonic() - startedAt >= grantTimeoutMs;
    const printed = await readOwn(session, name);
    const held = printed.flatMap(({ kind, status, serial }) =>
      kind === 'identity' && status !== 'Pending' && serial !== undefined ? [serial] : [],
    );
    const serials = held.filter((serial) => !previousSerials.some((each) => sameSerial(serial, each)));
    if (serials.length >= wanted) {
      const what = `certificate${wanted > 1 ? 's' : ''} ${serials.join(' and ')}`;
      note(withGrant(`${what} after ${formatDuration(since(startedAt, monotonic))}`, grants));
      return { kind: 'granted', serials };
    }
    const pending = printed.filter(({ status }) => status === 'Pending');
    await grants.look(pending);
    const showsRejection = pending.length === 0 && (await isRejected(session, name));
    isOld &&= showsRejection;
    const report = news.latest();
    // The second of two requests may well wait when the first is answered.
    if (report !== undefined && (wanted === 1 || pending.length === 0)) answeredAt ??= monotonic();
    if (report === 'rejected' || (showsRejection && (!isOld || isLate)))
      throw rejected(name, previousSerials);
    if (answeredAt !== undefined && monotonic() - answeredAt > SETTLE_MS) {
      if (report === 'granted' && held.length > 0 && serials.length === 0)
        throw oldOnceMore(name, previousSerials);
      const what = serials.length > 0 ? 'only one of two certificates' : 'no new certificate';
      throw unanswered(name, `the router reported an answer, but shows ${what}`, previousSerials);
    }
    if (isLate) {
      if (pending.length === 0)
        throw unanswered(name, `no answer within ${formatDuration(grantTimeoutMs)}`, previousSerials);
      const requestFingerprints = pending.flatMap((each) => each.requestFingerprints.map(formatFingerprint));
      const shown = requestFingerprints.join(', ') || 'none that the router printed';
      note(withGrant(`pending at the CA; request fingerprint ${shown}`, grants));
      return {
        kind: 'pending',
        requestFingerprints,
        unsent: news.unsent(),
        ...(grants.told === undefined ? {} : { told: grants.told }),
      };
    }
    await news.orAfter(LOOKS_MS[Math.min(look, LOOKS_MS.length - 1)] ?? 5_000, signal);
  }
}

function withGrant(text: string, { told }: PendingGrants): string {
  return told === undefined ? text : `${text}; ${told}`;
}

async function readOwn(
  session: StepContext['session'],
  name: string,
): Promise<readonly PrintedCertificate[]> {
  const text = await session.show(certificatesOf(name));
  return readCertificates(text).filter(({ trustpoints }) => trustpoints.includes(name));
}

async function isRejected(session: StepContext['session'], name: string): Promise<boolean> {
  const { text, refusal } = await session.ask(statusOf(name));
  if (refusal !== undefined) return false;
  const status = readTrustpointsStatus(text).find((candidate) => candidate.name === name);
  return /reject/i.test(status?.lastEnrollment ?? '');
}

function certificatesOf(name: string): string {
  return `show crypto pki certificates ${name}`;
}

/** The command that tells what became of a request. */
export function statusOf(name: string): string {
  return `show crypto pki trustpoints ${name} status`;
}

/** The lines that `expectAnswer` types. */
export function foreseeExpectAnswer(name: string): readonly ForeseenLine[] {
  return [foreseeCommand(statusOf(name))];
}

/** The lines that `awaitGrant` types. */
export function foreseeAwaitGrant({ name, grantTimeoutMs }: Trustpoint): readonly ForeseenLine[] {
  const certificates = foreseeCommand(certificatesOf(name));
  const status = foreseeCommand(statusOf(name));
  const waited = `until the CA has answered, for ${formatDuration(grantTimeoutMs)} at most`;
  return [
    certificates,
    ...repeated(waited, [onlyIf('no request is shown as pending', status), certificates]),
  ];
}

interface News {
  /** The router could not send a message to the CA. */
  unsent(): boolean;
  latest(): 'granted' | 'rejected' | 'failed' | undefined;
  /** Has something done when the router reports from now on what the CA has answered. */
  onAnswer(act: () => void): void;
  /** Resolves when the router reports something, or after the time. */
  orAfter(milliseconds: number, signal: AbortSignal): Promise<void>;
  stop(): void;
}

function listenForNews({ session }: StepContext): News {
  let latest: ReturnType<News['latest']>;
  /** The first report came when nobody waited for one: what was looked at meanwhile may be older. */
  let isUnseen = false;
  let wake: (() => void) | undefined;
  let isUnsent = false;
  let onAnswer: (() => void) | undefined;
  const stop = session.onSyslog((line) => {
    isUnsent ||= isPkiUnsent(line);
    const news = newsOf(line);
    if (news === undefined) return;
    isUnseen = latest === undefined && wake === undefined;
    latest = news;
    if (news !== 'failed') onAnswer?.();
    wake?.();
    // What is looked for stands in the first line.
  }, 'begun');
  return {
    unsent: () => isUnsent,
    latest: () => latest,
    onAnswer(act) {
      onAnswer = act;
    },
    stop,
    async orAfter(milliseconds, signal) {
      if (isUnseen) {
        isUnseen = false;
        return;
      }
      const timer = new AbortController();
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      // Once something was reported the next look is at the usual pace: it would wake at once for ever.
      const limit = sleep(milliseconds, undefined, { signal: AbortSignal.any([signal, timer.signal]) });
      try {
        await (latest === undefined ? Promise.race([limit, woken]) : limit);
      } finally {
        wake = undefined;
        timer.abort();
        limit.catch(() => undefined);
      }
    },
  };
}

function newsOf(line: string): ReturnType<News['latest']> {
  if (isPkiRejected(line)) return 'rejected';
  if (isPkiFailed(line)) return 'failed';
  return isPkiGranted(line) ? 'granted' : undefined;
}

function rejected(name: string, previousSerials: readonly string[]): DeviceError {
  return new DeviceError('request-rejected', `${name}: the CA rejected the request`, {
    detail: stillThere(previousSerials),
  });
}

function unanswered(name: string, why: string, previousSerials: readonly string[]): DeviceError {
  return new DeviceError('request-unanswered', `${name}: ${why}`, { detail: stillThere(previousSerials) });
}

/** NDES does so for a while when the key is the same: it finds the earlier request in its cache. */
function oldOnceMore(name: string, previousSerials: readonly string[]): DeviceError {
  const why = 'the CA answered, and the router still shows the certificate it had before';
  return new DeviceError('request-unanswered', `${name}: ${why}`, {
    detail: stillThere(previousSerials),
    hint: 'a CA such as NDES gives the old certificate once more to a new request with the same key for a while: run again after half an hour, or set renew: { keys: regenerate } for a new key',
  });
}

function stillThere(previousSerials: readonly string[]): string {
  if (previousSerials.length === 0) return 'The router holds no certificate for this trustpoint.';
  return previousSerials.length === 1
    ? `The certificate it had before, serial ${previousSerials.join('')}, is still in place.`
    : `The certificates it had before, serials ${previousSerials.join(' and ')}, are still in place.`;
}
