import { SubscriptionVault } from '../src/channels/push/subscription-vault.js';
import { mintId } from '../src/common/ids.js';
import { SecretBox } from '../src/common/secret-box.js';
import type { World } from './world.js';

/** Gives each of the users a browser, as the API would store it, with an endpoint that begins with `url`. */
export async function addSubscriptions(
  world: World,
  users: string[],
  url: string,
  { p256dh, auth }: { p256dh: string; auth: string },
): Promise<void> {
  const vault = new SubscriptionVault(new SecretBox(world.secret));
  const rows = users.map((userId, number) => {
    const place = { userId, id: mintId(Date.now()) };
    return { ...place, ...vault.seal(place, { endpoint: `${url}/${number}`, auth }) };
  });
  await world.db.query(
    `INSERT INTO carillon.push_subscriptions (user_id, id, endpoint_hash, endpoint_box, auth_box, p256dh, created_at, updated_at)
     SELECT user_id, id, hash, endpoint, auth, $6, now(), now()
     FROM unnest($1::text[], $2::uuid[], $3::bytea[], $4::text[], $5::text[]) AS s(user_id, id, hash, endpoint, auth)`,
    [
      rows.map(({ userId }) => userId),
      rows.map(({ id }) => id),
      rows.map(({ endpointHash }) => endpointHash),
      rows.map(({ endpointBox }) => endpointBox),
      rows.map(({ authBox }) => authBox),
      p256dh,
    ],
  );
}
