import { COMMANDS } from '../../src/cli/commands.ts';
import { EXIT_CODES } from '../../src/cli/exit-code.ts';
import { CAUSES } from '../../src/cli/explanations.ts';
import { ERRORS, type ErrorCode } from '../../src/domain/errors.ts';
import { fakeIo, trustfleet } from './fake-io.ts';

/** What docs/cli.md holds below its introduction: the help of every command at 80 columns. */
export async function commandSections(): Promise<readonly string[]> {
  const sections: string[] = [];
  for (const { name } of COMMANDS) {
    const { out } = await trustfleet([name, '--help'], fakeIo({ columns: 80 }));
    sections.push(`## trustfleet ${name}\n\n\`\`\`text\n${out.trimEnd()}\n\`\`\`\n`);
  }
  return sections;
}

/** What docs/errors.md holds below `## Errors of a device`. */
export function errorSections(): readonly string[] {
  return (Object.keys(ERRORS) as ErrorCode[]).map((code) => {
    const { title, hint, retry } = ERRORS[code];
    const paragraphs = [
      `### ${code}`,
      `What happened: ${title}.`,
      'Why:',
      CAUSES[code].map((cause) => `- ${cause}`).join('\n'),
      `What to do: ${hint}.`,
      `Running it again without changing anything: ${retry ? 'may help' : 'will not help'}.`,
    ];
    return `${paragraphs.join('\n\n')}\n`;
  });
}

/** The rows of the table of exit codes in docs/errors.md. */
export function exitCodeRows(): string {
  return Object.entries(EXIT_CODES)
    .map(([code, what]) => `| \`${code}\` | ${what} |\n`)
    .join('');
}
