import { randomBytes } from 'node:crypto';
import { hmacMd5, lmv2Response, type NtlmAccount, ntlmv2Response, ntowfv2, utf16 } from './ntlm-hash.ts';

// NTLMv2 as a client, after [MS-NLMP]. No session security is negotiated: only the login travels.

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
/** Fixed part of the AUTHENTICATE_MESSAGE with Version and MIC ([MS-NLMP] 2.2.1.3). */
const AUTHENTICATE_HEADER = 88;
const MIC_OFFSET = 72;

/** NegotiateFlags ([MS-NLMP] 2.2.2.5). */
const UNICODE = 0x00000001;
const REQUEST_TARGET = 0x00000004;
const NTLM = 0x00000200;
const ALWAYS_SIGN = 0x00008000;
const EXTENDED_SESSION_SECURITY = 0x00080000;
const TARGET_INFO = 0x00800000;
const VERSION = 0x02000000;
const BITS_128 = 0x20000000;
const BITS_56 = 0x80000000;
const OUR_FLAGS =
  (UNICODE |
    REQUEST_TARGET |
    NTLM |
    ALWAYS_SIGN |
    EXTENDED_SESSION_SECURITY |
    TARGET_INFO |
    VERSION |
    BITS_128 |
    BITS_56) >>>
  0;

/** AvId values ([MS-NLMP] 2.2.2.1). */
const AV_EOL = 0;
const AV_FLAGS = 6;
const AV_TIMESTAMP = 7;
const AV_TARGET_NAME = 9;
const AV_CHANNEL_BINDINGS = 10;
const FLAG_MIC_PRESENT = 2;

/** What is woven into the answer beside the password. Random and time are arguments so that test values can be met. */
export interface NtlmCircumstances {
  /** This machine's name; accounts may be limited to certain workstations. */
  readonly workstation: string;
  /** The service asked for: `HTTP/ndes.example.net`. */
  readonly targetName: string;
  /** MD5 of the channel bindings (16 bytes); absent on plain http. */
  readonly channelBindings?: Uint8Array;
  /** 8 random bytes. */
  readonly clientChallenge?: Uint8Array;
  readonly now: Date;
}

/** The first message: what we are able to do. */
export function negotiateMessage(): Buffer {
  const message = Buffer.alloc(40);
  SIGNATURE.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(OUR_FLAGS, 12);
  writeVersion(message, 32);
  return message;
}

/**
 * The third message: the answer to the server's challenge, from the two messages before it.
 * The server's target information is echoed; when it holds a time, the LM answer is zeros and a MIC protects
 * all three messages ([MS-NLMP] 3.1.5.1.2). Throws NtlmError when the challenge cannot be read.
 */
export function authenticateMessage(
  negotiate: Buffer,
  challenge: Buffer,
  account: NtlmAccount,
  circumstances: NtlmCircumstances,
): Buffer {
  const server = readChallenge(challenge);
  const timestamp = server.targetInfo.find(({ id }) => id === AV_TIMESTAMP)?.value;
  const clientChallenge = Buffer.from(circumstances.clientChallenge ?? randomBytes(8));
  const key = ntowfv2(account);
  const targetInfo = answeredTargetInfo(server.targetInfo, timestamp !== undefined, circumstances);
  const proof = ntlmv2Response(key, server.challenge, {
    clientChallenge,
    timestamp: timestamp ?? fileTime(circumstances.now),
    targetInfo,
  });
  const lm =
    timestamp === undefined ? lmv2Response(key, server.challenge, clientChallenge) : Buffer.alloc(24);
  const message = writeAuthenticate((server.flags & OUR_FLAGS) >>> 0, [
    lm,
    proof.response,
    utf16(account.domain),
    utf16(account.user),
    utf16(circumstances.workstation),
    Buffer.alloc(0),
  ]);
  if (timestamp !== undefined) {
    const mic = hmacMd5(proof.sessionBaseKey, Buffer.concat([negotiate, challenge, message]));
    mic.copy(message, MIC_OFFSET);
  }
  return message;
}

/** The server's challenge is no NTLM we can answer. Its message holds nothing of the server's bytes. */
export class NtlmError extends Error {}

interface AvPair {
  readonly id: number;
  readonly value: Buffer;
}

