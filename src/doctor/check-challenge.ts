import { formatDuration } from '../domain/duration.ts';
import type { ChallengeFacts, NdesFacts } from './facts.ts';
import type { DoctorFinding, DoctorStatus } from './finding.ts';
import type { Wants } from './wants.ts';
import { count, DAY_MS, someNames } from './words.ts';

/** Whether challenge passwords can be had, and how many. */
export function checkChallenge(
  { users }: Pick<Wants, 'users'>,
  facts: ChallengeFacts,
  now: Date,
): readonly DoctorFinding[] {
  const find = (status: DoctorStatus, says: string, remedy?: string): DoctorFinding => ({
    check: 'challenge',
    status,
    says,
    ...(remedy === undefined ? {} : { remedy }),
  });
  const secretProblem = 'secretProblem' in facts ? facts.secretProblem : undefined;
  const secret =
    secretProblem === undefined
      ? []
      : [
          find(
            'fail',
            `its secret cannot be had: ${secretProblem}`,
            'give it as the inventory says, or change where it comes from',
          ),
        ];
  switch (facts.kind) {
    case 'none':
      return [find('pass', 'the inventory says that the CA wants none')];
    case 'static':
      return [
        ...secret,
        find('pass', 'one value for all devices; whether the CA takes it shows when one enrolls'),
      ];
    case 'daily':
      return [...secret, daily(facts.notAfter, now, find)];
    case 'file':
      return [file(facts, users.length, find)];
    case 'command':
      return [find('skip', 'the command was not run: it might make a password')];
    case 'ios-cs': {
      const { device, server, unspent } = facts;
      const held = unspent === 0 ? '' : `; ${count(unspent, 'password')} of earlier runs may be unspent`;
      const says = `not logged in to ${device}: its certificate server ${server} knows one password at a time, and a look would make one${held}`;
      return [find('skip', says)];
    }
    case 'ndes':
      return [...secret, ...ndes(facts, users.length, find)];
  }
}

type Find = (status: DoctorStatus, says: string, remedy?: string) => DoctorFinding;

function daily(notAfter: Date, now: Date, find: Find): DoctorFinding {
  const until = `until ${notAfter.toISOString()}`;
  const left = notAfter.getTime() - now.getTime();
  const remedy = 'read today’s challenge from the CA, and put it and its notAfter where the inventory says';
  if (left <= 0) return find('fail', `today’s value was good ${until}, and that is over`, remedy);
  const says = `one value for all devices, good ${until}`;
  return left < DAY_MS / 24 ? find('warn', `${says}: less than an hour`, remedy) : find('pass', says);
}

function file(
  { read }: Extract<ChallengeFacts, { kind: 'file' }>,
  wanted: number,
  find: Find,
): DoctorFinding {
  if ('failed' in read)
    return find('fail', `the file cannot be used: ${read.failed}`, 'see docs/challenges.md for its form');
  const { entries, missing, expired } = read.value;
  const remedy = 'ask the CA’s operator for challenges of these devices';
  const lacking = [
    ...(missing.length === 0 ? [] : [`none for ${someNames(missing)}`]),
    ...(expired.length === 0 ? [] : [`an expired one for ${someNames(expired)}`]),
  ];
  if (lacking.length > 0)
    return find('fail', `${count(entries, 'challenge')} in the file, ${lacking.join(', ')}`, remedy);
  return find('pass', `${count(entries, 'challenge')} in the file, one for each of ${wanted}`);
}

function ndes(facts: NdesFacts, wanted: number, find: Find): readonly DoctorFinding[] {
  const { probe, page } = facts;
  if ('error' in probe) return [find('fail', `${probe.error.message} (${page})`, probe.error.hint)];
  const door = knock(facts, probe, find);
  if (door.status === 'fail') return [door];
  return [door, room(facts, wanted, find)];
}

function knock(
  { page, wanted, allowInsecure }: NdesFacts,
  { status, schemes }: { readonly status: number; readonly schemes: readonly string[] },
  find: Find,
): DoctorFinding {
  if (status >= 200 && status < 300) {
    const remedy =
      'turn anonymous authentication off for mscep_admin: whoever reaches it gets challenge passwords';
    return find('fail', `${page} is open to everybody: HTTP ${status} without a login`, remedy);
  }
  if (status >= 300 && status < 400) {
    return find(
      'warn',
      `${page} points elsewhere (HTTP ${status})`,
      'write the address it points to into the inventory',
    );
  }
  if (status !== 401) {
    const remedy =
      'the admin page is /certsrv/mscep_admin/ unless PasswordVDir says otherwise; at 5xx look for events 2 and 10 in the Application log';
    return find('fail', `${page} answers HTTP ${status} and asks for no login`, remedy);
  }
  const offers = schemes.length === 0 ? 'nothing' : schemes.join(', ');
  const takes =
    wanted === 'basic'
      ? schemes.includes('basic')
      : schemes.some((one) => one === 'ntlm' || one === 'negotiate');
  if (!takes) {
    const remedy = 'set auth of the ndes challenge to what the server offers, or have it offer that';
    return find('fail', `${page} offers ${offers}, and the inventory says auth: ${wanted}`, remedy);
  }
  if (wanted === 'basic' && page.startsWith('http:')) {
    return allowInsecure
      ? find('warn', `${page} takes the account in clear (allowInsecure)`, 'use https, or auth: ntlm')
      : find(
          'fail',
          `${page} would get the account in clear: Basic over plain http`,
          'use https, or auth: ntlm',
        );
  }
  return find('pass', `${page} answers and asks for a login: ${offers}`);
}

/** What a visit gave; without one, what the inventory says. */
function room(
  { visit, capacity, validityMs, unspent, secretProblem }: NdesFacts,
  wanted: number,
  find: Find,
): DoctorFinding {
  const held = unspent === 0 ? '' : `; ${count(unspent, 'password')} of earlier runs may be unspent`;
  const lasts = formatDuration(validityMs);
  const slots = `${count(capacity, 'password')} at once, each for ${lasts}, for ${count(wanted, 'request')} (by the inventory)${held}`;
  if (visit === undefined) {
    const why =
      secretProblem === undefined
        ? 'each look makes a password and takes a slot; --challenge looks once'
        : 'its account is missing';
    return find('skip', `not logged in: ${why}. ${slots}`);
  }
  if ('error' in visit) return find('fail', visit.error.message, visit.error.hint);
  const shown = visit.notes.length === 0 ? '' : `; it shows the pinned CA (${visit.notes.join(', ')})`;
  if (visit.reusable)
    return find('pass', `the page gave one password for everybody (UseSinglePassword)${shown}`);
  const real = visit.validityMs ?? validityMs;
  const says = `the page gave a password${shown}; it takes one of ${slots}, for ${formatDuration(real)} from now`;
  return real === validityMs
    ? find('pass', says)
    : find(
        'warn',
        `${says}; the inventory says ${lasts}`,
        `set validity of the ndes challenge to ${formatDuration(real)}`,
      );
}
