import type { Delivery } from '../../../../src/deliveries/sending-channel.js';

/** An event, by its title. */
export interface Item {
  id: string;
  title: string;
  type: string;
  createdAt: number;
  expiresAt: number | null;
  critical: boolean;
  delayMs: number;
  /** It matters whether the user has dealt with it, even where it has waited for no others. */
  unless: boolean;
  muted: boolean;
  withdrawn: boolean;
}

/** As it is stored. */
export interface Row {
  title: string;
  status: string;
  reason: string | null;
  finished: boolean;
  leased: boolean;
  gathered: boolean;
  copy: string | null;
}

/** How everything was at a time: nothing changes but between two of these. */
export interface Moment {
  at: number;
  rows: ReadonlyMap<string, Row>;
  /** Why each item is not to be sent; none: it is. */
  reasons: ReadonlyMap<string, readonly string[]>;
  /** The user is to be left alone. */
  quiet: boolean;
}

/** A message that the channel was asked to send. */
export interface Sent {
  id: string;
  titles: string[];
  answer: string;
  /** The moments in which the worker had it in hand. */
  from: number;
  to: number;
}

export function titlesOf({ digest, notification }: Delivery): string[] {
  return (digest?.items ?? [{ notification }]).map((item) => item.notification.title);
}

/** What is wrong with what was sent, and with what became of each item. */
export function faults(
  items: readonly Item[],
  moments: readonly Moment[],
  sent: readonly Sent[],
  mishaps: boolean,
): string[] {
  const last = moments.at(-1) as Moment;
  return [
    ...sent.flatMap((message) => faultsOfMessage(message, items, moments)),
    ...items.flatMap((item) => faultsOfItem(item, last.rows.get(item.title), sent, mishaps)),
  ];
}

function faultsOfMessage(message: Sent, items: readonly Item[], moments: readonly Moment[]): string[] {
  const during = moments.slice(message.from, message.to + 1);
  const own = items.filter(({ title }) => message.titles.includes(title));
  const faults: string[] = [];
  if (own.length !== message.titles.length) faults.push(`${message.id} is not the user's`);
  if (own.every(({ critical }) => !critical) && during.every(({ quiet }) => quiet))
    faults.push(`${message.titles.join()} disturbs`);
  for (const { title, createdAt, delayMs } of own) {
    if (during.every(({ at }) => at < createdAt + delayMs)) faults.push(`${title} is sent before its time`);
    if (during.every(({ reasons }) => (reasons.get(title)?.length ?? 0) > 0))
      faults.push(`${title} is sent, and is ${during[0]?.reasons.get(title)?.join()}`);
  }
  return faults;
}

function faultsOfItem(
  { title }: Item,
  row: Row | undefined,
  sent: readonly Sent[],
  mishaps: boolean,
): string[] {
  const of = sent.filter(({ titles }) => titles.includes(title));
  const arrived = of.filter(({ answer }) => answer === 'delivered');
  const faults: string[] = [];
  const attempted = of.filter(({ answer }) => answer !== 'held');
  if (new Set(attempted.map(({ id }) => id)).size > 1) faults.push(`${title} is sent under several ids`);
  if (!row) return of.length > 0 ? [...faults, `${title} has no delivery, and is sent`] : faults;
  if (!row.finished) faults.push(`${title} is lost: ${row.status} ${row.reason}`);
  if (row.status === 'delivered' && arrived.length === 0) faults.push(`${title} was not sent`);
  if (row.status !== 'delivered' && arrived.length > 0 && !mishaps) faults.push(`${title} was sent`);
  if (arrived.length > 1 && !mishaps) faults.push(`${title} was sent twice`);
  return faults;
}
