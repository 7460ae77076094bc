import { Answer, TEXT_OR_NULL, TIME } from '../../common/documented.js';
import type { SyncedContact } from '../../audience/contacts.service.js';
import { snakeCased } from '../../common/snake-case.js';

class UserItem extends Answer({
  id: String,
  email: { ...TEXT_OR_NULL, description: 'Null also when the encryption key was lost.' },
  name: TEXT_OR_NULL,
  locale: { ...TEXT_OR_NULL, example: 'de-AT' },
  time_zone: { ...TEXT_OR_NULL, example: 'Europe/Vienna' },
  team_ids: [String],
  created_at: TIME,
  updated_at: TIME,
}) {}

export class UserAnswer extends Answer({ user: UserItem }) {}

export function userAnswer({ userId: id, ...contact }: SyncedContact): UserAnswer {
  return { user: { id, ...snakeCased(contact) } };
}

export class UpsertedAnswer extends Answer({
  upserted: { type: Number, description: 'Users that were made or changed.' },
}) {}

export class ErasedAnswer extends Answer({
  id: String,
  erased: {
    type: 'object',
    additionalProperties: { type: 'integer' },
    description:
      'How many rows of each table were deleted; of `event_recipients`, those that the user was taken out of.',
    example: { notifications: 120, preferences: 3 },
  },
}) {}
