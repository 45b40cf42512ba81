import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders with whole runs against the lab, the longest first: one that is begun late is waited for alone. */
const LONG = ['/test/matrix/', '/test/e2e/'];

/** Starts the longest files of `npm test` first, also on a machine that has not measured them yet. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = LONG.findIndex((folder) => moduleId.includes(folder));
  return index < 0 ? LONG.length : index;
}
