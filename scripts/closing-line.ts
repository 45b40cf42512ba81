import type { Reporter, TestModule } from 'vitest/node';

/** Ends a test run with one plain line, "N passed, N failed, N skipped", that any CI can read. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== 'pending') count[state] += 1;
      }
      // What fails before or behind the tests, such as a hook, counts too.
      const places = [module, ...module.children.allSuites()];
      count.failed += places.filter((place) => place.errors().length > 0).length;
    }
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  }
}
