import { Command } from 'commander';
import { CleanupService, describe } from '../cleanup/cleanup.service.js';
import { print, withCarillon } from './context.js';

export function cleanupCommand(): Command {
  return new Command('cleanup')
    .description('Delete for good what has been kept long enough, as the server does every night.')
    .option('--dry-run', 'only say what would be removed')
    .action((options: { dryRun?: true }) =>
      withCarillon(async (carillon) => {
        const cleanup = carillon.get(CleanupService, { strict: false });
        if (options.dryRun) return print(`would remove ${describe(await cleanup.preview())}`);
        const stopping = new AbortController();
        // Between two batches: what is removed stays removed, and the next one goes on.
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
        const report = await cleanup.run(stopping.signal);
        print(report ? `removed ${describe(report)}` : 'another process is cleaning up at this moment');
      }),
    );
}
