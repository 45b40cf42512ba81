import { createHash, createHmac, randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerCertificate } from './certificates.ts';

/** NT hash of "Password", as published in [MS-NLMP] 4.2.2.1.2: the stub needs no MD4 and shares no code with the client. */
const NT_HASH = Buffer.from('a4f49c406510bdcab6824ee7c30fd852', 'hex');

export interface StubOptions {
  /** What the server offers, in its order. `basic` wants svc-ndes and Password. */
  readonly schemes?: readonly ('Negotiate' | 'NTLM' | 'Basic')[];
  readonly certificate?: ServerCertificate;
  /** Hash for tls-server-end-point, when the certificate is signed with another than SHA-256. */
  readonly endPointHash?: string;
  /** Whether the challenge holds a time, as all Windows servers since Vista send one. */
  readonly clock?: boolean;
  /** `DOMAIN\user` as the client must send it. */
  readonly domain?: string;
  readonly user?: string;
  /** Closes the connection with the challenge, as a proxy that pools connections would. */
  readonly closeAfterChallenge?: boolean;
  /** The answer to somebody who is logged in. */
  answer(request: http.IncomingMessage, response: http.ServerResponse): void;
}

export interface Stub extends AsyncDisposable {
  readonly url: string;
  /** One line for each request: what it brought, and why it was refused. */
  readonly log: string[];
  readonly connections: () => number;
}

interface Login {
  negotiate: Buffer;
  challenge: Buffer;
}

