import { generateKeyPairSync } from 'node:crypto';

import {
  certificationRequest,
  type Identity,
  nameFromText,
  ScepClient,
  temporarySigner,
} from '../../src/scep/index.ts';

/** A certificate of the CA at `url`, with its key. */
export async function enrolled(url: string, challengePassword: string): Promise<Identity> {
  const client = new ScepClient({ url });
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const subject = nameFromText('CN=br-0001.example.net');
  const csr = certificationRequest({ subject, key, hash: 'sha256', challengePassword });
  const result = await client.pkcsReq({
    ca: await client.getCaCertificates(),
    capabilities: await client.getCaCaps(),
    csr,
    signer: temporarySigner({ csr, key }),
  });
  if (result.status !== 'granted') throw new Error(result.status);
  return { certificate: result.certificate, key };
}
