import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as YAML from 'yaml';

type Settings = Readonly<Record<string, unknown>>;

/** One inventory of docs/enrollment-methods.md, as it stands there. */
export interface Example {
  /** The heading above it, and a number where there are several below one heading: `tftp 2`. */
  readonly name: string;
  readonly authorities: Readonly<Record<string, Settings>>;
  readonly trustpoints: Readonly<Record<string, Settings>>;
  /** The one router, with all trustpoints, unless the page names devices. */
  readonly devices?: Readonly<Record<string, Settings>>;
}

const PAGE = readFileSync(path.resolve(import.meta.dirname, '../../../docs/enrollment-methods.md'), 'utf8');

/** Every one, in the page's order. */
export function examplesOfPage(): readonly Example[] {
  return PAGE.split(/^##+ /m)
    .slice(1)
    .flatMap((section) => {
      const heading = section.split('\n')[0] ?? '';
      const blocks = [...section.matchAll(/^```yaml\n(?<text>[\s\S]*?)^```$/gm)];
      return blocks.map(({ groups }, at) => ({
        authorities: {},
        trustpoints: {},
        ...(YAML.parse(groups?.text ?? '') as Partial<Example>),
        name: blocks.length === 1 ? heading : `${heading} ${at + 1}`,
      }));
    });
}
