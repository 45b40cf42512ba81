import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CertificateSummary } from '../../../src/domain/result.ts';
import { decodeCertificate } from '../../../src/pki/decode.ts';
import { summarize } from '../../../src/pki/names.ts';
import { CertificateFolder } from '../../../src/report/certificate-folder.ts';
import { makeProof, type ProofSubject } from '../../../src/report/proof/make-proof.ts';
import { readSigningKey, type SealKey } from '../../../src/report/proof/seal.ts';
import type { FileSet } from '../../../src/report/proof/tar.ts';
import { REQUEST, ROOT } from '../../pki/certificate-world.ts';
import { issue } from '../../pki/make-certificate.ts';
import { aResult } from '../../run/a-device.ts';
import { aMaterial, twoBatches } from '../a-material.ts';
import { aFailure, aRun, at } from '../a-run.ts';

export const ROUTER = issue(REQUEST);
export const KEY = sealKeyOf(generateKeyPairSync('ed25519').privateKey);
export const TRANSCRIPT = Buffer.from('09:30:01.204 < br-1#\n');

export function sealKeyOf(key: KeyObject): SealKey {
  return readSigningKey(key.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/** A run whose certificates are real, kept in a folder. */
export function aSubject(more: Partial<ProofSubject> = {}): ProofSubject {
  const certificates = new CertificateFolder(mkdtempSync(path.join(tmpdir(), 'trustfleet-proof-')));
  certificates.keep(ROUTER.der);
  certificates.keep(ROOT.der);
  const { run, history, labels } = aMaterial({}, twoBatches());
  const devices = [
    aResult('br-1', 'verified', { batch: 1, certificates: [aSummary()], transcript: 'x/br-1.txt' }),
    aFailure('br-2', 'timeout', 'no answer'),
  ];
  return {
    saved: { run, history, labels, result: aRun(devices), broken: false },
    certificates,
    transcriptOf: async () => TRANSCRIPT,
    key: KEY,
    now: at(600),
    ...more,
  };
}

export function aSummary(): CertificateSummary {
  const { serial, subject, issuer, notBefore, notAfter, sha256 } = summarize(decodeCertificate(ROOT.der), '');
  const chain = [{ serial, subject, issuer, notBefore, notAfter, sha256 }];
  return { ...summarize(decodeCertificate(ROUTER.der), 'BRANCH'), chain };
}

export function aProof(more: Partial<ProofSubject> = {}): Promise<FileSet> {
  return makeProof(aSubject(more));
}
