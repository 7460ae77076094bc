import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file of types, for servers that are started. */
export function typesFile(types: object[]): { path: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-types-'));
  const path = join(folder, 'types.json');
  writeFileSync(path, JSON.stringify(types));
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
