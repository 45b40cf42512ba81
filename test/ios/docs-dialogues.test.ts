import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { matchAtEnd } from '../../src/dialogue/match-at-end.ts';
import { ERRORS } from '../../src/domain/errors.ts';
import { AUTHENTICATE_QUESTIONS } from '../../src/ios/dialogues/authenticate.ts';
import { ENROLL_QUESTIONS } from '../../src/ios/dialogues/enroll-exchanges.ts';
import { SELF_SIGNED_QUESTIONS } from '../../src/ios/dialogues/enroll-selfsigned.ts';
import { FILE_QUESTIONS } from '../../src/ios/dialogues/file-questions.ts';
import { GENERATE_KEYPAIR_QUESTIONS } from '../../src/ios/dialogues/generate-keypair.ts';
import { IMPORT_CERTIFICATE_QUESTIONS } from '../../src/ios/dialogues/import-certificate.ts';
import { IMPORT_PKCS12_QUESTIONS } from '../../src/ios/dialogues/import-pkcs12.ts';
import { PRINT_REQUEST_QUESTIONS } from '../../src/ios/dialogues/print-request.ts';
import { RELOAD_QUESTIONS } from '../../src/ios/dialogues/reload-guard.ts';
import { REMOVE_TRUSTPOINT_QUESTIONS } from '../../src/ios/dialogues/remove-trustpoint.ts';
import { SAVE_QUESTIONS } from '../../src/ios/dialogues/save.ts';
import { WRITE_REQUEST_QUESTIONS } from '../../src/ios/dialogues/write-request.ts';
import { ZEROIZE_QUESTIONS } from '../../src/ios/dialogues/zeroize-keypair.ts';
import { ENABLE_QUESTIONS } from '../../src/ios/enable.ts';
import { iosHabits } from '../../src/ios/habits.ts';

const { 'ca-certificate-text': caCertificateText, ...accepting } = AUTHENTICATE_QUESTIONS;
const {
  'remote-host': remoteHost,
  'source-filename': source,
  'destination-filename': destination,
} = FILE_QUESTIONS;

const DIALOGUES: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  enable: ENABLE_QUESTIONS,
  'generate-keypair': GENERATE_KEYPAIR_QUESTIONS,
  authenticate: {
    'ca-certificate-text': caCertificateText,
    'remote-host': remoteHost,
    'source-filename': source,
    ...accepting,
  },
  enroll: ENROLL_QUESTIONS,
  'print-request': PRINT_REQUEST_QUESTIONS,
  'write-request': {
    ...WRITE_REQUEST_QUESTIONS,
    'remote-host': remoteHost,
    'destination-filename': destination,
  },
  'import-certificate': IMPORT_CERTIFICATE_QUESTIONS,
  'enroll-selfsigned': SELF_SIGNED_QUESTIONS,
  'import-pkcs12': IMPORT_PKCS12_QUESTIONS,
  'remove-trustpoint': REMOVE_TRUSTPOINT_QUESTIONS,
  'zeroize-keypair': ZEROIZE_QUESTIONS,
  'reload-guard': RELOAD_QUESTIONS,
  save: SAVE_QUESTIONS,
};

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/dialogues.md'), 'utf8');
const chapters = page
  .split(/^## /m)
  .slice(1)
  .map((chapter) => ({
    name: /^\S+/.exec(chapter)?.[0] ?? '',
    rows: [...chapter.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gm)],
  }));
const rows = chapters.flatMap(({ name, rows: found }) =>
  found.map(([, exchange = '', question = '']) => ({ name, exchange, question })),
);

describe('docs/dialogues.md', () => {
  it('has a chapter for each dialogue and a row for each exchange, in the order of the code', () => {
    expect(chapters.map(({ name }) => name)).toEqual(Object.keys(DIALOGUES));
    expect(rows.map(({ name, exchange }) => `${name}/${exchange}`)).toEqual(
      Object.entries(DIALOGUES).flatMap(([name, questions]) =>
        Object.keys(questions).map((exchange) => `${name}/${exchange}`),
      ),
    );
  });

  it.each(rows)(
    'shows a question that $name/$exchange recognises, and no other exchange of it',
    ({ name, exchange, question }) => {
      const recognised = Object.entries(DIALOGUES[name] ?? {}).filter(([, prompt]) =>
        matchAtEnd(prompt, `${question} `),
      );
      expect(recognised.map(([found]) => found)).toEqual([exchange]);
      // What would not be recognised would still be taken for a question, and left.
      const { looksLikeQuestion, asksForText = /(?!)/ } = iosHabits();
      const signs = [looksLikeQuestion, asksForText];
      expect(signs.some((sign) => matchAtEnd(sign, `${question} `) !== undefined)).toBe(true);
    },
  );

  it('names only error codes that exist', () => {
    const named = [...page.matchAll(/`([a-z]+-[a-z-]+)`/g)].map(([, code = '']) => code);
    const exchanges = rows.map(({ exchange }) => exchange);
    expect(named.filter((code) => !(code in ERRORS) && !exchanges.includes(code))).toEqual([]);
  });
});
