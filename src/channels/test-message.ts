import { mintId } from '../common/ids.js';
import type { Message } from '../deliveries/sending-channel.js';

/** The type that a test says it is of. */
export const TEST_TYPE = 'test';

/** What a user gets who tries a channel: it is of no event. */
export function testMessage(
  userId: string,
  body: string,
  { event, type } = { event: TEST_TYPE, type: TEST_TYPE },
): Message {
  const createdAt = new Date();
  const id = mintId(createdAt.getTime());
  const about = { link: null, data: null, teamId: null, entityType: null, entityId: null, collapseKey: null };
  const shown = {
    level: 'info',
    title: 'This is a test',
    body,
    image: null,
    actor: null,
    actions: [],
  } as const;
  const notification = { type, ...shown, ...about, createdAt, expiresAt: null };
  return { id, userId, event, notificationId: id, notification };
}
