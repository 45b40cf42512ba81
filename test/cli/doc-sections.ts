import { COMMANDS } from '../../src/cli/commands.ts';
import { EXIT_CODES } from '../../src/cli/exit-code.ts';
import { CAUSES } from '../../src/cli/explanations.ts';
import { ERRORS, type ErrorCode } from '../../src/domain/errors.ts';
import type { RouterLine } from '../../src/ios/router-lines/router-line.ts';
import { ROUTER_LINES } from '../../src/ios/router-lines/table.ts';
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
    return `${asMarkdown(paragraphs.join('\n\n'))}\n`;
  });
}

/** `<device>` would be HTML, and vanish. */
function asMarkdown(text: string): string {
  return text.replaceAll('<', '&lt;');
}

/** What docs/errors.md holds below the errors: everything that routers are known to refuse with. */
export function routerLineSections(): readonly string[] {
  const rows = Object.entries<RouterLine>(ROUTER_LINES).map(([code, { examples, cause, remedy }]) => {
    const said = examples.map((line) => `\`${line}\``).join(', ');
    return `### ${code}\n\nThe router says: ${said}\n\nWhy: ${asMarkdown(cause)}\n\nWhat to do: ${asMarkdown(remedy)}\n`;
  });
  return [
    '## What routers say\n\nLines with which a router refuses a command, and PKI messages of its log. They stand in the detail of an error\nas `code: cause`. A line with a percent sign that is not here stops the device all the same.\n',
    ...rows,
  ];
}

/** The rows of the table of exit codes in docs/errors.md. */
export function exitCodeRows(): string {
  return Object.entries(EXIT_CODES)
    .map(([code, what]) => `| \`${code}\` | ${what} |\n`)
    .join('');
}
