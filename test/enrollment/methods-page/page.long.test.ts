import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { usesOf } from '../../../src/domain/key-use.ts';
import { examplesOfPage } from './examples.ts';
import { SETTINGS } from './settings.ts';
import { NAME, Stage } from './stage.ts';

const EXAMPLES = examplesOfPage();
/** Who signs what the router then holds. */
const SELF = 'selfsigned';

describe('every inventory of docs/enrollment-methods.md', () => {
  it('has a lab to be tried in, and every lab an inventory', () => {
    expect(EXAMPLES.map(({ name }) => name).toSorted()).toEqual(Object.keys(SETTINGS).toSorted());
  });

  it.each(EXAMPLES)(
    'enrolls a router, is verified, and a second time changes nothing: $name',
    async (example) => {
      const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-page-'));
      const setting = await SETTINGS[example.name]?.(dir);
      if (setting === undefined) throw new Error('no lab for it');
      await using stage = await Stage.open(example, setting, dir);

      const first = await stage.enroll();

      expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
      const { trustpoints } = stage.device;
      const wanted = trustpoints.flatMap(({ name, method, key }) =>
        method.kind === 'ca-only' ? [] : usesOf(key).map((use) => `${name} ${use}`),
      );
      const got = first.certificates.map(({ trustpoint, use = 'general' }) => `${trustpoint} ${use}`);
      expect(got.toSorted()).toEqual(wanted.toSorted());
      // The router holds what the CAs have issued, and that is saved.
      const { held } = stage;
      const issued = setting.issued().map(hex);
      expect(held.map(hex).toSorted()).toEqual(
        trustpoints.some(({ method }) => method.kind === SELF) ? held.map(hex) : issued.toSorted(),
      );
      expect(held).toHaveLength(wanted.length);
      const { running, startup } = stage.router.state;
      for (const { name } of trustpoints) {
        expect(running).toContain(`crypto pki trustpoint ${name}\n`);
        expect(startup).toContain(`crypto pki certificate chain ${name}\n`);
      }

      const typedBefore = stage.router.state.typed.length;
      const second = await stage.enroll();
      expect([second.error, second.outcome]).toEqual([undefined, 'unchanged']);
      const typed = stage.router.state.typed.slice(typedBefore).map(({ text }) => text);
      expect(typed.filter((line) => /^(?:configure|crypto|write|copy)\b/.test(line))).toEqual([]);
      const verified = await stage.verify();
      expect([verified.error, verified.outcome, verified.device]).toEqual([undefined, 'verified', NAME]);
      expect(setting.issued().map(hex)).toEqual(issued);
    },
  );
});

function hex(der: Uint8Array): string {
  return Buffer.from(der).toString('hex');
}
