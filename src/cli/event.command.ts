import { Command, Option } from 'commander';
import { UNSENT_STATUSES, type UnsentStatus } from '../dispatcher/event.js';
import { NotificationService } from '../dispatcher/notification.service.js';
import { ScheduleService } from '../dispatcher/schedule.service.js';
import type { Withdrawn } from '../dispatcher/withdrawal.js';
import { print, withCarillon } from './context.js';
import { entity } from './notify.command.js';

/** Of a list; the routes have pages. */
const MOST = 1_000;

export function eventCommand(): Command {
  const command = new Command('event').description('Events that are to be sent later, or are called back.');
  command
    .command('list')
    .description(`List events that are not sent, the next first: at most ${MOST}.`)
    .addOption(new Option('--status <status>').choices(UNSENT_STATUSES).default('scheduled'))
    .action(({ status }: { status: UnsentStatus }) =>
      withCarillon(async (carillon) => {
        const { events } = await carillon
          .get(ScheduleService, { strict: false })
          .list(status, undefined, MOST);
        // A title may hold line breaks; it must not look like another event.
        const lines = events.map(({ id, sendAt, type, total, title }) =>
          [id, sendAt?.toISOString(), type, total, JSON.stringify(title)].join('  '),
        );
        print(...lines);
      }),
    );
  command
    .command('cancel')
    .description('Call an event back: it is not sent, or withdrawn if it was.')
    .argument('<id>', "the event's id")
    .action((id: string) =>
      withCarillon(async (carillon) => {
        const result = await carillon.get(NotificationService, { strict: false }).cancel(id);
        const more = 'withdrawn' in result ? `: ${described(result)}` : '';
        print(`Event ${result.event.id} is ${result.event.status}${more}.`);
      }),
    );
  command
    .command('withdraw')
    .description('Call back every event about a thing, or every event with a collapse key.')
    .argument('[user ids...]', 'from these users alone')
    .option('--entity <type:id>', 'the thing, such as project:17', entity)
    .option('--collapse-key <key>', 'the key')
    .action((userIds: string[], what: { entity?: { type: string; id: string }; collapseKey?: string }) =>
      withCarillon(async (carillon) => {
        const users = userIds.length > 0 ? userIds : undefined;
        const result = await carillon.get(NotificationService, { strict: false }).withdraw(what, users);
        print(`Withdrawn: ${described(result)}.`);
      }),
    );
  return command;
}

function described({ withdrawn, alreadySent }: Withdrawn): string {
  const sent = Object.entries(alreadySent).map(([channel, count]) => `${count} by ${channel}`);
  return `${withdrawn} notifications${sent.length > 0 ? `; already sent: ${sent.join(', ')}` : ''}`;
}
