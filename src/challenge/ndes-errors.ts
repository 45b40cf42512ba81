import { DeviceError } from '../domain/errors.ts';
import { type Fingerprint, formatFingerprint } from '../domain/fingerprint.ts';
import type { NdesChallengeSpec } from '../domain/trustpoint.ts';
import { PageTooLargeError, SocketChangedError } from './http.ts';
import { NtlmError } from './ntlm.ts';

// What can go wrong at an NDES admin page, in the operator's words. docs/challenges.md lists the same.

/** `page` is the address without its query or account. */
interface Place {
  readonly authority: string;
  readonly page: string;
}

const KERBEROS =
  'where the domain allows Kerberos only, fetch the password with a command source such as curl --negotiate';

export function cacheFull(place: Place, capacity: number, validity: string): DeviceError {
  return unavailable(place, 'has no free slot: its password cache is full', {
    detail: `The service keeps up to ${capacity} unused passwords for ${validity} (as the inventory has it); others hold them, or an earlier run left them unused.`,
    hint: 'wait until unused passwords expire, or let the NDES operator raise PasswordMax or restart IIS, which empties the cache',
  });
}

export function noPermission(place: Place, username: string): DeviceError {
  return unavailable(place, `gives ${username} no password: the account lacks permission`, {
    detail: `${place.page} says that the account may not enroll with SCEP.`,
    hint: 'event 6 in the Application log of the NDES server says which: the account needs Enroll on all three templates NDES is set to, and the CA must publish them',
  });
}

export function wrongAccount(place: Place, { username, auth }: NdesChallengeSpec): DeviceError {
  return unavailable(place, `refused the account ${username}`, {
    detail: `HTTP 401 from ${place.page} by ${auth}. The account was tried once and is not tried again in this run, to keep it from being locked.`,
    hint: `check username and password of the ndes challenge; ${KERBEROS}`,
  });
}

export function loginNotOffered(
  place: Place,
  { auth }: NdesChallengeSpec,
  offers: readonly string[],
): DeviceError {
  const offered = offers.length === 0 ? 'nothing' : offers.join(', ');
  return unavailable(place, `takes no ${auth} login`, {
    detail: `${place.page} answered HTTP 401 without going on with ${auth}; it offers: ${offered}. The password was not sent.`,
    hint: `set auth of the ndes challenge to what the server offers; a proxy in between can break ntlm; ${KERBEROS}`,
  });
}

export function insecureBasic(place: Place): DeviceError {
  return unavailable(place, 'would get its password in clear: Basic over plain http', {
    detail: `Nothing was sent to ${place.page}.`,
    hint: 'use an https URL or auth: ntlm; allowInsecure: true consents to sending the account in clear',
  });
}

export function unexpectedStatus(place: Place, status: number, location: string | undefined): DeviceError {
  return unavailable(place, `answered HTTP ${status}`, {
    detail: `${place.page}${location === undefined ? '' : ` points to ${originOf(location)}, where the account was not sent`}`,
    hint: hintOfStatus(status),
  });
}

function hintOfStatus(status: number): string {
  if (status === 404) {
    return 'check the URL: the admin page is /certsrv/mscep_admin/ unless PasswordVDir says otherwise; the routers’ page is another';
  }
  if (status === 403) {
    return 'the web server forbids the page: it may want https, another address to come from, or another account';
  }
  if (status >= 500) {
    return 'look for events 2 and 10 in the Application log of the NDES server: its RA certificates may have expired, or the SCEP pool has stopped';
  }
  return status >= 300 && status < 400
    ? 'if that is the right place, write it as the URL in the inventory'
    : 'open the page in a browser with the same account';
}

export function unknownPage(place: Place, why: string): DeviceError {
  return unavailable(place, 'showed a page that cannot be read', {
    detail: `${place.page}: ${why}. Nothing was guessed from it.`,
    hint: 'open the page in a browser with the same account; is it the mscep_admin page?',
  });
}

export function notSingle(place: Place): DeviceError {
  return unavailable(place, 'showed a one-time password, and the inventory says singlePassword: true', {
    detail: `${place.page} said so. The password was not used; it takes a slot of the service until it expires.`,
    hint: 'set UseSinglePassword in HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP and restart IIS, or take singlePassword out of the inventory',
  });
}

export function thumbprintMismatch(place: Place, shown: Fingerprint, pin: Fingerprint): DeviceError {
  return new DeviceError(
    'fingerprint-mismatch',
    `NDES of ${place.authority} shows another CA certificate than the pinned one`,
    {
      detail: `${place.page} shows ${formatFingerprint(shown)}, the pin is ${formatFingerprint(pin)}. The password was not used, and no other is asked for in this run.`,
    },
  );
}

/** For what was thrown before there was an answer. */
export function fetchFailed(place: Place, thrown: unknown): DeviceError {
  const { text, hint } = reasonOf(thrown);
  return unavailable(place, text, {
    detail: `No answer from ${place.page}.`,
    ...(hint === undefined ? {} : { hint }),
    cause: thrown,
  });
}

function reasonOf(thrown: unknown): { text: string; hint?: string } {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const name = thrown instanceof Error ? thrown.name : '';
  if (thrown instanceof SocketChangedError) {
    return {
      text: 'closed the connection in the middle of the NTLM login',
      hint: 'NTLM needs one connection: look for a proxy or load balancer in between',
    };
  }
  if (thrown instanceof NtlmError) return { text: `sent a login that cannot be answered: ${thrown.message}` };
  if (thrown instanceof PageTooLargeError) return { text: `sent too much: ${thrown.message}` };
  if (code === 'ABORT_ERR' || name === 'AbortError' || name === 'TimeoutError') {
    return { text: 'did not answer in time', hint: 'check the address, the route and the firewall' };
  }
  if (/CERT|SIGNATURE|ERR_TLS|ERR_SSL/.test(code)) {
    return {
      text: `cannot be trusted over https (${code})`,
      hint: 'name the root of the web server’s certificate in the environment variable NODE_EXTRA_CA_CERTS, and use the name that the certificate holds',
    };
  }
  return {
    text: `cannot be reached (${code === '' ? 'the connection broke' : code})`,
    hint: 'check the name, the port and the route from this machine to the NDES server',
  };
}

function originOf(location: string): string {
  return URL.canParse(location) ? new URL(location).origin : 'another page of the same server';
}

function unavailable(
  { authority }: Place,
  what: string,
  options: { detail: string; hint?: string; cause?: unknown },
): DeviceError {
  return new DeviceError('challenge-unavailable', `NDES of ${authority} ${what}`, options);
}
