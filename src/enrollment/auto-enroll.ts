import type { Trustpoint } from '../domain/trustpoint.ts';
import type { Observation, TrustpointView } from './observation.ts';
import type { Life } from './renewal-due.ts';

/** What becomes of a renewal that the router is set to make by itself. */
export type AutoEnroll =
  | {
      readonly works: true;
      /** When the router’s timer ends. */
      readonly at: Date;
      /** When it should begin by its own line; a timer that ends later is a further try. */
      readonly planned: Date;
    }
  | { readonly works: false; readonly why: string };

/** Part of an observation: what the router's own renewal depends on. */
export type RouterFacts = Pick<Observation, 'at' | 'clock' | 'timers' | 'running' | 'startup'>;

/** Whether it is worth asking a router for its timers. */
export function hasAutoEnroll(trustpoint: Trustpoint, { lines }: Pick<TrustpointView, 'lines'>): boolean {
  return trustpoint.autoEnroll !== undefined || lines?.lines.some(isAutoEnroll) === true;
}

/**
 * Whether the router will renew by itself before the certificate ends; undefined when nobody asked it to. Nobody answers questions
 * then, its clock has to be authoritative, and a certificate it cannot save is lost with the next reload (IOS security
 * command reference, auto-enroll).
 */
export function judgeAutoEnroll(
  trustpoint: Trustpoint,
  view: TrustpointView,
  router: RouterFacts,
  { life, caEnd }: { readonly life: Pick<Life, 'notBefore' | 'notAfter'>; readonly caEnd: Date | undefined },
): AutoEnroll | undefined {
  if (!hasAutoEnroll(trustpoint, view)) return undefined;
  const lines = view.lines?.lines ?? [];
  const fails = (why: string): AutoEnroll => ({ works: false, why });
  const line = lines.find(isAutoEnroll);
  if (line === undefined) {
    return fails('the router has no auto-enroll line, which trustfleet enroll configures');
  }
  const byHand = lines.find((line) => BY_HAND.test(line));
  if (byHand !== undefined) return fails(`the trustpoint enrolls by “${byHand.trim()}”, not by SCEP`);
  if (!lines.some((line) => /^\s*enrollment url http/i.test(line))) {
    return fails('the trustpoint has no enrollment url');
  }
  if (trustpoint.authority.renewalChallenge && !lines.some((line) => /^\s*password\b/.test(line))) {
    return fails('the CA wants a challenge password for renewals, and the router has none to give');
  }
  if (router.clock.authority === 'not-authoritative') return fails('the router’s clock is not authoritative');
  if (router.timers === undefined) return fails('the router did not show its timers');
  const timer = router.timers.timers.find(
    ({ kind, subject }) => kind === 'renew' && subject === view.lines?.name,
  );
  if (timer === undefined) return fails('no RENEW timer is running');
  const at = new Date(router.at.getTime() + timer.remainingMs);
  if (at >= life.notAfter)
    return fails(`its timer ends on ${at.toISOString().slice(0, 10)}, after the certificate`);
  if (caEnd !== undefined && caEnd <= at) {
    return fails(`the CA certificate ends on ${caEnd.toISOString().slice(0, 10)}, before the timer`);
  }
  if (isUnsaved(view, router)) {
    return fails('the configuration is not saved, so the router would not save the new certificate');
  }
  return { works: true, at, planned: plannedBy(line, life) };
}

/** At so many percent of its life; without a number at its end (IOS security command reference, auto-enroll). */
function plannedBy(line: string, { notBefore, notAfter }: Pick<Life, 'notBefore' | 'notAfter'>): Date {
  const percent = Number(/^\s*auto-enroll\s+(\d+)/.exec(line)?.[1] ?? 100);
  const lifeMs = notAfter.getTime() - notBefore.getTime();
  return new Date(notBefore.getTime() + (lifeMs * percent) / 100);
}

const BY_HAND = /^\s*enrollment (?:terminal|selfsigned|profile|pkcs12|url (?!http))/i;

function isAutoEnroll(line: string): boolean {
  return /^\s*auto-enroll\b/.test(line);
}

/** As far as the trustpoint shows it: whatever else is not saved nobody can see. */
function isUnsaved({ lines, identity }: TrustpointView, { startup }: RouterFacts): boolean {
  if (startup === undefined || lines === undefined) return false;
  const saved = startup.trustpoints.find(({ name }) => name === lines.name)?.lines;
  if (saved === undefined || saved.length !== lines.lines.length) return true;
  if (lines.lines.some((line, index) => line !== saved[index])) return true;
  return !startup.chains.some(
    ({ trustpoint, certificates }) =>
      trustpoint === lines.name && certificates.some(({ serial }) => serial === identity?.serial),
  );
}
