import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { evidenceOf, savedIn, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

const TEMPLATES = path.resolve(import.meta.dirname, '..', '..', 'templates');

describe.concurrent('a router that meets another CA under the same address', { timeout: 60_000 }, () => {
  it('refuses it by the pin in its trustpoint: nothing accepted, asked or saved; the others are enrolled', async () => {
    await using fleet = await startIntercepted();
    const startup = fleet.router('br-0002').state.startup;

    const ran = await fleet.run('enroll');

    expect(ran.outcomes).toEqual({
      'br-0001': 'verified',
      'br-0002': 'fingerprint-mismatch',
      'br-0003': 'verified',
    });
    expect(ran.exit).toBe(1);
    expectRefused(fleet, startup);
    const detail = ran.device('br-0002').error?.detail.replaceAll(' ', '');
    expect(detail).toContain(`pinned:SHA1${fleet.lab.ca.authority.fingerprint('sha1')}`);
    expect(detail).toContain(`SHA1${fleet.lab.impostor?.authority.fingerprint('sha1')}`);
    for (const name of ['br-0001', 'br-0003']) {
      expect(savedIn(fleet.router(name), evidenceOf(fleet, name).identity)).toEqual(['running', 'startup']);
    }
  });

  it('gets a no to “Do you accept this certificate?” where its trustpoint holds no pin', async () => {
    await using fleet = await startIntercepted();
    await useTemplateWithoutPin(fleet);
    const startup = fleet.router('br-0002').state.startup;
    const typed = { good: watchTyping(fleet.router('br-0001')), bad: watchTyping(fleet.router('br-0002')) };

    const ran = await fleet.run('enroll');

    expect(ran.outcomes).toMatchObject({ 'br-0001': 'verified', 'br-0002': 'fingerprint-mismatch' });
    expect(ran.exit).toBe(1);
    expect(answerTo(typed.bad())).toBe('no');
    expect(answerTo(typed.good())).toBe('yes');
    expectRefused(fleet, startup);
    expect(evidenceOf(fleet, 'br-0001').issued.renewal).toBe(false);
  });

  it('is not even shown to a router that could compare only one of the pins, where the other is not its', async () => {
    await using fleet = await startLabFleet({ routers: 1 });
    const sha1 = `SHA1:${fleet.lab.ca.authority.fingerprint('sha1')}`;
    await fleet.editInventory((inventory) =>
      inventory.setIn(['authorities', 'lab-ca', 'fingerprint'], [sha1, `SHA256:${'AB'.repeat(32)}`]),
    );
    const typed = watchTyping(fleet.router('br-0001'));

    const ran = await fleet.run('enroll');

    expect(ran.outcomes).toEqual({ 'br-0001': 'fingerprint-mismatch' });
    expect(ran.device('br-0001').error?.step).toBe('authenticate');
    expect(ran.device('br-0001').error?.message).toContain('SHA1 agrees, SHA256 does not');
    expect(typed()).not.toContain('crypto pki authenticate BRANCH');
    expect(typed()).not.toContain('crypto pki enroll BRANCH');
    expect(typed()).not.toContain('write memory');
    expect(fleet.router('br-0001').state.certificates).toEqual([]);
    expect(fleet.lab.ca.asked).toEqual([]);
    expect(fleet.lab.ca.passwords.minted).toEqual([]);
  });
});

function startIntercepted(): Promise<LabFleet> {
  return startLabFleet({ routers: 3, cast: { 'br-0002': { intercepted: true } } });
}

/** The router asked the impostor for its certificate once and for nothing else, trusts nobody, and saved nothing. */
function expectRefused({ lab, router }: LabFleet, startup: string): void {
  const { state } = router('br-0002');
  expect(state.certificates).toEqual([]);
  expect(state.startup).toBe(startup);
  expect(state.typed.map(({ text }) => text)).not.toContain('crypto pki enroll BRANCH');
  expect(lab.impostor?.requests).toEqual(['GetCACert']);
  expect(lab.impostor?.asked).toEqual([]);
  expect(lab.ca.passwords.minted).toHaveLength(2);
}

function answerTo(typed: readonly string[]): string | undefined {
  return typed[typed.indexOf('crypto pki authenticate BRANCH') + 1];
}

async function useTemplateWithoutPin({ dir, editInventory }: LabFleet): Promise<void> {
  const folder = path.join(dir, 'own-templates');
  const file = path.join(folder, 'trustpoint-scep.hbs');
  await cp(path.join(TEMPLATES, 'trustpoint-scep.hbs'), file);
  const template = await readFile(file, 'utf8');
  const without = template.replace(/^\{\{#if trustpoint\.fingerprint\}\}\n.*\n\{\{\/if\}\}\n/m, '');
  expect(without).not.toBe(template);
  await writeFile(file, without);
  await editInventory((inventory) => inventory.set('templates', './own-templates'));
}
