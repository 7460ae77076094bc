import { rmSync } from 'node:fs';

export default async function tearDown() {
  const { folder, release } = globalThis.__carillonServer;
  await release();
  rmSync(folder, { recursive: true, force: true });
  globalThis.__carillonWatch.stdin.end();
}
