// One PostgreSQL for all fault tests that do not harm it. Its commits wait for the disk, unlike the other tests'.
import '../../support/typescript.mjs';

export default async function setUp() {
  const { Cluster } = await import('./cluster.ts');
  const cluster = await Cluster.start({ max_connections: '400' });
  globalThis.__carillonCluster = cluster;
  process.env.CARILLON_TEST_DATABASE = cluster.server;
}
