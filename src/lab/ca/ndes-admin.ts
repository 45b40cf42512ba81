import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ndesAdminPage } from './ndes-admin-page.ts';
import { NtlmAcceptor } from './ntlm-acceptor.ts';
import type { OneTimePasswords } from './one-time-passwords.ts';

/**
 * The mscep_admin page: Windows authentication, then a new password at every look. Offers Negotiate and NTLM, as the
 * service does by default; only NTLM messages are understood in either.
 */
export class NdesAdmin {
  /** What the page says to an account that is let in; may be changed while the lab runs. */
  mood: 'open' | 'no-permission' = 'open';
  private readonly passwords: OneTimePasswords;
  private readonly thumbprint: string;
  private readonly single: string | undefined;
  /** NTLM belongs to a connection, not to a request. */
  private readonly acceptors = new WeakMap<Socket, NtlmAcceptor>();

  /** `single` is the one password of an NDES in single-password mode. */
  constructor(passwords: OneTimePasswords, thumbprint: string, single?: string) {
    this.passwords = passwords;
    this.thumbprint = thumbprint;
    this.single = single;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const offered = /^(?<scheme>NTLM|Negotiate) (?<message>\S+)$/i.exec(
      request.headers.authorization ?? '',
    )?.groups;
    const message = Buffer.from(offered?.message ?? '', 'base64');
    const scheme = offered?.scheme ?? 'NTLM';
    const acceptor = this.acceptors.get(request.socket);
    if (acceptor?.accept(message) === true) {
      this.acceptors.delete(request.socket);
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(this.page());
      return;
    }
    const fresh = new NtlmAcceptor();
    const challenge = fresh.challenge(message);
    if (challenge === undefined) {
      this.acceptors.delete(request.socket);
      response.writeHead(401, { 'WWW-Authenticate': ['Negotiate', 'NTLM'], 'Content-Length': '0' }).end();
      return;
    }
    this.acceptors.set(request.socket, fresh);
    response
      .writeHead(401, {
        'WWW-Authenticate': `${scheme} ${challenge.toString('base64')}`,
        'Content-Length': '0',
      })
      .end();
  }

  private page(): Buffer {
    if (this.mood === 'no-permission') return ndesAdminPage({ kind: 'no-permission' }, this.thumbprint);
    if (this.single !== undefined)
      return ndesAdminPage({ kind: 'single-password', password: this.single }, this.thumbprint);
    const { max, validityMs } = this.passwords.rules;
    const password = this.passwords.mint();
    return ndesAdminPage(
      password === undefined
        ? { kind: 'cache-full', max }
        : { kind: 'password', password, minutes: Math.floor(validityMs / 60_000) },
      this.thumbprint,
    );
  }
}
