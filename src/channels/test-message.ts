import { mintId } from '../common/ids.js';
import type { Message } from '../deliveries/sending-channel.js';

/** The type that a test says it is of. */
export const TEST_TYPE = 'test';

/** What a user gets who tries a channel: it is of no event. */
export function testMessage(userId: string, body: string): Message {
  const createdAt = new Date();
  const id = mintId(createdAt.getTime());
  const notification = {
    type: TEST_TYPE,
    level: 'info' as const,
    title: 'This is a test',
    body,
    link: null,
    data: null,
    teamId: null,
    entityType: null,
    entityId: null,
    collapseKey: null,
    actions: [],
    image: null,
    actor: null,
    createdAt,
    expiresAt: null,
  };
  return { id, userId, event: TEST_TYPE, notificationId: id, notification };
}
