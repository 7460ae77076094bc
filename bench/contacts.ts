import { AddressVault } from '../src/audience/address-vault.js';
import { SecretBox } from '../src/common/secret-box.js';
import type { World } from './world.js';

/** Gives users an address each, as a producer's sync would store it, and has mails of the benchmark's events go there. */
export async function addContacts(world: World, users: string[]): Promise<void> {
  const vault = new AddressVault(new SecretBox(world.secret));
  const addresses = users.map((userId) => ({ userId, address: `${userId}@example.com` }));
  await world.db.query(
    `INSERT INTO carillon.contacts (user_id, email_box, email_hash, email_changed_at, name, created_at, updated_at)
     SELECT user_id, email_box, email_hash, now(), 'Ada Lovelace', now(), now()
     FROM unnest($1::text[], $2::text[], $3::bytea[]) AS c(user_id, email_box, email_hash)
     ON CONFLICT DO NOTHING`,
    [
      users,
      addresses.map(({ userId, address }) => vault.seal(userId, address)),
      addresses.map(({ address }) => vault.hash(address)),
    ],
  );
}

/** Turns a channel on for the type of the benchmark's events. */
export async function turnOn(world: World, users: string[], channel: string): Promise<void> {
  await world.db.query(
    `INSERT INTO carillon.preferences (user_id, type, channel, enabled, updated_at)
     SELECT user_id, 'job_completed', $2, true, now() FROM unnest($1::text[]) AS user_id ON CONFLICT DO NOTHING`,
    [users, channel],
  );
}
