import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/cli/options.ts';
import { CertificateFolder } from '../../src/report/certificate-folder.ts';
import type { DeviceJob } from '../../src/run/device-job.ts';
import { ROOT } from '../pki/certificate-world.ts';
import { aFailure } from '../report/a-run.ts';
import { aSummary, ROUTER } from '../report/proof/a-proof.ts';
import { aResult } from '../run/a-device.ts';
import { anInventory, ENV, PASSWORD } from './an-inventory.ts';
import { type FakeIo, fakeIo, trustfleet } from './fake-io.ts';
import { runJobs } from './run-jobs.ts';

const FILES = { html: 'r.html', junit: 'r.xml', csv: 'r.csv', metrics: 'r.prom' };
const PASSPHRASE = 'open-sesame-please';

const job: DeviceJob = async ({ name }) =>
  name === 'br-3'
    ? aFailure(name, 'login-refused', `Permission denied with ${PASSWORD}`)
    : aResult(name, 'verified', { certificates: [aSummary()], transcript: `x/${name}.txt` });

/** An inventory folder in which a run with certificates and transcripts has been. */
async function afterARun(more: Partial<OptionValues> = {}) {
  const io = fakeIo({
    cwd: anInventory((text) =>
      text.replace('    trustpoints: [BRANCH]\n', '    trustpoints: [BRANCH]\n    vars: { site: Lyon }\n'),
    ),
    env: ENV,
  });
  const ran = await runJobs(
    async (device, hooks) => {
      const [run = ''] = readdirSync(path.join(io.cwd, '.trustfleet/runs'));
      const kept = new CertificateFolder(path.join(io.cwd, '.trustfleet/runs', run, 'certificates'));
      for (const { der } of [ROUTER, ROOT]) kept.keep(der);
      const folder = path.join(io.cwd, '.trustfleet/transcripts', run);
      writeFileSync(path.join(folder, `${device.name}.txt`), `09:30:01.204 < ${device.name}#\n`);
      return job(device, hooks);
    },
    { io, ...more },
  );
  const [run = ''] = readdirSync(path.join(io.cwd, '.trustfleet/runs'));
  return { ...ran, run, cwd: io.cwd };
}

const report = (cwd: string, ...argv: string[]) => trustfleet(['report', ...argv], fakeIo({ cwd }));
/** Without the line breaks at 80 columns, whose places depend on how deep the temporary folder lies. */
const inOneLine = (text: string): string => text.replace(/\n\s+/g, ' ');
const read = (cwd: string, file: string): string => readFileSync(path.join(cwd, file), 'utf8');

describe('the reports of a run', () => {
  it('are written at its end, for their owner, without a secret', async () => {
    const { cwd, code } = await afterARun(FILES);

    expect(code).toBe(1);
    for (const file of Object.values(FILES)) {
      expect(statSync(path.join(cwd, file)).mode & 0o777, file).toBe(0o600);
      expect(read(cwd, file), file).not.toContain(PASSWORD);
    }
    expect(read(cwd, 'r.xml')).toContain('tests="3" failures="1"');
    expect(read(cwd, 'r.csv')).toContain('Lyon');
    expect(read(cwd, 'r.prom')).toContain('trustfleet_devices{command="enroll",outcome="verified"} 2');
    expect(read(cwd, 'r.html')).toContain('<b>2</b> <span>✓ verified</span>');
  });

  it('are the same when they are made afterwards from the state directory', async () => {
    const { cwd, run } = await afterARun(FILES);
    const options = Object.entries(FILES).flatMap(([option, file]) => [`--${option}`, `again-${file}`]);
    const { code, out } = await report(cwd, run.slice(0, 12), ...options);

    expect([code, out.split('\n').length]).toEqual([0, 5]);
    for (const file of Object.values(FILES)) expect(read(cwd, `again-${file}`), file).toBe(read(cwd, file));
  });

  it.each(Object.entries(FILES))(
    'refuse a file that cannot be written before anything is connected: --%s',
    async (option, file) => {
      let started = 0;
      const { code, err } = await runJobs(
        async ({ name }) => {
          started += 1;
          return aResult(name);
        },
        { [option]: `nowhere/${file}` },
      );
      expect([code, started]).toEqual([3, 0]);
      expect(err).toContain(`--${option}: there is no folder`);
    },
  );

  it('refuse one file for two of them', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV });
    const { code, err } = await trustfleet(['enroll', '--html', 'same', '--csv', './same'], io);
    expect(code).toBe(3);
    expect(err).toContain('is the file of --html too');
  });

  it('that break disturb neither the run nor each other', async () => {
    const { cwd, code, err, out } = await afterARun({ csv: 'r.csv', junit: 'r.xml' });
    mkdirSync(path.join(cwd, 'gone'));
    expect([code, out.includes('3 devices'), err.includes('a report failed')]).toEqual([1, true, false]);

    const io = fakeIo({ cwd: anInventory(), env: ENV });
    mkdirSync(path.join(io.cwd, 'gone'));
    const broken = await runJobs(removing(io), { io, html: 'gone/r.html', csv: 'r.csv' });
    expect(broken.err).toMatch(/a report failed: ENOENT/);
    expect(broken.code).toBe(1);
    expect(read(io.cwd, 'r.csv')).toContain('br-1');
  });

  it('keep the access to a metrics file that another program reads', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV });
    writeFileSync(path.join(io.cwd, 'r.prom'), '', { mode: 0o640 });
    await runJobs(job, { io, metrics: 'r.prom' });
    expect(statSync(path.join(io.cwd, 'r.prom')).mode & 0o777).toBe(0o640);
  });
});

