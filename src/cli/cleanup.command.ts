import { Command } from 'commander';
import { CleanupService, describe } from '../cleanup/cleanup.service.js';
import { onStopSignal } from '../common/stop-signals.js';
import { print, withService } from './context.js';

export const cleanupCommand = new Command('cleanup')
  .description('Delete for good what has been kept long enough, as the server does every night.')
  .option('--dry-run', 'only say what would be removed')
  .action((options: { dryRun?: true }) =>
    withService(CleanupService, async (cleanup) => {
      if (options.dryRun) return print(`would remove ${describe(await cleanup.preview())}`);
      const stopping = new AbortController();
      // Between two batches: what is removed stays removed, and the next one goes on.
      onStopSignal(() => stopping.abort());
      const report = await cleanup.run(stopping.signal);
      print(report ? `removed ${describe(report)}` : 'another process is cleaning up at this moment');
    }),
  );
