export default async function tearDown() {
  await globalThis.__carillonCluster.destroy();
}