interface ServerChallenge {
  readonly flags: number;
  readonly challenge: Buffer;
  readonly targetInfo: readonly AvPair[];
}

function readChallenge(message: Buffer): ServerChallenge {
  if (message.length < 48 || !message.subarray(0, 8).equals(SIGNATURE) || message.readUInt32LE(8) !== 2) {
    throw new NtlmError('the server’s NTLM challenge cannot be read');
  }
  const flags = message.readUInt32LE(20);
  if ((flags & UNICODE) === 0) throw new NtlmError('the server speaks NTLM without Unicode');
  const length = message.readUInt16LE(40);
  const offset = message.readUInt32LE(44);
  if (length === 0) throw new NtlmError('the server’s NTLM challenge lacks what NTLMv2 needs');
  if (offset + length > message.length) throw new NtlmError('the server’s NTLM challenge is cut short');
  return {
    flags,
    challenge: message.subarray(24, 32),
    targetInfo: readTargetInfo(message.subarray(offset, offset + length)),
  };
}

function readTargetInfo(bytes: Buffer): AvPair[] {
  const pairs: AvPair[] = [];
  for (let offset = 0; offset + 4 <= bytes.length; ) {
    const id = bytes.readUInt16LE(offset);
    if (id === AV_EOL) return pairs;
    const end = offset + 4 + bytes.readUInt16LE(offset + 2);
    if (end > bytes.length) break;
    const value = bytes.subarray(offset + 4, end);
    if (id === AV_TIMESTAMP && value.length !== 8)
      throw new NtlmError('the server’s NTLM time cannot be read');
    pairs.push({ id, value });
    offset = end;
  }
  throw new NtlmError('the server’s NTLM target information cannot be read');
}

/** The server's pairs, and ours: the MIC flag, the service we believe to talk to, and the TLS channel. */
function answeredTargetInfo(
  pairs: readonly AvPair[],
  withMic: boolean,
  { targetName, channelBindings }: NtlmCircumstances,
): Buffer {
  const ours = [AV_FLAGS, AV_TARGET_NAME, AV_CHANNEL_BINDINGS];
  const serverValue = pairs.find(({ id }) => id === AV_FLAGS)?.value;
  const serverFlags = serverValue?.length === 4 ? serverValue.readUInt32LE(0) : 0;
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE((serverFlags | (withMic ? FLAG_MIC_PRESENT : 0)) >>> 0);
  return encodeTargetInfo([
    ...pairs.filter(({ id }) => !ours.includes(id)),
    { id: AV_FLAGS, value: flags },
    { id: AV_CHANNEL_BINDINGS, value: Buffer.from(channelBindings ?? new Uint8Array(16)) },
    { id: AV_TARGET_NAME, value: utf16(targetName) },
  ]);
}

function encodeTargetInfo(pairs: readonly AvPair[]): Buffer {
  const encoded = [...pairs, { id: AV_EOL, value: Buffer.alloc(0) }].flatMap(({ id, value }) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id);
    head.writeUInt16LE(value.length, 2);
    return [head, value];
  });
  return Buffer.concat(encoded);
}

/** `fields` in the order of the header: LM, NT, domain, user, workstation, session key. The MIC is left zero. */
function writeAuthenticate(flags: number, fields: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(AUTHENTICATE_HEADER);
  SIGNATURE.copy(header);
  header.writeUInt32LE(3, 8);
  let offset = AUTHENTICATE_HEADER;
  for (const [index, field] of fields.entries()) {
    const at = 12 + index * 8;
    header.writeUInt16LE(field.length, at);
    header.writeUInt16LE(field.length, at + 2);
    header.writeUInt32LE(offset, at + 4);
    offset += field.length;
  }
  header.writeUInt32LE(flags, 60);
  writeVersion(header, 64);
  return Buffer.concat([header, ...fields]);
}

/** Version ([MS-NLMP] 2.2.2.10): only the revision, 15, means anything to the other side. */
function writeVersion(message: Buffer, offset: number): void {
  message.writeUInt8(10, offset);
  message.writeUInt8(15, offset + 7);
}

/** 100-nanosecond intervals since 1601, little endian. */
function fileTime(now: Date): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE((BigInt(now.getTime()) + 11_644_473_600_000n) * 10_000n);
  return bytes;
}
