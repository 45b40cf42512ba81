// Writes docs/inventory.schema.json from the schema that the program itself checks with.
import { writeFileSync } from 'node:fs';
import { inventoryJsonSchema } from '../src/inventory/schema.ts';

const file = new URL('../docs/inventory.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(inventoryJsonSchema(), null, 2)}\n`);
