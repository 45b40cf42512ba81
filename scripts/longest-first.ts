import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Begun late, the sample of the matrix would be waited for alone, for it takes longer than any other file. */
const LONGEST = '/test/matrix/';

/** Starts the longest file of `npm test` first, also on a machine that has not measured it yet. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLongest = ({ moduleId }: TestSpecification): boolean => moduleId.includes(LONGEST);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}
