import { type BaseBlock, Constructed, fromBER, ObjectIdentifier, Sequence } from 'asn1js';
import { type DecodedCertificate, decodeCertificate } from './decode.ts';
import { isCutOff } from './der-length.ts';
import { parsePem } from './pem.ts';

/** A file holds no certificates that can be read; `truncated` when it ends too early and may still be on its way. */
export class CertificatesUnreadableError extends Error {
  readonly code: 'truncated' | 'unreadable';

  constructor(code: 'truncated' | 'unreadable', reason: string, options: { cause?: unknown } = {}) {
    super(`no certificate can be read: ${reason}`, options);
    this.name = 'CertificatesUnreadableError';
    this.code = code;
  }
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const CERTIFICATE_LABELS = ['CERTIFICATE', 'X509 CERTIFICATE'];
const SET_LABELS = ['PKCS7', 'CMS'];
const TAG_OF_SEQUENCE = 0x30;

/**
 * Every certificate of a file as CAs hand them out: PEM with any number of certificates and text around them, DER,
 * PKCS#7 (the certificates-only form of RFC 5652 section 5) in DER or PEM, or base64 alone. Private keys and other PEM
 * blocks are passed over. Throws a CertificatesUnreadableError; a file of which one part cannot be read counts as a whole.
 */
export function readCertificates(content: Uint8Array): readonly DecodedCertificate[] {
  if (content.length === 0) throw new CertificatesUnreadableError('truncated', 'it is empty');
  try {
    return content[0] === TAG_OF_SEQUENCE
      ? fromDer(content)
      : fromText(Buffer.from(content).toString('latin1'));
  } catch (thrown) {
    if (thrown instanceof CertificatesUnreadableError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new CertificatesUnreadableError('unreadable', reason, { cause: thrown });
  }
}

function fromText(text: string): readonly DecodedCertificate[] {
  if (!text.includes('-----BEGIN ')) return fromBase64(text);
  const labels = [...CERTIFICATE_LABELS, ...SET_LABELS];
  const ders = labels.flatMap((label) => {
    const blocks = parsePem(text, label);
    const count = (edge: string): number => text.split(`-----${edge} ${label}-----`).length - 1;
    if (count('END') < count('BEGIN')) {
      throw new CertificatesUnreadableError('truncated', `a ${label} block has no end`);
    }
    if (blocks.length !== count('BEGIN') || blocks.length !== count('END')) {
      throw new CertificatesUnreadableError('unreadable', `a ${label} block holds what is no base64`);
    }
    return blocks;
  });
  const last = text.trimEnd().split('\n').at(-1)?.trim() ?? '';
  if (last.startsWith('-') && !/^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/.test(last)) {
    throw new CertificatesUnreadableError('truncated', 'it ends within a line');
  }
  if (ders.length === 0)
    throw new CertificatesUnreadableError('unreadable', 'no block in it is a certificate');
  return ders.flatMap(fromDer);
}

function fromBase64(text: string): readonly DecodedCertificate[] {
  const digits = text.trim().replace(/\r?\n/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(digits)) {
    throw new CertificatesUnreadableError('unreadable', 'it is neither PEM nor DER nor base64');
  }
  return fromDer(new Uint8Array(Buffer.from(digits, 'base64')));
}

function fromDer(der: Uint8Array): readonly DecodedCertificate[] {
  if (isCutOff(der))
    throw new CertificatesUnreadableError('truncated', 'fewer bytes are there than it says itself');
  const { result, offset } = fromBER(new Uint8Array(der));
  if (offset === -1) throw new CertificatesUnreadableError('unreadable', result.error);
  if (!(result instanceof Sequence))
    throw new CertificatesUnreadableError('unreadable', 'it is no certificate');
  const [type, content] = result.valueBlock.value;
  if (!(type instanceof ObjectIdentifier)) return [decodeCertificate(der)];
  if (type.getValue() !== SIGNED_DATA || !(content instanceof Constructed)) {
    throw new CertificatesUnreadableError('unreadable', `it is no set of certificates (${type.getValue()})`);
  }
  return certificatesOf(content.valueBlock.value[0]);
}

/** SignedData: version, digestAlgorithms, encapContentInfo, certificates [0], ... */
function certificatesOf(signedData: BaseBlock | undefined): readonly DecodedCertificate[] {
  if (!(signedData instanceof Sequence))
    throw new CertificatesUnreadableError('unreadable', 'it is no PKCS#7');
  const set = signedData.valueBlock.value.find(
    (each) => each instanceof Constructed && each.idBlock.tagClass === 3 && each.idBlock.tagNumber === 0,
  );
  const members = set instanceof Constructed ? set.valueBlock.value : [];
  if (members.length === 0)
    throw new CertificatesUnreadableError('unreadable', 'the PKCS#7 holds no certificate');
  return members.map((each) => decodeCertificate(new Uint8Array(each.valueBeforeDecodeView)));
}
