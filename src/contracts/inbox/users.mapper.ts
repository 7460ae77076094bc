import type { SyncedContact } from '../../audience/contacts.service.js';
import type { UserAnswer } from './users.dto.js';

export function userAnswer({
  userId,
  timeZone,
  teamIds,
  createdAt,
  updatedAt,
  ...user
}: SyncedContact): UserAnswer {
  const { email, name, locale } = user;
  return {
    user: {
      id: userId,
      email,
      name,
      locale,
      time_zone: timeZone,
      team_ids: teamIds,
      created_at: createdAt.toISOString(),
      updated_at: updatedAt.toISOString(),
    },
  };
}
