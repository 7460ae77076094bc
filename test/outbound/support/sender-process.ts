// Sends to each URL that it reads, a line each, and writes what came of it: in a process of its own, because Node reads
// once at the start which certificates it trusts (NODE_EXTRA_CA_CERTS).
import { createInterface } from 'node:readline';
import { HttpSender } from '../../../src/outbound/http-sender.js';

const sender = new HttpSender({ allowNetworks: ['127.0.0.1'], timeoutMs: 20_000 });
for await (const url of createInterface(process.stdin)) {
  const result = await sender.send({ url, headers: { 'content-type': 'application/json' }, body: '{}' });
  console.log(JSON.stringify(result));
}
await sender.onApplicationShutdown();
