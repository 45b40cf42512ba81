import { toCsv } from '../report/csv.ts';
import { toJUnit } from '../report/junit.ts';
import type { ReportMaterial } from '../report/material.ts';
import { toPrometheus } from '../report/metrics.ts';
import { type FileText, writePrivately } from '../report/private-file.ts';
import type { EndedRun } from '../run/result.ts';
import type { Io } from './io.ts';
import type { OptionValues } from './options.ts';
import { writableFile } from './result-file.ts';

/** A report that was asked for, whose file can be written. */
export interface ReportFile {
  /** `--html` and the like. */
  readonly option: string;
  readonly file: string;
  readonly write: (material: ReportMaterial<EndedRun>) => Promise<void>;
}

type Kind = 'html' | 'junit' | 'csv' | 'metrics';

const MAKERS: Readonly<Record<Kind, (material: ReportMaterial<EndedRun>) => FileText | Promise<FileText>>> = {
  // Only those who want a page load it.
  html: async (material) => (await import('../report/html/to-html.ts')).toHtml(material),
  junit: toJUnit,
  csv: toCsv,
  metrics: toPrometheus,
};

/** Finds out before any work is done which reports are wanted and whether they can be written. Throws InputError. */
export async function reportFiles(options: OptionValues, io: Io): Promise<readonly ReportFile[]> {
  const files: ReportFile[] = [];
  for (const kind of Object.keys(MAKERS) as Kind[]) {
    const name = options[kind];
    if (name === undefined) continue;
    const option = `--${kind}`;
    const file = await writableFile(name, option, io);
    files.push({
      option,
      file,
      write: async (material) => {
        // Another program reads the metrics: what lets it must outlive the file.
        await writePrivately(file, await MAKERS[kind](material), { keepAccess: kind === 'metrics' });
      },
    });
  }
  return files;
}
