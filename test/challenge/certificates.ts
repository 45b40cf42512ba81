import forge from 'node-forge';

export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
  readonly der: Buffer;
}

const keys = forge.pki.rsa.generateKeyPair({ bits: 2048 });

/** A self-signed certificate for 127.0.0.1 and localhost. */
export function selfSigned(
  hash: 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512' = 'sha256',
): ServerCertificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(Date.now() - 86_400_000);
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  const name = [{ name: 'commonName', value: 'localhost' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' },
      ],
    },
  ]);
  certificate.sign(keys.privateKey, forge.md[hash].create());
  const der = Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), 'binary');
  return {
    key: forge.pki.privateKeyToPem(keys.privateKey),
    cert: forge.pki.certificateToPem(certificate),
    der,
  };
}
