/** What a race is, and what comes of it. */

export interface Settings {
  /** How often each contender runs. */
  readonly rounds: number;
  /** Everything small: to see that it works, not to be believed. */
  readonly quick: boolean;
  /** In the fleets that are read. */
  readonly routers: number;
  /** As many of them as Ansible visits: it needs a second of CPU for each. */
  readonly ansibleRouters: number;
  readonly say: (text: string) => void;
}

export interface Column {
  readonly name: string;
  readonly digits: number;
}

export interface Result {
  readonly contender: string;
  /** By the column's name, one figure a round. */
  readonly figures: Readonly<Record<string, readonly number[]>>;
  /** Why there are none. */
  readonly missing?: string;
}

export interface Outcome {
  readonly title: string;
  /** What the project wants to reach. */
  readonly aim: string;
  readonly columns: readonly Column[];
  /** The column that the ratio is made of; without one there is nobody to be compared with. */
  readonly ratioOf?: string;
  /** More of it is better. */
  readonly more?: boolean;
  readonly results: readonly Result[];
  /** Sentences below the table: what was done, and what it does not say. */
  readonly notes: readonly string[];
}

export interface Race {
  readonly name: string;
  readonly run: (settings: Settings) => Promise<Outcome>;
}

export interface Entrant {
  readonly name: string;
  /** Why it cannot take part. */
  readonly missing?: string | undefined;
  readonly run: () => Promise<Readonly<Record<string, number>>>;
}

/** Each entrant in turn, and that several times, so that a slow minute of the machine hurts all of them. */
export async function inTurn(
  entrants: readonly Entrant[],
  { rounds, say }: Pick<Settings, 'rounds' | 'say'>,
): Promise<readonly Result[]> {
  const figures = new Map<string, Record<string, number[]>>(entrants.map(({ name }) => [name, {}]));
  const missing = new Map(
    entrants.flatMap(({ name, missing: why }) => (why === undefined ? [] : [[name, why]])),
  );
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, run } of entrants) {
      if (missing.has(name)) continue;
      try {
        const measured = await run();
        for (const [column, value] of Object.entries(measured)) {
          const all = figures.get(name) ?? {};
          all[column] = [...(all[column] ?? []), value];
        }
        const shown = Object.entries(measured).map(([column, value]) => `${column} ${value.toPrecision(3)}`);
        say(`  ${name}, round ${round}: ${shown.join(', ')}`);
      } catch (thrown) {
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        missing.set(name, why);
        say(`  ${name}: ${why}`);
      }
    }
  }
  return entrants.map(({ name }) => {
    const why = missing.get(name);
    return {
      contender: name,
      figures: figures.get(name) ?? {},
      ...(why === undefined ? {} : { missing: why }),
    };
  });
}
