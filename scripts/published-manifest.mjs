// Around `npm pack`: the package.json of the published package has no scripts (nothing runs when it is installed) and
// names no package that only its development needs. `--restore` puts the repository's back.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const SAVED = 'dist/.package.json';

if (process.argv.includes('--restore')) {
  if (existsSync(SAVED)) renameSync(SAVED, 'package.json');
} else {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  if (manifest.scripts === undefined) throw new Error('package.json is already the published one');
  delete manifest.scripts;
  delete manifest.devDependencies;
  // Moved and not copied: a newer package.json would have everything built anew.
  renameSync('package.json', SAVED);
  writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
}
