import { open } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { formatDuration } from '../domain/duration.ts';
import { countOutcomes } from '../run/result.ts';
import { type Cell, drawGrid } from './grid.ts';
import { countsInWords } from './outcomes.ts';
import { listRuns, RESULT_FILE } from './saved-run.ts';
import type { Style } from './style.ts';
import type { Terminal } from './terminal.ts';

/** The head of a result stands before its devices, which may be megabytes. */
const HEAD_BYTES = 16_384;

const Head = z.object({
  run: z.object({
    command: z.string(),
    startedAt: z.iso.datetime(),
    durationMs: z.number(),
    interrupted: z.boolean(),
    stopped: z.string().optional(),
  }),
  // An older run counts fewer outcomes.
  counts: z.record(z.string(), z.number()).transform((counts) => ({ ...countOutcomes([]), ...counts })),
});

/** The runs that are kept, the latest first. */
export async function drawRuns(runs: string, { columns, style }: Terminal): Promise<string[]> {
  const ids = (await listRuns(runs)).toReversed();
  if (ids.length === 0) return [`no runs in ${runs}`];
  const rows = await Promise.all(ids.map((id) => drawRun(runs, id, style)));
  const heads = [
    { title: 'RUN', least: 30 },
    { title: 'COMMAND', least: 7 },
    { title: 'TIME', least: 6, align: 'right' },
    { title: 'OUTCOMES', least: 20 },
  ] as const;
  return drawGrid({ columns: heads, rows }, columns() - 1, style.dim);
}

async function drawRun(runs: string, id: string, style: Style): Promise<Cell[]> {
  const head = await readHead(path.join(runs, id, RESULT_FILE));
  if (head === undefined) {
    return [{ text: id }, { text: '' }, { text: '' }, { text: 'not finished, or killed', paint: style.warn }];
  }
  const { run, counts } = head;
  const end = run.interrupted ? ', interrupted' : run.stopped === undefined ? '' : ', stopped';
  const paint = counts.failed > 0 || end !== '' ? style.bad : style.good;
  return [
    { text: id },
    { text: run.command },
    { text: formatDuration(run.durationMs) },
    { text: `${countsInWords(counts)}${end}`, paint },
  ];
}

/** What stands before the devices in a result; undefined when it is not there, or cannot be read. */
export async function readHead(file: string): Promise<z.infer<typeof Head> | undefined> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const [head = ''] = buffer
      .subarray(0, bytesRead)
      .toString('utf8')
      .split(/,\s*"devices": \[/);
    return Head.parse(JSON.parse(`${head}}`));
  } catch {
    return undefined;
  }
}
