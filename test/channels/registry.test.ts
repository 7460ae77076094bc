import { expect, it } from '@jest/globals';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import type { Channel } from '../../src/channels/channel.js';
import { Channels } from '../../src/channels/registry.js';
import { DEFAULTS } from '../../src/config/defaults.js';
import type { NotificationType } from '../../src/config/options.js';

const SMS: Channel = {
  key: 'sms',
  number: 8,
  label: 'SMS',
  default: () => false,
  sending: { send: () => ({ status: 'delivered' }) },
};
const TYPE: NotificationType = {
  key: 'order_placed',
  description: 'An order was placed.',
  level: 'success',
  webhookEvent: 'order.placed',
  mutable: true,
};

it.each<[string, Channel[], string]>([
  ['a key twice', [{ ...SMS, key: 'toast' }], 'there are two channels "toast"'],
  ['a number twice', [SMS, { ...SMS, key: 'pager' }], '"sms" and "pager" have the same number, 8'],
  ['a key that is none', [{ ...SMS, key: 'SMS' }], 'the key "SMS" must match ^[a-z][a-z0-9_]{0,31}$'],
  ['a key that reports have', [{ ...SMS, key: 'user_id' }], 'the key "user_id" is taken'],
  [
    'a key that preferences have',
    [{ ...SMS, key: 'email_frequency' }],
    'the key "email_frequency" is taken: preferences have the frequency of "email" under it',
  ],
  [
    'one by which nothing comes',
    [{ ...SMS, sending: undefined } as never],
    'sms: has neither `sending` nor `writes`',
  ],
  ['a number that has no room', [{ ...SMS, number: 15 }], 'the number of "sms" must be 8 to 14'],
])('refuses %s', (_name, own, sentence) => {
  expect(() => new Channels(DEFAULTS, own)).toThrow(sentence);
});

it.each<[NotificationType['channels'], object]>([
  [undefined, { in_app: true, toast: false, webhook: true, email: false, sms: false }],
  [{}, { in_app: true, toast: false, webhook: true, email: false, sms: false }],
  [
    { toast: true, sms: true },
    { in_app: true, toast: true, webhook: true, email: false, sms: true },
  ],
  [
    { webhook: { default: false }, sms: {} },
    { in_app: true, toast: false, webhook: false, email: false, sms: false },
  ],
])('completes a type whose channels are %j', (channels, completed) => {
  const catalogue = new Catalogue([{ ...TYPE, channels }], new Channels(DEFAULTS, [SMS]));
  expect(catalogue.get('order_placed').channels).toMatchObject(completed);
});

it('has webhooks off for a type that has no webhook event', () => {
  const catalogue = new Catalogue([{ ...TYPE, webhookEvent: null }], new Channels(DEFAULTS));
  expect(catalogue.get('order_placed').channels).toMatchObject({
    in_app: true,
    toast: false,
    webhook: false,
  });
});

it('refuses a channel that there is not, and names the closest', () => {
  const types = [{ ...TYPE, channels: { tost: true } }];
  expect(() => new Catalogue(types, new Channels(DEFAULTS))).toThrow(
    'order_placed: "tost" is not a channel: in_app, toast, webhook, email, push. Did you mean "toast"?',
  );
});

it('knows when each channel sends', () => {
  const channels = {
    email: { default: true, delay: '10m', unless: 'read' },
    sms: { digest: '1h' },
    push: { digest: 'daily' },
    webhook: { delay: '2s' },
    toast: { default: true },
  } as const;
  const catalogue = new Catalogue([{ ...TYPE, channels }], new Channels(DEFAULTS, [SMS]));
  const timing = (key: string) => catalogue.timingOf('order_placed', key);
  expect(timing('email')).toEqual({ delayMs: 600_000, unless: 'read', digest: null });
  expect(timing('sms')).toEqual({ delayMs: 0, unless: null, digest: { windowMs: 3_600_000 } });
  expect(timing('push')).toEqual({ delayMs: 0, unless: null, digest: 'daily' });
  expect(timing('webhook')).toEqual({ delayMs: 2_000, unless: null, digest: null });
  for (const key of ['toast', 'in_app', 'unknown'])
    expect(timing(key)).toEqual({ delayMs: 0, unless: null, digest: null });
  expect(catalogue.timingOf('unknown', 'email')).toEqual({ delayMs: 0, unless: null, digest: null });
  expect(catalogue.get('order_placed').channels).toMatchObject({ email: true, sms: false, webhook: true });
  expect(catalogue.get('order_placed').timing).toEqual({
    email: { delay: '10m', unless: 'read' },
    sms: { digest: '1h' },
    push: { digest: 'daily' },
    webhook: { delay: '2s' },
  });
});

it.each<[NotificationType['channels'], string]>([
  [{ in_app: { delay: '1m' } }, 'order_placed: "in_app" has no delay; these have: webhook, email, push, sms'],
  [
    { toast: { unless: 'seen' } },
    'order_placed: "toast" has no unless; these have: webhook, email, push, sms',
  ],
  [{ webhook: { digest: '1h' } }, 'order_placed: "webhook" has no digest; these have: email, push, sms'],
  [{ pager: { digest: '1h' } }, 'order_placed: "pager" has no digest; these have: email, push, sms'],
])('refuses %j', (channels, sentence) => {
  const pager = { ...SMS, key: 'pager', number: 9, interrupts: false };
  expect(() => new Catalogue([{ ...TYPE, channels }], new Channels(DEFAULTS, [SMS, pager]))).toThrow(
    sentence,
  );
});
