import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/ios');

/** One stored output, as the session hands it to a reader. */
export function fixture(release: string, name: string): string {
  return readFileSync(path.join(FIXTURES, release, `${name}.txt`), 'utf8');
}

/** Every stored output of every release. */
export function allFixtures(): { release: string; name: string; text: string }[] {
  return readdirSync(FIXTURES).flatMap((release) =>
    readdirSync(path.join(FIXTURES, release)).map((file) => {
      const name = path.basename(file, '.txt');
      return { release, name, text: fixture(release, name) };
    }),
  );
}
