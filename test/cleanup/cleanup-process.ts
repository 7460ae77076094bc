// A process that cleans up at a given time, for tests that give it a time zone of its own:
//   TZ=America/New_York node --import ./test/support/typescript.mjs test/cleanup/cleanup-process.ts <url> <ISO time>
import { NestFactory } from '@nestjs/core';
import { CleanupService } from '../../src/cleanup/cleanup.service.js';
import { CliModule } from '../../src/cli/cli.module.js';
import { Clock } from '../../src/common/clock.js';
import { completeBasePaths, completeOptions } from '../../src/config/defaults.js';

const [, , url, now] = process.argv;
if (!url || !now) throw new Error('no URL and time given');
Clock.prototype.now = () => new Date(now);
const options = completeOptions({
  database: { url },
  encryption: { key: 'a key for tests, which nothing needs' },
});
const context = await NestFactory.createApplicationContext(
  CliModule.forRoot({ ...options, basePaths: completeBasePaths() }),
  { logger: false, abortOnError: false },
);
const removed = await context.get(CleanupService, { strict: false }).run();
console.log(JSON.stringify({ hour: new Date(now).getHours(), removed }));
await context.close();
