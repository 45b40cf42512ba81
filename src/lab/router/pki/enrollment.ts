import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  type Certificate,
  decodePkiMessage,
  encodeIssuerAndSubject,
  encodeName,
  encodePkiMessage,
  envelopeRecipient,
  type Identity,
  openPkiMessage,
  type PkiMessage,
  parseCertificate,
  readDegenerate,
  replySigners,
  transactionIdOf,
} from '../../../scep/index.ts';
import type { Router } from '../router.ts';
import { NoAnswer } from './http-get.ts';
import type { RouterKey } from './key-store.ts';
import { buildRequest, type EnrollmentChoice, requestHash } from './request.ts';
import { requestSigner } from './request-signer.ts';
import { scepGet } from './scep-http.ts';
import { groupedHash, hexHash, nameParts, type StoredCertificate } from './stored-certificate.ts';
import { requestSubject } from './subject.ts';
import type { EnrollmentStatus, Trustpoint } from './trustpoint.ts';

/**
 * Sends the request in the background, with usage keys two of them at a time. What is still running for the trustpoint is
 * given up.
 */
export function startEnrollment(
  router: Router,
  trustpoint: Trustpoint,
  ...choices: readonly EnrollmentChoice[]
): void {
  trustpoint.abandon?.abort();
  const abandon = new AbortController();
  trustpoint.abandon = abandon;
  const signal = AbortSignal.any([abandon.signal, router.stopped]);
  const round: Round = { running: choices.length, failure: undefined };
  for (const choice of choices) void new Enrollment(router, trustpoint, choice, { signal, round }).run();
}

/** The requests that were sent together. */
interface Round {
  running: number;
  failure: EnrollmentStatus | undefined;
}

/** Where a trustpoint keeps what belongs to one of two usage keys; a key for both purposes has the first place. */
interface Half {
  readonly certificate: 'identity' | 'encryption';
  readonly request: 'request' | 'encryptionRequest';
}

const SIGNATURE: Half = { certificate: 'identity', request: 'request' };
const ENCRYPTION: Half = { certificate: 'encryption', request: 'encryptionRequest' };

/** One request from its PKCS#10 to the CA's last word. */
class Enrollment {
  readonly #router: Router;
  readonly #trustpoint: Trustpoint;
  readonly #choice: EnrollmentChoice;
  readonly #half: Half;
  readonly #signal: AbortSignal;
  readonly #round: Round;

  constructor(
    router: Router,
    trustpoint: Trustpoint,
    choice: EnrollmentChoice,
    { signal, round }: { readonly signal: AbortSignal; readonly round: Round },
  ) {
    this.#router = router;
    this.#trustpoint = trustpoint;
    this.#choice = choice;
    this.#half = choice.key.use === 'encryption' ? ENCRYPTION : SIGNATURE;
    this.#signal = signal;
    this.#round = round;
  }

