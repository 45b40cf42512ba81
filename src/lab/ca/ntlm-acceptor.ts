import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The account that may look at the lab's admin page. Lab only: it is written into the lab's inventory folder. */
export const LAB_NDES_ACCOUNT = {
  domain: 'LAB',
  user: 'ndes-operator',
  password: 'Lab-only-2026',
  /** MD4 of the password in UTF-16LE, made with another program: the lab checks proofs without computing it. */
  ntHash: '528b8385df67df2b8754aa128b2bd455',
} as const;

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
/** Unicode, request target, NTLM, always sign, target type domain, extended session security, target info, 128, 56. */
const FLAGS = 0xa2898205;

/**
 * The server's side of NTLMv2 ([MS-NLMP] 3.2.5) for one connection: `challenge` answers the first message,
 * `accept` checks the proof in the last. One acceptor serves one socket; another socket starts over.
 */
export class NtlmAcceptor {
  private readonly serverChallenge = randomBytes(8);
  private challenged = false;

  /** The second message, for a NEGOTIATE message; undefined when it is none. */
  challenge(message: Buffer): Buffer | undefined {
    if (!isMessage(message, 1)) return undefined;
    this.challenged = true;
    const target = Buffer.from(LAB_NDES_ACCOUNT.domain, 'utf16le');
    const info = targetInfo();
    const reply = Buffer.alloc(56 + target.length + info.length);
    SIGNATURE.copy(reply);
    reply.writeUInt32LE(2, 8);
    writeField(reply, 12, target, 56);
    reply.writeUInt32LE(FLAGS, 20);
    this.serverChallenge.copy(reply, 24);
    writeField(reply, 40, info, 56 + target.length);
    return reply;
  }

  /** Whether an AUTHENTICATE message proves that its sender knows the password. */
  accept(message: Buffer): boolean {
    if (!this.challenged || !isMessage(message, 3)) return false;
    const proof = readField(message, 20);
    const domain = readField(message, 28)?.toString('utf16le');
    const user = readField(message, 36)?.toString('utf16le');
    if (proof === undefined || proof.length < 44 || user === undefined || domain === undefined) return false;
    if (user.toLowerCase() !== LAB_NDES_ACCOUNT.user) return false;
    const identity = Buffer.from(user.toUpperCase() + domain, 'utf16le');
    const key = createHmac('md5', Buffer.from(LAB_NDES_ACCOUNT.ntHash, 'hex')).update(identity).digest();
    const expected = createHmac('md5', key).update(this.serverChallenge).update(proof.subarray(16)).digest();
    return timingSafeEqual(expected, proof.subarray(0, 16));
  }
}

function isMessage(message: Buffer, type: number): boolean {
  return message.length >= 32 && message.subarray(0, 8).equals(SIGNATURE) && message.readUInt32LE(8) === type;
}

/** AV pairs: NetBIOS domain and computer name, time stamp, end ([MS-NLMP] 2.2.2.1). */
function targetInfo(): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(Date.now()) + 11_644_473_600_000n) * 10_000n);
  return Buffer.concat([
    avPair(2, Buffer.from(LAB_NDES_ACCOUNT.domain, 'utf16le')),
    avPair(1, Buffer.from('NDES', 'utf16le')),
    avPair(7, time),
    avPair(0, Buffer.alloc(0)),
  ]);
}

function avPair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

function writeField(message: Buffer, at: number, value: Buffer, offset: number): void {
  message.writeUInt16LE(value.length, at);
  message.writeUInt16LE(value.length, at + 2);
  message.writeUInt32LE(offset, at + 4);
  value.copy(message, offset);
}

function readField(message: Buffer, at: number): Buffer | undefined {
  const length = message.readUInt16LE(at);
  const offset = message.readUInt32LE(at + 4);
  return message.length < at + 8 || offset + length > message.length
    ? undefined
    : message.subarray(offset, offset + length);
}
