import { CommandCourier } from '../courier/command.ts';
import { DirectoryCourier } from '../courier/directory.ts';
import type { Courier } from '../courier/errand.ts';
import type { Submission } from '../domain/method.ts';
import { type Authority, speaksScep } from '../domain/trustpoint.ts';
import type { KeptTransactions } from './methods/kept-transactions.ts';
import { ScepCourier } from './methods/scep-courier.ts';

type Offline<Kind> = Extract<Submission, { readonly kind: Kind }>;

/**
 * The ways in which routers' requests get to CAs without the routers. One serves a whole run: a folder is read once for all
 * devices, and what is pending at a CA is remembered.
 */
export class Couriers {
  readonly #now: () => Date;
  readonly #transactions: KeptTransactions | undefined;
  readonly #made = new Map<string, Courier>();
  readonly #services = new Map<string, ScepCourier>();
  readonly #directories = new Map<string, DirectoryCourier>();

  /** `transactions`: where requests are kept that CAs have not answered; without it they end with this object. */
  constructor({
    now,
    transactions,
  }: {
    readonly now: () => Date;
    readonly transactions?: KeptTransactions;
  }) {
    this.#now = now;
    this.#transactions = transactions;
  }

  for(submission: Submission, authority: Authority): Courier {
    if (submission.kind === 'directory') return this.directory(submission);
    if (submission.kind === 'scep') return this.scep(authority);
    const key = JSON.stringify(submission.argv);
    const courier = this.#made.get(key) ?? new CommandCourier({ argv: submission.argv, now: this.#now });
    this.#made.set(key, courier);
    return courier;
  }

  scep(authority: Authority): ScepCourier {
    if (!speaksScep(authority)) throw new Error(`${authority.name} speaks no SCEP`);
    const courier =
      this.#services.get(authority.name) ??
      new ScepCourier({
        authority,
        now: this.#now,
        ...(this.#transactions === undefined ? {} : { transactions: this.#transactions }),
      });
    this.#services.set(authority.name, courier);
    return courier;
  }

  directory({ requests, answers }: Offline<'directory'>): DirectoryCourier {
    const key = JSON.stringify([requests, answers]);
    const courier = this.#directories.get(key) ?? new DirectoryCourier({ requests, answers, now: this.#now });
    this.#directories.set(key, courier);
    return courier;
  }
}
