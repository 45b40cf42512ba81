import { describe, expect, it } from 'vitest';
import { formatInputProblem, InputError } from '../../src/domain/errors.ts';
import { HEAD, parse, SHA1 } from './inventories.ts';
import { WRONG } from './wrong/all.ts';

function sentencesOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return thrown.problems.map((problem) => formatInputProblem(problem).replace(/^inventory\.yaml[: ]/, ''));
  }
  return [];
}

describe('a wrong inventory', () => {
  it.each(WRONG)('%s', (_title, text, sentences) => {
    expect(sentencesOf(text)).toEqual(sentences);
  });

  it('tells all problems at once, in the order of the file', () => {
    const text = WRONG_TOGETHER;
    expect(sentencesOf(text)).toEqual([
      '3:10 defaults.ssh.usrname: is an unknown key (did you mean username?)',
      '6:28 authorities.ca.scep.url: must be plain http (routers speak SCEP over http; its messages are signed and encrypted by themselves (RFC 8894))',
      '8:32 trustpoints.TP.authority: there is no authority "cq" (did you mean ca?)',
      '8:55 trustpoints.TP.key.typ: is an unknown key (did you mean type?)',
      '8:71 trustpoints.TP.key.size: fewer than 2048 bits are too weak (a router that can do no better needs allowWeakKey: true beside the size)',
      '10:3 devices.a: no ssh.username for a, b (set it under defaults, a group or the device)',
      '10:3 devices.a: neither ssh.password nor ssh.privateKey nor ssh.agent for a, b (set it under defaults, a group or the device: password: { env: TRUSTFLEET_PASSWORD })',
      '11:3 devices.b.host: is missing',
    ]);
  });

  it('reports what an alias brings in once, where it was written', () => {
    const lines = Array.from({ length: 50 }, (_, index) => `  r${index}: { <<: *base, host: r${index} }`);
    const text = `${HEAD}devices:\n  base: &base { host: base, tmeouts: {}, groups: [none] }\n${lines.join('\n')}\n`;
    expect(sentencesOf(text)).toEqual([
      '9:29 devices.base.tmeouts: is an unknown key (did you mean timeouts?)',
      '9:51 devices.base.groups[0]: there is no group "none"',
    ]);
  });

  it('never repeats what may be a secret', () => {
    const places = [
      'ssh: { password: hunter2 }',
      'ssh: { enable: [hunter2] }',
      'ssh: { password: { env: "hunter2!" } }',
    ];
    for (const place of places) {
      const sentences = sentencesOf(`${HEAD}devices: { a: { host: a, ${place} } }`);
      expect(sentences).toHaveLength(1);
      expect(sentences.join()).not.toContain('hunter2');
    }
  });
});

const WRONG_TOGETHER = `defaults:
  domain: example.net
  ssh: { usrname: x }
authorities:
  ca:
    scep: { ra: true, url: "https://ca.example.net/scep" }
    fingerprint: "${SHA1}"
trustpoints: {TP: { authority: cq, subject: x, key: { typ: rsa, size: 1024 } }}
devices:
  a: { host: a }
  b: { tags: [x] }
`;
