import * as colors from 'yoctocolors';

export type Paint = (text: string) => string;

/** How things look: colors and marks, or none and their plain stand-ins. */
export interface Style {
  readonly unicode: boolean;
  readonly color: boolean;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly accent: Paint;
  readonly dim: Paint;
  readonly strong: Paint;
  readonly marks: Marks;
}

export interface Marks {
  readonly pass: string;
  readonly fail: string;
  readonly unknown: string;
  readonly note: string;
  readonly wait: string;
  readonly skip: string;
  readonly arrow: string;
  readonly full: string;
  readonly empty: string;
}

const UNICODE: Marks = {
  pass: '✓',
  fail: '✗',
  unknown: '?',
  note: '!',
  wait: '…',
  skip: '-',
  arrow: '→',
  full: '█',
  empty: '░',
};
const ASCII: Marks = {
  pass: '+',
  fail: 'x',
  unknown: '?',
  note: '!',
  wait: '~',
  skip: '-',
  arrow: '>',
  full: '#',
  empty: '.',
};
const PLAIN: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '…': '~',
  '→': '>',
  '–': '-',
  '—': '-',
  '×': 'x',
  '·': '.',
};

export function createStyle({ color, unicode }: { color: boolean; unicode: boolean }): Style {
  const paint = (wanted: Paint): Paint => (color ? wanted : (text) => text);
  return {
    unicode,
    color,
    good: paint(colors.green),
    bad: paint(colors.red),
    warn: paint(colors.yellow),
    accent: paint(colors.cyan),
    dim: paint(colors.dim),
    strong: paint(colors.bold),
    marks: unicode ? UNICODE : ASCII,
  };
}

/** The same text, column for column, for a terminal that knows ASCII only. */
export function toAscii(text: string): string {
  return text.replace(/[‘’“”…→–—×·]/g, (character) => PLAIN[character] ?? character);
}
