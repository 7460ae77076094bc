import type { Client } from '../element/main.js';
import type { Fire } from './fire.js';
import type { Mail } from './mails.js';
import { element, nothing } from './poll.js';

/** Something that the page shows of the right moment. */
interface Act {
  label: string;
  /** What there is to see. */
  watch: string;
  run(client: Client, fire: Fire): Promise<unknown>;
}

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);

async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let at = 0; at < count; at += 1) await work();
}

const ACTS: readonly Act[] = [
  {
    label: 'A mail, unless it is read',
    watch: 'Read it in the bell within ten seconds, and no mail comes.',
    run: (_client, fire) => fire('demo.reminder'),
  },
  {
    label: 'Three comments',
    watch: 'One mail of all three, twenty seconds after the first. What you read until then is not in it.',
    run: (_client, fire) => times(3, () => fire('demo.comment')),
  },
  {
    label: 'A pause of 20 seconds',
    watch: 'The inbox has both messages at once. Their mail comes when the pause is over.',
    async run(client, fire) {
      await client.me.update({ paused_until: inSeconds(20).toISOString() });
      await times(2, () => fire('demo.message'));
    },
  },
  {
    label: 'Quiet hours begin',
    watch: 'Two messages, and no mail.',
    async run(client, fire) {
      const { time_zone: zone } = await client.me.get();
      await client.me.update({ quiet_hours: { from: wallTime(-60, zone), to: wallTime(3_600, zone) } });
      await times(2, () => fire('demo.message'));
    },
  },
  {
    label: 'Quiet hours end',
    watch: 'What they held comes within seconds, as one mail.',
    run: (client) => client.me.update({ quiet_hours: null }),
  },
  {
    label: 'Five mentions at once',
    watch: 'Two interrupt, by a toast and a mail. The inbox has all five.',
    run: (_client, fire) => times(5, () => fire('demo.mention')),
  },
  {
    label: 'Four answers in one thread',
    watch: 'One row, with the newest text. The badge goes up by one.',
    run: (_client, fire) => times(4, () => fire('demo.note', { collapse_key: 'release-plan' })),
  },
  {
    label: 'Snooze one for 15 seconds',
    watch: 'It leaves the bell, and comes back on top, unread and with a toast.',
    async run(client, fire) {
      await fire('demo.note');
      const { notifications } = await client.inbox.list({ limit: 1 });
      await Promise.all(notifications.map(({ id }) => client.store.snooze(id, inSeconds(15))));
    },
  },
  {
    label: 'One that is over in 15 seconds',
    watch: 'It leaves the bell by itself, read or not.',
    run: (_client, fire) => fire('demo.note', { expires_at: inSeconds(15) }),
  },
];

/** @param seconds from now @param zone the user's */
function wallTime(seconds: number, zone: string | null): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone ?? 'UTC',
  });
  return format.format(inSeconds(seconds));
}

/** A button for each, with what to watch. */
export function showMoments(list: HTMLElement, client: Client, fire: Fire): void {
  for (const { label, watch, run } of ACTS) {
    const button = element('button', label);
    const text = element('p', watch);
    button.onclick = () =>
      void run(client, fire).catch((error: unknown) => {
        text.textContent = error instanceof Error ? error.message : 'That did not work';
      });
    list.append(element('li', button, text));
  }
}

/** As many as fit beside the buttons. */
const SHOWN = 5;

/** The subjects of the user's newest mails. */
export function showSubjects(list: HTMLElement, address: string, mails: readonly Mail[]): void {
  const lines = mails
    .filter(({ to }) => to.address === address)
    .slice(0, SHOWN)
    .map(({ at, subject }) => element('li', element('time', new Date(at).toLocaleTimeString()), subject));
  list.replaceChildren(...(lines.length > 0 ? lines : [nothing('No mail yet.')]));
}
