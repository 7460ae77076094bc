// Loaded into every server that these tests start: it ends with the test that started it, whatever ends that, and it
// says how much memory it needs when all garbage is collected.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (asked) => {
  if (asked !== 'memory') return;
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({ used: heapUsed + external, rss });
});
// Neither listener keeps a server alive that wants to end.
process.channel.unref();
