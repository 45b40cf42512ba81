import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { previewDevice } from '../../src/enrollment/preview.ts';
import { createRenderer } from '../../src/template/render.ts';
import { OneRouter } from './one-router.ts';
import { PaperDesk } from './paper-desk.ts';

const enrolling = (typed: readonly string[]): readonly string[] =>
  typed.filter((line) => /^crypto pki (?:enroll|import)/.test(line));

it('a router without a way to its CA gets a certificate by cut and paste, in two runs', async () => {
  await using desk = await PaperDesk.open();
  await using one = await OneRouter.start({
    authority: desk.authority,
    trustpoint: { method: { terminal: { submit: desk.submit } }, grant: { timeout: '0s' } },
  });
  const file = path.join(desk.requests, 'br-0001.BRANCH.req');

  const first = await one.enroll();
  expect(first.outcome).toBe('pending');
  expect(first.notes.join()).toContain(`in ${file}`);
  expect(await readFile(file, 'utf8')).toContain('BEGIN CERTIFICATE REQUEST');
  expect(one.held.size).toBe(0);

  await desk.signAll();
  const second = await one.enroll();
  expect([second.error, second.outcome]).toEqual([undefined, 'verified']);
  expect(enrolling(one.typed)).toEqual(['crypto pki enroll BRANCH', 'crypto pki import BRANCH certificate']);
  expect([...one.held.keys()]).toEqual(['BRANCH']);
  expect(await desk.asked()).toEqual(new Map());

  const { steps } = previewDevice(one.device, createRenderer());
  const foreseen = new Set(steps.flatMap(({ lines }) => lines.map(({ text }) => text.trim())));
  const answers = /^(?:yes|no|quit|[A-Za-z0-9+/=]{48,}|-----.*)$/;
  const commands = one.typed.filter((line) => line !== '' && !answers.test(line));
  expect(commands.filter((line) => !foreseen.has(line)).filter((line) => line.includes(' '))).toEqual([]);
});
