import { CommandCourier } from '../courier/command.ts';
import { DirectoryCourier } from '../courier/directory.ts';
import type { Courier } from '../courier/errand.ts';
import type { Submission } from '../domain/method.ts';

/** A CA that somebody or something else takes requests to. */
export type OfflineSubmission = Exclude<Submission, { readonly kind: 'scep' }>;

/** The ways to CAs that trustfleet does not speak with. One serves a whole run, so that a folder is read once for all devices. */
export class Couriers {
  readonly #now: () => Date;
  readonly #made = new Map<string, Courier>();
  readonly #directories = new Map<string, DirectoryCourier>();

  constructor({ now }: { readonly now: () => Date }) {
    this.#now = now;
  }

  for(submission: OfflineSubmission): Courier {
    if (submission.kind === 'directory') return this.directory(submission);
    const key = JSON.stringify(submission.argv);
    const courier = this.#made.get(key) ?? new CommandCourier({ argv: submission.argv, now: this.#now });
    this.#made.set(key, courier);
    return courier;
  }

  directory({
    requests,
    answers,
  }: Extract<OfflineSubmission, { readonly kind: 'directory' }>): DirectoryCourier {
    const key = JSON.stringify([requests, answers]);
    const courier = this.#directories.get(key) ?? new DirectoryCourier({ requests, answers, now: this.#now });
    this.#directories.set(key, courier);
    return courier;
  }
}
