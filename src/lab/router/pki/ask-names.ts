import type { CliSession } from '../commands/command.ts';
import type { Router } from '../router.ts';
import { type OwnNames, requestFqdn } from './subject.ts';
import type { Trustpoint } from './trustpoint.ts';

/**
 * What `crypto pki enroll` says and asks about the router's own names, whatever the method. A self-signed certificate was
 * seen to be asked about without a word of what will be in it.
 */
export async function askNames(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
  { tells }: { readonly tells: boolean } = { tells: true },
): Promise<OwnNames> {
  const fqdn = requestFqdn(router, trustpoint);
  const subject = trustpoint.setting('subject-name')?.args.name;
  const will = `% The subject name in the certificate will ${router.personality.wording.subject}:`;
  if (tells && subject !== undefined) session.print(`${will} ${subject}`);
  if (fqdn === undefined) {
    session.print('% The fully-qualified domain name will not be included in the certificate');
  } else if (tells) {
    session.print(`${will} ${fqdn}`);
  }
  const serialNumber = await askSerialNumber(router, session, trustpoint);
  if (tells && serialNumber !== undefined)
    session.print(`% The serial number in the certificate will be: ${serialNumber}`);
  const ipAddress = await askAddress(router, session, trustpoint);
  if (tells && ipAddress !== undefined)
    session.print(`% The IP address in the certificate is ${ipAddress}\n`);
  if (router.faults.has('unknown-question')) {
    await session.yesNo('% Include the router location in the subject name? [yes/no]: ');
  }
  return { fqdn, serialNumber, ipAddress };
}

async function askSerialNumber(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<string | undefined> {
  const setting = trustpoint.setting('serial-number');
  if (setting?.words.includes('none') === true) return undefined;
  const wanted =
    setting !== undefined ||
    (await session.yesNo('% Include the router serial number in the subject name? [yes/no]: '));
  return wanted ? router.serialNumber : undefined;
}

async function askAddress(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<string | undefined> {
  const setting = trustpoint.setting('ip-address');
  if (setting?.words.includes('none') === true) return undefined;
  const configured = setting?.args.address;
  return configured === undefined ? askForAddress(router, session) : addressOf(router, configured);
}

async function askForAddress(router: Router, session: CliSession): Promise<string | undefined> {
  for (;;) {
    const answer = (await session.ask('% Include an IP address in the subject name? [no]: ')).trim();
    if (answer === '' || 'no'.startsWith(answer.toLowerCase())) return undefined;
    if ('yes'.startsWith(answer.toLowerCase())) break;
    session.print("% Please answer 'yes' or 'no'.");
  }
  for (;;) {
    const typed = (await session.ask('Enter Interface name or IP Address[]: ')).trim();
    const address = addressOf(router, typed);
    if (address !== undefined) return address;
    // What IOS says to a wrong interface is not known from captures.
    session.print('% Invalid interface or IP address');
  }
}

function addressOf(router: Router, typed: string): string | undefined {
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(typed)) return typed;
  const name = router.config.findInterface(typed);
  return name === undefined ? undefined : router.config.interfaceAddress(name);
}