describe('trustfleet report', () => {
  it('shows the last run again, and lists them all', async () => {
    const { cwd, run, out } = await afterARun();
    const again = await report(cwd);
    expect(again.code).toBe(0);
    expect(again.out).toContain(`run ${run}`);
    expect(again.out).toContain(out.trim().split('\n').at(-1));

    const list = await report(cwd, '--list');
    expect(list.out).toContain(`${run}  enroll`);
    expect(list.out).toContain('2 verified, 1 failed');
  });

  it.each([
    ['no runs', [], 'holds no runs'],
    ['another run', ['nothing'], 'holds no runs'],
  ])('says so when there is %s', async (_, argv, message) => {
    const { code, err } = await report(anInventory(), ...argv);
    expect([code, err.includes(message)]).toEqual([3, true]);
  });

  it('says so when a run is not known, or its result was cut', async () => {
    const { cwd, run } = await afterARun();
    expect((await report(cwd, '1999')).err).toContain('is no run that is kept');
    const file = path.join(cwd, '.trustfleet/runs', run, 'result.json');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 500));
    const { code, err } = await report(cwd);
    expect([code, err]).toEqual([3, expect.stringContaining('is no JSON: it was cut, or edited')]);
  });
});

describe('the proof', () => {
  it.each(['proof.tar', 'proof'])('is written, signed and checked: %s', async (target) => {
    const { cwd } = await afterARun();
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(path.join(cwd, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(path.join(cwd, 'pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));

    expect(await report(cwd, '--proof', target, '--sign-key', 'key.pem')).toMatchObject({ code: 0 });
    const checked = await report(cwd, '--check-proof', target, '--verify-key', 'pub.pem');
    expect([checked.code, checked.out.match(/^✓/gm)?.length]).toEqual([0, 9]);
    expect(inOneLine(checked.out)).toContain('are unaltered');

    const transcripts = path.join(cwd, '.trustfleet/transcripts');
    const [run = ''] = readdirSync(transcripts);
    writeFileSync(path.join(transcripts, run, 'br-1.txt'), '09:30:01.204 < something else\n');
    const altered = await report(cwd, '--check-proof', target, '--verify-key', 'pub.pem');
    expect([altered.code, altered.out.includes('altered since: br-1')]).toEqual([1, true]);

    const unknown = await report(cwd, '--check-proof', target);
    expect([unknown.code, unknown.out.includes('the key came with the proof')]).toEqual([1, true]);
  });

  it('notices that the conversation of an earlier attempt was altered', async () => {
    const { cwd, run } = await afterARun();
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(path.join(cwd, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const file = path.join(cwd, '.trustfleet/runs', run, 'result.json');
    const document = JSON.parse(readFileSync(file, 'utf8'));
    const [device] = document.devices;
    const transcripts = path.join(cwd, '.trustfleet/transcripts', run);
    writeFileSync(path.join(transcripts, 'br-1.attempt-2.txt'), '09:31:01.204 < br-1#\n');
    Object.assign(device, {
      attempts: 2,
      transcript: path.join(transcripts, 'br-1.attempt-2.txt'),
      earlierTranscripts: [path.join(transcripts, 'br-1.txt')],
    });
    writeFileSync(file, JSON.stringify(document));

    expect(await report(cwd, '--proof', 'proof', '--sign-key', 'key.pem')).toMatchObject({ code: 0 });
    const before = await report(cwd, '--check-proof', 'proof');
    expect(inOneLine(before.out)).toContain('are unaltered');
    writeFileSync(path.join(transcripts, 'br-1.txt'), '09:30:01.204 < something else\n');
    const after = await report(cwd, '--check-proof', 'proof');
    expect([after.code, after.out.match(/altered since: .*/)?.[0]]).toEqual([1, 'altered since: br-1']);
  });

  it('can be unpacked by tar', async () => {
    const { cwd } = await afterARun();
    writeKey(cwd);
    await report(cwd, '--proof', 'p.tar', '--sign-key', 'key.pem', '--sign-passphrase', 'file:phrase');
    const names = execFileSync('tar', ['-tf', 'p.tar'], { cwd, encoding: 'utf8' }).trim().split('\n');
    expect(names.slice(0, 5)).toEqual(
      ['README.txt', 'manifest.json', 'manifest.sig', 'public.pem', 'entries.jsonl'].map(
        (name) => `p/${name}`,
      ),
    );
    expect(names).toHaveLength(7);
  });

  it.each([
    ['no key', [], '--proof: is signed, so it needs --sign-key'],
    ['no passphrase', ['--sign-key', 'key.pem'], '--sign-key: needs a passphrase'],
    [
      'a passphrase itself',
      ['--sign-key', 'key.pem', '--sign-passphrase', PASSPHRASE],
      'expected env:NAME, file:path or prompt',
    ],
    [
      'an unset variable',
      ['--sign-key', 'key.pem', '--sign-passphrase', 'env:NOWHERE'],
      'NOWHERE is not set',
    ],
    [
      'a wrong passphrase',
      ['--sign-key', 'key.pem', '--sign-passphrase', 'file:key.pem'],
      'does not open with this passphrase',
    ],
    ['a missing key', ['--sign-key', 'gone.pem'], 'cannot be read (ENOENT)'],
  ])('is not made with %s', async (_, argv, message) => {
    const { cwd } = await afterARun();
    writeKey(cwd);
    const { code, err, out } = await report(cwd, '--proof', 'p.tar', ...argv);
    expect([code, err]).toEqual([3, expect.stringContaining(message)]);
    expect(err + out).not.toContain(PASSPHRASE);
    expect(readdirSync(cwd)).not.toContain('p.tar');
  });

  it('is never written into a folder that is there', async () => {
    const { cwd } = await afterARun();
    writeKey(cwd);
    mkdirSync(path.join(cwd, 'there'));
    const { code, err } = await report(
      cwd,
      '--proof',
      'there',
      '--sign-key',
      'key.pem',
      '--sign-passphrase',
      'file:phrase',
    );
    expect([code, err]).toEqual([3, expect.stringContaining('is there already')]);
  });

  it.each([
    ['gone.tar', 'cannot be read (ENOENT)'],
    ['inventory.yaml', 'is no whole tar archive'],
  ])('that is none is refused: %s', async (name, message) => {
    const { code, err } = await report(anInventory(), '--check-proof', name);
    expect([code, err]).toEqual([3, expect.stringContaining(message)]);
  });
});

function writeKey(cwd: string): void {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: PASSPHRASE,
  });
  writeFileSync(path.join(cwd, 'key.pem'), pem);
  writeFileSync(path.join(cwd, 'phrase'), `${PASSPHRASE}\n`);
}

/** A job in whose time somebody removes the folder of a report. */
function removing(io: FakeIo): DeviceJob {
  return async ({ name }) => {
    const { rmSync } = await import('node:fs');
    rmSync(path.join(io.cwd, 'gone'), { recursive: true, force: true });
    return aResult(name);
  };
}
