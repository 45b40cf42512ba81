/** What paid most: profiles before and after, as docs/performance.md shows them. Taken once; the bench does not make them. */

export interface Gain {
  readonly name: string;
  /** What was changed. */
  readonly change: string;
  /** What was run, with what, when, before and after which commit. */
  readonly measured: string;
  /** What it was before, and after. */
  readonly rows: readonly (readonly [what: string, before: string, after: string])[];
}

export const GAINS: readonly Gain[] = [
  {
    name: 'Legacy logins: key exchanges off the event loop',
    change:
      'Diffie-Hellman is computed in a thread, the prime of a group is not examined at every login, and one handshake goes on in each turn of the event loop.',
    measured:
      'The race `legacy`: 50 logins with `diffie-hellman-group-exchange-sha1` beside 200 modern sessions that type `show clock`, under `node --cpu-prof`, 2026-11-21; before abeb6e4 and after b555a43, one right after the other. Shares are of the time in which the event loop was busy.',
    rows: [
      ['event loop busy', '13,675 ms', '3,152 ms'],
      [
        '`DiffieHellman` of node:crypto: makes the group, examines the prime',
        '10,952 ms, 80.1 %',
        '– (thread)',
      ],
      ['`onKEXPayload` of ssh2, with all it calls', '11,453 ms, 83.8 %', '256 ms, 8.1 %'],
      ['garbage collector', '216 ms, 1.6 %', '269 ms, 8.5 %'],
      ['`verifyOneShot`: signatures of host keys', '92 ms, 0.7 %', '91 ms, 2.9 %'],
      ['event loop late, at worst', '3,878 ms', '36 ms'],
      ['event loop late, in 99 of 100 cases', '17.2 ms', '5.8 ms'],
      ['`show clock` of a modern session, median', '39.5 ms', '4.2 ms'],
      ['with `diffie-hellman-group1-sha1`: late at worst', '460 ms', '71 ms'],
      ['with it: `DiffieHellmanGroup` of node:crypto', '1,703 ms, 38.4 %', '– (thread)'],
    ],
  },
  {
    name: 'Start of the program: few files, and only what a command needs',
    change:
      'The command line is put into few files when it is built; a command loads its own; zod is taken in pieces and makes no code for one inventory.',
    measured:
      '`trustfleet render` of one router and `trustfleet --help`, cold, under `node --cpu-prof`, 2026-11-21; before 535cda8 and after a50ee37.',
    rows: [
      ['`render`: busy', '698 ms', '222 ms'],
      ['`compileSourceTextModule`', '102 ms', '59 ms'],
      ['garbage collector', '53 ms', '17 ms'],
      [
        '`openFileHandle`, `read`, `readFileUtf8`, `fstat`, `close`, `internalModuleStat`',
        '77 ms',
        'below 1.2 ms each',
      ],
      ['`wrapSafe`: modules in CommonJS', '20 ms', 'below 1.2 ms'],
      ['`foreseePlan`', '14 ms', 'below 1.2 ms'],
      ['`--help`: busy', '91 ms', '50 ms'],
    ],
  },
  {
    name: 'One enrollment: what depends on nothing is typed ahead',
    change:
      'A session begins with one write: its terminal and the first reads go out behind each other, and so do the end of one step and the beginning of the next, the settings of a trustpoint, and rows of reads. A login with nothing but a password asks for no list of methods; terminal and shell are asked for in one go.',
    measured:
      'One SCEP enrollment of a router of the lab 150 ms away (the race `enroll`), by its transcript, 2026-11-21; before 2a214ce (9890cae) and after a34b8db. One wait is one round trip.',
    rows: [
      ['whole enrollment', '8,124 ms', '6,083 ms'],
      ['waits of a round trip or more', '41', '27'],
      ['turns at the distance, connecting included', '50', '34'],
      ['connect, log in, terminal', '2,141 ms', '1,634 ms'],
      ['observe', '641 ms', '356 ms'],
      ['set-clock', '784 ms', '503 ms'],
      ['configure', '785 ms', '486 ms'],
      ['generate-keypair', '620 ms', '574 ms'],
      ['authenticate', '668 ms', '565 ms'],
      ['enroll: the router’s questions, one after the other', '949 ms', '959 ms'],
      ['a visit that reads (log in, three shows, log out): turns', '15', '9'],
    ],
  },
];

/** In Markdown, with headings of the third level. */
export function gainsText(gains: readonly Gain[] = GAINS): string {
  return gains
    .map(({ name, change, measured, rows }) =>
      [
        `### ${name}`,
        `${change}\n${measured}`,
        ['| | before | after |', '|---|---:|---:|', ...rows.map((row) => `| ${row.join(' | ')} |`)].join(
          '\n',
        ),
      ].join('\n\n'),
    )
    .join('\n\n');
}
