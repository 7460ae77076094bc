import { Command, InvalidArgumentError, Option } from 'commander';
import { parseExactly } from '../common/json-exact.js';
import { LEVELS, type Level } from '../config/options.js';
import { MAX_BODY_LENGTH, MAX_TITLE_LENGTH, type NotifyEvent } from '../dispatcher/event.js';
import { NotificationService } from '../dispatcher/notification.service.js';
import { print, withService } from './context.js';
import { inFlags } from './flags.js';

interface NotifyFlags {
  title: string;
  body?: string;
  link?: string;
  data?: Record<string, unknown>;
  team?: string;
  level?: Level;
  entity?: { type: string; id: string };
  collapseKey?: string;
  actions?: NotifyEvent['actions'];
  image?: string;
  actor?: NotifyEvent['actor'];
  sendAt?: string;
  expiresAt?: string;
}

export const notifyCommand = new Command('notify')
  .description('Send a notification by hand.')
  .argument('<type>', 'a key of the type catalogue')
  .argument('<user ids...>', 'who is to hear of it')
  .requiredOption('--title <text>', `at most ${MAX_TITLE_LENGTH} characters`)
  .option('--body <text>', `at most ${MAX_BODY_LENGTH} characters`)
  .option('--link <link>', 'an http(s) URL, or a path beginning with one /')
  .option('--data <json>', 'a JSON object for what reads the notification', json)
  .option('--team <team id>', 'the team that it belongs to')
  .option('--entity <type:id>', 'what it is about, such as project:17', entity)
  .option('--collapse-key <key>', 'what it belongs together with')
  .option('--actions <json>', 'what users can do: such as [{"id":"approve","label":"Approve"}]', json)
  .option('--image <url>', 'a picture, an https URL')
  .option('--actor <json>', 'who did it: such as {"name":"Ann Lee"}', json)
  .option('--send-at <time>', 'not before then, such as 2026-12-24T18:00:00+01:00')
  .option('--expires-at <time>', 'over from then on, such as 2026-12-25T00:00:00+01:00')
  .addOption(new Option('--level <level>', "instead of the type's own").choices(LEVELS))
  .action((type: string, userIds: string[], { team: teamId, ...rest }: NotifyFlags, command: Command) =>
    withService(NotificationService, async (notifications) => {
      const sent = notifications.notify({ type, userIds, teamId, ...rest });
      const { event, recipients } = await inFlags(command, sent, { teamId: '--team', userIds: 'user ids' });
      const users = `${recipients} ${recipients === 1 ? 'user' : 'users'}`;
      print(
        event.sendAt
          ? `Event ${event.id} goes to ${users} at ${event.sendAt.toISOString()}.`
          : `Sent event ${event.id} to ${users}.`,
      );
    }),
  );

/** Ids may hold colons, types do not. */
export function entity(text: string): { type: string; id: string } {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('It must be a type and an id, such as project:17.');
  return { type: text.slice(0, colon), id: text.slice(colon + 1) };
}

function json(text: string): unknown {
  try {
    JSON.parse(text);
    return parseExactly(text);
  } catch (error) {
    throw new InvalidArgumentError(`It is not JSON: ${(error as Error).message}`);
  }
}
