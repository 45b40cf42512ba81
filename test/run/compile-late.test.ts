import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { flagsFor } from '../../src/run/compile-late.ts';

describe('what V8 is told before a fleet is visited', () => {
  it('is known to this Node.js: nothing is complained about', () => {
    const flags = JSON.stringify(flagsFor(process.versions.node));
    const program = `for (const flag of ${flags}) require('node:v8').setFlagsFromString(flag)`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it.each(['22.12.0', '24.1.0', '200.0.0'])('is nothing on Node.js %s', (version) => {
    expect(flagsFor(version)).toEqual([]);
  });
});
