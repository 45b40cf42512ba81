// Puts what the HTML report is made of beside the compiled code: styles and scripts that go into the page as they are.
import { cpSync } from 'node:fs';

const here = new URL('../', import.meta.url);
cpSync(new URL('src/report/html/', here), new URL('dist/report/html/', here), {
  recursive: true,
  filter: (file) => !file.endsWith('.ts'),
});
