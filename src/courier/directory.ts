import path from 'node:path';
import { CertificatesUnreadableError } from '../pki/certificate-bag.ts';
import { describeName } from '../pki/names.ts';
import type { RequestFacts } from '../pki/request.ts';
import { type AnswerFile, AnswersFolder } from './answers-folder.ts';
import { ChangeWatch } from './change-watch.ts';
import {
  type Answer,
  type Courier,
  type Delivery,
  type Errand,
  errandName,
  type PassedOver,
  type SoughtAnswer,
} from './errand.ts';
import { CourierError } from './errors.ts';
import { type Found, isForErrand, judge } from './judge.ts';
import { layDown, standingRequest, takeBack } from './requests-folder.ts';

export interface DirectoryCourierOptions {
  /** Where requests are laid down, as `<device>.<trustpoint>.req`. */
  readonly requests: string;
  /** Where certificates come in, under any name. */
  readonly answers: string;
  readonly now: () => Date;
  /** How much later the CA's clock may be, in milliseconds; five minutes. */
  readonly maxSkewMs?: number;
  /** How long a file must have been the same before its faults count; until then it is being written. Ten seconds. */
  readonly settleMs?: number;
  /** How often to look where the system tells of no change; five seconds. */
  readonly pollMs?: number;
}

/** Since when a file is as it is. */
type Since = (file: AnswerFile) => Date;
type IsSettled = (file: AnswerFile) => boolean;

/**
 * An offline CA: requests out, certificates in. What comes in is matched by its public key, never by its name; only what
 * bears the errand's name and is for another key is a fault, when it is newer than the request.
 */
export class DirectoryCourier implements Courier {
  readonly #options: Required<DirectoryCourierOptions>;
  readonly #answers: AnswersFolder;
  /** Since when each state of a file has been seen. */
  readonly #seen = new Map<string, Date>();

  constructor(options: DirectoryCourierOptions) {
    this.#options = { maxSkewMs: 5 * 60_000, settleMs: 10_000, pollMs: 5000, ...options };
    this.#answers = new AnswersFolder(options.answers);
  }

  /** A fault in a file that has not changed for a while counts at once: it may lie there since yesterday. */
  deliver(errand: Errand, signal: AbortSignal): Promise<Delivery> {
    return this.#deliver(errand, signal, (file) => {
      const seen = this.#firstSeen(file);
      return file.modified < seen ? file.modified : seen;
    });
  }

  /** A fault counts when the file stayed as it is while this run looked on, whatever the clock of its disk says. */
  async wait(errand: Errand, signal: AbortSignal): Promise<Answer> {
    using changes = new ChangeWatch(this.#options.answers, this.#options.pollMs);
    for (;;) {
      const delivery = await this.#deliver(errand, signal, (file) => this.#firstSeen(file));
      if (delivery.kind === 'answered') return delivery.answer;
      await changes.next(signal);
    }
  }

  settle(errand: Errand): Promise<void> {
    return takeBack(this.#options.requests, `${errandName(errand)}.req`);
  }

  /** Where the request of an errand is laid down. */
  fileOf(about: Pick<Errand, 'device' | 'trustpoint' | 'half'>): string {
    return path.join(this.#options.requests, `${errandName(about)}.req`);
  }

  /** The request that was laid down for an errand, by this run or an earlier one, and is still there. */
  standing(about: Pick<Errand, 'device' | 'trustpoint' | 'half'>): Promise<RequestFacts | undefined> {
    return standingRequest(this.#options.requests, `${errandName(about)}.req`);
  }

  /** An answer for a key, whoever laid down its request; undefined when there is none that is good. */
  async find(sought: SoughtAnswer): Promise<Answer | undefined> {
    const { now, maxSkewMs } = this.#options;
    try {
      return judge(sought, readableOf(await this.#answers.read()), { now: now(), maxSkewMs });
    } catch (thrown) {
      if (thrown instanceof CourierError) return undefined;
      throw thrown;
    }
  }

  async #deliver(errand: Errand, signal: AbortSignal, since: Since): Promise<Delivery> {
    signal.throwIfAborted();
    const asked = await layDown(this.#options.requests, `${errandName(errand)}.req`, errand.request);
    return this.#look(errand, asked, (file) => {
      const age = this.#options.now().getTime() - since(file).getTime();
      return age >= this.#options.settleMs;
    });
  }

  async #look(errand: Errand, asked: Date, isSettled: IsSettled): Promise<Delivery> {
    const files = await this.#answers.read();
    const { now, maxSkewMs } = this.#options;
    try {
      const answer = judge(errand, readableOf(files), { now: now(), maxSkewMs });
      if (answer !== undefined) return { kind: 'answered', answer };
    } catch (thrown) {
      const file =
        thrown instanceof CourierError ? files.find(({ name }) => name === thrown.from) : undefined;
      // The rest of a chain may be on its way.
      if (file === undefined || isSettled(file)) throw thrown;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      return { kind: 'waiting', passedOver: [{ file: file.name, reason }] };
    }
    return { kind: 'waiting', passedOver: files.flatMap((file) => passOver(file, errand, asked, isSettled)) };
  }

  #firstSeen({ name, state }: AnswerFile): Date {
    const key = `${name} ${state}`;
    const first = this.#seen.get(key) ?? this.#options.now();
    this.#seen.set(key, first);
    return first;
  }
}

function readableOf(files: readonly AnswerFile[]): readonly Found[] {
  return files.flatMap(({ name, content }): Found[] =>
    content instanceof CertificatesUnreadableError ? [] : [{ from: name, certificates: content }],
  );
}

/** Throws a CourierError for a file that means to be the answer, has come to rest, and is none. */
function passOver(
  file: AnswerFile,
  errand: Errand,
  asked: Date,
  isSettled: IsSettled,
): readonly PassedOver[] {
  const isNamed = file.name.startsWith(`${errandName(errand)}.`) && file.modified >= asked;
  if (file.content instanceof CertificatesUnreadableError) {
    if (isNamed && isSettled(file)) {
      throw new CourierError('answer-unreadable', `${file.name}, ${file.content.message}`);
    }
    return [{ file: file.name, reason: file.content.message }];
  }
  const own = file.content.filter((certificate) => !certificate.isCa);
  if (own.some((certificate) => isForErrand(certificate, { request: errand.request }))) {
    return [
      { file: file.name, reason: 'its certificate for this key has expired or is the one from before' },
    ];
  }
  if (!isNamed || own.length === 0) return [];
  const names = own.map(({ subject }) => describeName(subject)).join('; ');
  if (isSettled(file)) throw new CourierError('other-key', `${names} in ${file.name}`);
  return [{ file: file.name, reason: `it is for another key: ${names}` }];
}