/** A web server that lets in who proves to know the password, over the connection on which they prove it. */
export async function startStub(options: StubOptions): Promise<Stub> {
  const { schemes = ['Negotiate', 'NTLM'], certificate } = options;
  const log: string[] = [];
  const logins = new WeakMap<Socket, Login>();
  let connections = 0;

  const handle: http.RequestListener = (request, response) => {
    const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ');
    const known = schemes.some((name) => name === scheme);
    const bytes = Buffer.from(token, 'base64');
    if (known && scheme === 'Basic') return basic(bytes.toString('utf8'));
    if (known && bytes.length > 12 && bytes.readUInt32LE(8) === 1) return challenge(scheme, bytes);
    if (known && bytes.length > 12 && bytes.readUInt32LE(8) === 3) return verify(bytes);
    return refuse(`anonymous ${scheme}`);

    function basic(text: string): void {
      if (text === 'svc-ndes:Password') accept('basic');
      else refuse('wrong basic');
    }

    function challenge(name: string, negotiate: Buffer): void {
      const login = { negotiate, challenge: challengeMessage(options.clock ?? true) };
      logins.set(request.socket, login);
      log.push(`negotiate ${name}`);
      response.writeHead(401, {
        'www-authenticate': `${name} ${login.challenge.toString('base64')}`,
        'content-type': 'text/html',
        ...(options.closeAfterChallenge === true ? { connection: 'close' } : {}),
      });
      response.end('<html>401</html>');
    }

    function verify(message: Buffer): void {
      const login = logins.get(request.socket);
      logins.delete(request.socket);
      const problem =
        login === undefined ? 'authenticate on another connection' : problemOf(message, login, options);
      if (problem === undefined) accept('authenticate');
      else refuse(problem);
    }

    function accept(how: string): void {
      log.push(`in by ${how}`);
      options.answer(request, response);
    }

    function refuse(why: string): void {
      log.push(`refused: ${why}`);
      response.writeHead(401, { 'www-authenticate': [...schemes] });
      response.end('<html>401</html>');
    }
  };

  const server =
    certificate === undefined
      ? http.createServer(handle)
      : https.createServer({ key: certificate.key, cert: certificate.cert }, handle);
  server.on(certificate === undefined ? 'connection' : 'secureConnection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}/certsrv/mscep_admin/`,
    log,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Why this AUTHENTICATE_MESSAGE proves nothing; undefined when it is right in every part. */
function problemOf(
  message: Buffer,
  { negotiate, challenge }: Login,
  options: StubOptions,
): string | undefined {
  const at = (offset: number) => {
    const start = message.readUInt32LE(offset + 4);
    return message.subarray(start, start + message.readUInt16LE(offset));
  };
  const [lm, nt, domain, user] = [at(12), at(20), at(28).toString('utf16le'), at(36).toString('utf16le')];
  if (domain !== (options.domain ?? 'EXAMPLE')) return `domain ${domain}`;
  if (user !== (options.user ?? 'svc-ndes')) return `user ${user}`;
  const key = hmac(NT_HASH, Buffer.from(user.toUpperCase() + domain, 'utf16le'));
  const serverChallenge = challenge.subarray(24, 32);
  const [proof, temp] = [nt.subarray(0, 16), nt.subarray(16)];
  if (!hmac(key, Buffer.concat([serverChallenge, temp])).equals(proof)) return 'wrong password';

  const pairs = avPairs(temp.subarray(28));
  for (const [id, value] of avPairs(challenge.subarray(56))) {
    if (id !== 6 && !pairs.get(id)?.equals(value)) return `target information ${id} not echoed`;
  }
  const expected = bindings(options);
  if (!pairs.get(10)?.equals(expected)) return 'another TLS channel';
  if (pairs.get(9)?.toString('utf16le') !== 'HTTP/127.0.0.1') return 'another service';

  const clientChallenge = temp.subarray(16, 24);
  if (options.clock ?? true) {
    if (!lm.equals(Buffer.alloc(24))) return 'LMv2 beside a time';
    if (!temp.subarray(8, 16).equals(pairs.get(7) ?? Buffer.alloc(0))) return 'another time';
    if (((pairs.get(6)?.readUInt32LE(0) ?? 0) & 2) === 0) return 'no MIC announced';
    const zeroed = Buffer.from(message);
    zeroed.fill(0, 72, 88);
    const mic = hmac(hmac(key, proof), Buffer.concat([negotiate, challenge, zeroed]));
    return mic.equals(message.subarray(72, 88)) ? undefined : 'wrong MIC';
  }
  const lmv2 = Buffer.concat([hmac(key, Buffer.concat([serverChallenge, clientChallenge])), clientChallenge]);
  return lm.equals(lmv2) ? undefined : 'wrong LMv2';
}

function bindings({ certificate, endPointHash = 'sha256' }: StubOptions): Buffer {
  if (certificate === undefined) return Buffer.alloc(16);
  const data = Buffer.concat([
    Buffer.from('tls-server-end-point:'),
    createHash(endPointHash).update(certificate.der).digest(),
  ]);
  return createHash('md5')
    .update(Buffer.concat([Buffer.alloc(16), Buffer.from([data.length, 0, 0, 0]), data]))
    .digest();
}

function challengeMessage(clock: boolean): Buffer {
  const info = Buffer.concat([
    avPair(2, Buffer.from('EXAMPLE', 'utf16le')),
    avPair(1, Buffer.from('NDES01', 'utf16le')),
    avPair(4, Buffer.from('example.net', 'utf16le')),
    ...(clock ? [avPair(7, randomBytes(8))] : []),
    avPair(0, Buffer.alloc(0)),
  ]);
  const head = Buffer.alloc(56);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(56, 16);
  head.writeUInt32LE(0xa2898205, 20);
  randomBytes(8).copy(head, 24);
  head.writeUInt16LE(info.length, 40);
  head.writeUInt16LE(info.length, 42);
  head.writeUInt32LE(56, 44);
  return Buffer.concat([head, info]);
}

function avPair(id: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([id, 0, value.length, 0]), value]);
}

function avPairs(bytes: Buffer): Map<number, Buffer> {
  const pairs = new Map<number, Buffer>();
  for (let at = 0; bytes.readUInt16LE(at) !== 0; at += 4 + bytes.readUInt16LE(at + 2)) {
    pairs.set(bytes.readUInt16LE(at), bytes.subarray(at + 4, at + 4 + bytes.readUInt16LE(at + 2)));
  }
  return pairs;
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('md5', key).update(data).digest();
}
