import { Command, Option } from 'commander';
import { UNSENT_STATUSES, type UnsentStatus } from '../dispatcher/event.js';
import { NotificationService } from '../dispatcher/notification.service.js';
import { ScheduleService } from '../dispatcher/schedule.service.js';
import type { Withdrawn } from '../dispatcher/withdrawal.js';
import { print, withService } from './context.js';
import { inFlags } from './flags.js';
import { entity } from './notify.command.js';

/** Of a list; the routes have pages. */
const MOST = 1_000;

interface WithdrawFlags {
  entity?: { type: string; id: string };
  collapseKey?: string;
}

export const eventCommand = new Command('event').description(
  'Events that are to be sent later, or are called back.',
);

eventCommand
  .command('list')
  .description(`List events that are not sent, the next first: at most ${MOST}.`)
  .addOption(new Option('--status <status>').choices(UNSENT_STATUSES).default('scheduled'))
  .action(({ status }: { status: UnsentStatus }) =>
    withService(ScheduleService, async (schedule) => {
      const { events } = await schedule.list(status, MOST);
      // A title may hold line breaks; it must not look like another event.
      const lines = events.map(({ id, sendAt, type, total, title }) =>
        [id, sendAt?.toISOString(), type, total, JSON.stringify(title)].join('  '),
      );
      print(...lines);
    }),
  );

eventCommand
  .command('cancel')
  .description('Call an event back: it is not sent, or withdrawn if it was.')
  .argument('<id>', "the event's id")
  .action((id: string) =>
    withService(NotificationService, async (notifications) => {
      const result = await notifications.cancel(id);
      const more = 'withdrawn' in result ? `: ${described(result)}` : '';
      print(`Event ${result.event.id} is ${result.event.status}${more}.`);
    }),
  );

eventCommand
  .command('withdraw')
  .description('Call back every event about a thing, or every event with a collapse key.')
  .argument('[user ids...]', 'from these users alone')
  .option('--entity <type:id>', 'the thing, such as project:17', entity)
  .option('--collapse-key <key>', 'the key')
  .action((userIds: string[], what: WithdrawFlags, command: Command) =>
    withService(NotificationService, async (notifications) => {
      const users = userIds.length > 0 ? userIds : undefined;
      const withdrawn = notifications.withdraw(what, users);
      const result = await inFlags(command, withdrawn, { userIds: 'user ids' });
      print(`Withdrawn: ${described(result)}.`);
    }),
  );

function described({ withdrawn, alreadySent }: Withdrawn): string {
  const sent = Object.entries(alreadySent).map(([channel, count]) => `${count} by ${channel}`);
  return `${withdrawn} notifications${sent.length > 0 ? `; already sent: ${sent.join(', ')}` : ''}`;
}
