import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../src/domain/finding.ts';
import { STEPS } from '../src/domain/step.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const page = (name: string): string => readFileSync(path.join(ROOT, 'docs', name), 'utf8');
/** First cells of the table rows that hold a code word. */
const rows = (text: string): string[] =>
  [...text.matchAll(/^\| (?:\d+ \| )?`([a-z-]+)` \|/gm)].map(([, word = '']) => word);

describe('docs', () => {
  it('name every check of a verification, in order, and no other', () => {
    expect(rows(page('verification.md'))).toEqual(Object.keys(CHECKS));
  });

  it('name every step of a job, in order, and no other', () => {
    expect(rows(page('architecture.md').split('## Folders')[0] ?? '')).toEqual([...STEPS]);
  });

  it('name every folder of src', () => {
    const folders = readdirSync(path.join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const text = page('architecture.md');
    expect(folders.map(({ name }) => name).filter((name) => !text.includes(`| \`${name}/\` |`))).toEqual([]);
  });

  it('link only to files that exist', () => {
    const pages = [
      'README.md',
      'CHANGELOG.md',
      ...readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`),
    ];
    const broken = pages
      .filter((name) => name.endsWith('.md'))
      .flatMap((name) =>
        [...readFileSync(path.join(ROOT, name), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
          ([, link = '']) => ({
            name,
            link,
            file: path.join(ROOT, path.dirname(name), link),
          }),
        ),
      )
      .filter(({ file }) => {
        try {
          readFileSync(file);
          return false;
        } catch {
          return true;
        }
      });
    expect(broken.map(({ name, link }) => `${name}: ${link}`)).toEqual([]);
  });
});
