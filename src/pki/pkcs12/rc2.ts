/**
 * Opens RC2 in CBC mode (RFC 2268), in which OpenSSL 1, Windows and `openssl pkcs12 -legacy` keep the certificates of a PKCS#12
 * file. OpenSSL 3 has it where Node does not reach it; the library that has it is loaded only for such a file. As many bits of
 * the key count as it is long. Rejects when the padding is wrong.
 */
export async function decryptRc2(
  data: Uint8Array,
  { key, iv }: { key: Buffer; iv: Buffer },
): Promise<Buffer> {
  const { default: forge } = await import('node-forge');
  const engine = forge.rc2.createDecryptionCipher(key.toString('latin1'), key.length * 8);
  engine.start(iv.toString('latin1'));
  engine.update(forge.util.createBuffer(Buffer.from(data).toString('latin1')));
  if (!engine.finish()) throw new Error('wrong padding');
  return Buffer.from(engine.output.getBytes(), 'latin1');
}
