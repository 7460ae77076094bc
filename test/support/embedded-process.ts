// A process that uses the embedded server of a data folder, for tests that start several and kill some:
//   node --import ./test/support/typescript.mjs test/support/embedded-process.ts <data folder> [uid [package folder]]
// It prints one line of JSON when it is ready, and releases the server when its input ends.
import { startEmbedded } from '../../src/database/embedded/embedded.js';

const [, , dataDir, uid, packageFolder] = process.argv;
if (!dataDir) throw new Error('no data folder given');
// Only now: the user may not be able to read the modules.
if (uid) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}

const began = Date.now();
const database = await startEmbedded(dataDir, { packageFolder });
console.log(JSON.stringify({ url: database.url, uid: process.getuid?.(), took: Date.now() - began }));
process.stdin.resume();
process.stdin.once('end', () => void database.release(60));
