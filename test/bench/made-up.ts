/** What might have come of a race. */
import type { Outcome, Result } from '../../bench/race.ts';

/** By the column's name, one figure or one a round; a text says why there are none. */
type Figures = Readonly<Record<string, number | readonly number[]>> | string;

/** A race of these contenders; `more` is better unless the ratio is made of something else. */
export function outcomeOf(
  contenders: Readonly<Record<string, Figures>>,
  rest: Partial<Outcome> = {},
): Outcome {
  const results = Object.entries(contenders).map(([contender, figures]): Result => {
    if (typeof figures === 'string') return { contender, figures: {}, missing: figures };
    const rounds = Object.entries(figures).map(
      ([column, value]) => [column, typeof value === 'number' ? [value] : value] as const,
    );
    return { contender, figures: Object.fromEntries(rounds) };
  });
  const names = new Set(results.flatMap(({ figures }) => Object.keys(figures)));
  const columns = [...names].map((name) => ({ name, digits: 1 }));
  return { title: 'A race', aim: 'to be first', columns, results, notes: [], ...rest };
}
