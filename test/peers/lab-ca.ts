import { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { LAB_NDES_ACCOUNT } from '../../src/lab/ca/ntlm-acceptor.ts';
import { type Ended, run } from './program.ts';

/** The one challenge of the lab's CA in the generic profile. */
export const CHALLENGE = 'Peers-only-2026';

export function startCa(profile: 'ndes' | 'generic'): Promise<LabCa> {
  return LabCa.start({ profile, challenge: CHALLENGE });
}

/** One look at the admin page with curl, which brings an NTLM of its own; the status code stands behind the page. */
export function lookAtAdminPage(ca: LabCa, password: string = LAB_NDES_ACCOUNT.password): Promise<Ended> {
  const { domain, user } = LAB_NDES_ACCOUNT;
  const config = `user = "${domain}\\\\${user}:${password}"\n`;
  // The account goes in by standard input: arguments are for everybody on the machine to read.
  const args = [
    '--silent',
    '--show-error',
    '--ntlm',
    '--config',
    '-',
    '--write-out',
    '%{stderr}%{http_code}',
  ];
  return run('curl', [...args, ca.adminUrl], { input: config });
}

/** The text of an admin page, decoded by iconv. */
export async function pageText(page: Buffer): Promise<string> {
  const { code, stdout, stderr } = await run('iconv', ['-f', 'UTF-16LE', '-t', 'UTF-8'], { input: page });
  if (code !== 0) throw new Error(`iconv cannot read the page: ${stderr}`);
  return stdout.toString('utf8');
}

/** The password that a page shows; undefined when it shows none. */
export function passwordOn(text: string): string | undefined {
  return /enrollment challenge password is: <B> ([0-9A-F]{16}) <\/B>/.exec(text)?.[1];
}

/** A one-time password as an operator gets it. */
export async function oneTimePassword(ca: LabCa): Promise<string> {
  const password = passwordOn(await pageText((await lookAtAdminPage(ca)).stdout));
  if (password === undefined) throw new Error('the admin page shows no password');
  return password;
}

/** What the inventory's owner would type for this profile. */
export function challengeFor(ca: LabCa): Promise<string> {
  return ca.profile === 'ndes' ? oneTimePassword(ca) : Promise.resolve(CHALLENGE);
}