  /** Never rejects. */
  async run(): Promise<void> {
    try {
      await sleep(this.#router.enrollDelayMs, undefined, { signal: this.#signal, ref: false });
      await this.#enroll();
    } catch (reason) {
      if (!this.#signal.aborted) this.#router.fail(reason);
    }
  }

  async #enroll(): Promise<void> {
    const router = this.#router;
    const canRenew = await this.#offersRenewal();
    const key = await this.#requestKey();
    const request = buildRequest(router, this.#trustpoint, { ...this.#choice, key });
    this.#trustpoint[this.#half.request] = { request, names: this.#choice.names, pollAt: undefined };
    this.#trustpoint.status = 'Pending';
    this.#logRequest(request);
    const held = this.#trustpoint[this.#half.certificate]?.certificate;
    const fqdn = this.#choice.names.fqdn ?? router.config.fqdn;
    const signer = requestSigner(router, this.#trustpoint, { key, fqdn, held: canRenew ? held : undefined });
    let first = true;
    for (let attempt = 0; attempt <= this.#trustpoint.retryCount; attempt += 1) {
      const answer = await this.#exchange(key, signer, request, first);
      if (answer === 'unanswered') {
        router.syslog.log('PKI-3-SOCKETSEND', 'Failed to send out message to CA server.');
      } else if (answer === 'unusable') {
        this.#fail();
        return;
      } else if (answer.pkiStatus === 'FAILURE') {
        this.#conclude('Rejected');
        this.#log('6-CERTREJECT', router.personality.log.rejected(this.#trustpoint.name));
        return;
      } else if (answer.pkiStatus === 'SUCCESS') {
        this.#install(answer, signer, key);
        return;
      } else {
        first = false;
      }
      await this.#waitForPoll(request);
    }
    // After the last poll a router falls silent: the request stays pending for ever.
  }

  /** A router asks for the CA's capabilities first; without `Renewal` it does not sign with its old certificate. */
  async #offersRenewal(): Promise<boolean> {
    const { name } = this.#trustpoint;
    try {
      const { body } = await scepGet(this.#router, this.#trustpoint, 'GetCACaps', name, this.#signal);
      return /^\s*renewal\s*$/im.test(Buffer.from(body).toString('latin1'));
    } catch (reason) {
      if (reason instanceof NoAnswer) return false;
      throw reason;
    }
  }

  /** With `regenerate` a new key under a name of its own, which takes the old one's place once it is certified. */
  async #requestKey(): Promise<RouterKey> {
    const { key } = this.#choice;
    const held = this.#trustpoint[this.#half.certificate];
    if (!this.#trustpoint.regenerates || held === undefined) return key;
    return this.#router.keys.generate(`${key.label}#`, key.bits, key.exportable, { use: key.use });
  }

  #logRequest(request: Uint8Array): void {
    const { syslog, personality } = this.#router;
    const { requested, fingerprints } = personality.log;
    const entry = requested?.({ md5: hexHash('md5', request), sha1: hexHash('sha1', request) });
    if (entry !== undefined) syslog.log(entry.message, entry.text);
    if (fingerprints === 'bare-md5') {
      syslog.bare(` Fingerprint: ${groupedHash('md5', request)}`);
      return;
    }
    syslog.note(`CRYPTO_PKI:  Certificate Request Fingerprint MD5: ${groupedHash('md5', request)}`);
    syslog.note(`CRYPTO_PKI:  Certificate Request Fingerprint SHA1: ${groupedHash('sha1', request)}`);
  }

  /** Sends the request, or asks for the answer to an earlier one. */
  async #exchange(
    key: RouterKey,
    signer: Identity,
    request: Uint8Array,
    first: boolean,
  ): Promise<PkiMessage | 'unanswered' | 'unusable'> {
    const { ca, ras } = this.#trustpoint;
    if (ca === undefined) return 'unusable';
    const authorities = {
      ca: ca.certificate.der,
      ra: ras.map(({ certificate }) => certificate.der),
      all: [],
    };
    const senderNonce = new Uint8Array(randomBytes(16));
    const message = encodePkiMessage({
      messageType: first ? 'PKCSReq' : 'CertPoll',
      transactionId: transactionIdOf(key.publicKey),
      senderNonce,
      content: {
        messageData: first ? request : this.#pollData(ca.certificate.subject),
        recipients: [this.#choice.next?.certificate.der ?? envelopeRecipient(authorities)],
        cipher: this.#router.personality.request.cipher,
      },
      digest: requestHash(this.#router, this.#trustpoint),
      signer,
    });
    try {
      const { body } = await scepGet(this.#router, this.#trustpoint, 'PKIOperation', message, this.#signal);
      const { next } = this.#choice;
      const signers = [...replySigners(authorities), ...(next === undefined ? [] : [next.certificate.der])];
      const reply = decodePkiMessage(body, signers);
      return isAnswerTo(reply, transactionIdOf(key.publicKey), senderNonce) ? reply : 'unusable';
    } catch (reason) {
      if (this.#signal.aborted) throw reason;
      return reason instanceof NoAnswer ? 'unanswered' : 'unusable';
    }
  }

  #pollData(issuer: Uint8Array): Uint8Array {
    const subject = encodeName(requestSubject(this.#trustpoint, this.#choice.names));
    return encodeIssuerAndSubject({ issuer, subject });
  }

  async #waitForPoll(request: Uint8Array): Promise<void> {
    const router = this.#router;
    const waitMs = this.#trustpoint.retryMinutes * router.minuteMs;
    const pollAt = new Date(router.clock.now().getTime() + waitMs);
    this.#trustpoint[this.#half.request] = { request, names: this.#choice.names, pollAt };
    await sleep(waitMs, undefined, { signal: this.#signal, ref: false });
  }

  /** The certificate for the request's key, whichever it is in the reply. */
  #install(reply: PkiMessage, signer: Identity, key: RouterKey): void {
    const router = this.#router;
    const certificate = this.#issued(reply, signer, key);
    const { installed } = router.personality.log;
    // A router was seen to log the receipt also when its own certificate was not in the reply.
    if (installed === undefined) this.#log('6-CERTRET', 'Certificate received from Certificate Authority');
    // The reply is signed by the CA that the trustpoint trusts: who issued is not looked at, as behind a SCEP connector.
    if (certificate === undefined) {
      this.#fail();
      return;
    }
    if (this.#choice.next !== undefined) {
      this.#keepForLater(certificate, key, this.#choice.next);
      return;
    }
    const { label } = this.#choice.key;
    if (key.label !== label) router.keys.rename(key.label, label, key.use);
    const wasClean = !router.config.modified;
    this.#trustpoint[this.#half.certificate] = {
      certificate,
      installedAt: router.clock.now(),
      keyLabel: label,
      saved: false,
    };
    this.#conclude('Granted');
    this.#logInstalled(certificate);
    router.renewals.reschedule();
    this.#keep(wasClean);
  }

  /** A shadow certificate waits until the CA's own ends; so does its key, under its own name. */
  #keepForLater(certificate: Certificate, { label }: RouterKey, ca: StoredCertificate): void {
    const router = this.#router;
    const wasClean = !router.config.modified;
    const identity = { certificate, installedAt: router.clock.now(), keyLabel: label, saved: false };
    this.#trustpoint.rollover = { ca, identity };
    this.#conclude('Granted');
    router.config.modified = true;
    // The names of both messages are known, their texts are not.
    if (wasClean && router.save('PKI') === undefined)
      this.#log('6-SHADOWAUTOSAVE', 'Running configuration saved to NVRAM');
    else this.#log('4-NOSHADOWAUTOSAVE', router.personality.log.notSaved);
    router.renewals.reschedule();
  }

  #logInstalled({ issuer, subject, serial, notAfter }: Certificate): void {
    const { syslog, personality } = this.#router;
    const entry = personality.log.installed?.({
      trustpoint: this.#trustpoint.name,
      issuer: nameParts(issuer).join(','),
      subject: nameParts(subject).join(','),
      serial,
      notAfter,
    });
    if (entry !== undefined) syslog.log(entry.message, entry.text);
  }

  #issued(reply: PkiMessage, signer: Identity, key: RouterKey): Certificate | undefined {
    try {
      return readDegenerate(openPkiMessage(reply, [signer]))
        .certificates.map((der) => parseCertificate(der))
        .find(({ publicKey }) => Buffer.from(publicKey).equals(key.publicKey));
    } catch {
      return undefined;
    }
  }

  /** A renewed certificate is saved by the router itself, unless somebody left unsaved changes behind. */
  #keep(wasClean: boolean): void {
    const router = this.#router;
    router.config.modified = true;
    if (this.#trustpoint.renewPercent === undefined) return;
    if (wasClean && router.save('PKI') === undefined) {
      router.syslog.log('PKI-6-AUTOSAVE', 'Running configuration saved to NVRAM');
    } else {
      this.#log('4-NOAUTOSAVE', router.personality.log.notSaved);
    }
  }

  #fail(): void {
    this.#conclude('Failed');
    this.#log('6-CERTFAIL', 'Certificate enrollment failed.');
  }

  #log(message: string, text: string): void {
    const { syslog, personality } = this.#router;
    syslog.log(`${personality.log.facility}-${message}`, text);
  }

  /** The last of a round says how it went: a refusal of one is one of all. */
  #conclude(status: EnrollmentStatus): void {
    this.#trustpoint[this.#half.request] = undefined;
    this.#round.running -= 1;
    if (status !== 'Granted') this.#round.failure ??= status;
    if (this.#round.running > 0) return;
    this.#trustpoint.abandon = undefined;
    this.#trustpoint.status = this.#round.failure ?? 'Granted';
  }
}

function isAnswerTo(reply: PkiMessage, transactionId: string, senderNonce: Uint8Array): boolean {
  const { messageType, recipientNonce } = reply;
  return (
    messageType === 'CertRep' &&
    reply.transactionId === transactionId &&
    recipientNonce !== undefined &&
    Buffer.from(recipientNonce).equals(senderNonce)
  );
}
