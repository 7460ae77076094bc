import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { createSecret, signatureHeaders } from '../../../src/channels/webhook/sign.js';

describe('signatureHeaders', () => {
  const body = JSON.stringify({ type: 'job.failed', data: { title: 'Überlauf' } });

  it('is verified by the standardwebhooks package', () => {
    const secret = createSecret();
    const headers = signatureHeaders([secret], 'msg-1', Date.now(), body);
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
    expect(() => new Webhook(createSecret()).verify(body, headers)).toThrow();
  });

  it('signs with the replaced secret as well during a rotation', () => {
    const [old, current] = [createSecret(), createSecret()];
    const headers = signatureHeaders([current, old], 'msg-1', Date.now(), body);
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const secret of [old, current]) new Webhook(secret).verify(body, headers);
  });
});
