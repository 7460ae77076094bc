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
