// Loaded into every server that these tests start: it ends with the test that started it, however that ends, and says when
// it hears SIGTERM, and how much memory it needs when all garbage is collected.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (asked) => {
  if (asked !== 'memory') return;
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({ used: heapUsed + external, rss });
});
// Before that SIGTERM ends it as it ends any process.
process.on('newListener', (event) => event === 'SIGTERM' && process.send('hears SIGTERM'));
// Neither listener keeps a server alive that wants to end.
process.channel.unref();
