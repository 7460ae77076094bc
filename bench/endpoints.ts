import { mintId } from '../src/common/ids.js';
import { EndpointVault } from '../src/channels/webhook/endpoint-vault.js';
import { SecretBox } from '../src/common/secret-box.js';
import type { World } from './world.js';

/** Gives each of the users endpoints for all events, one for each URL, as the API would store them. */
export async function addEndpoints(world: World, users: string[], urls: string[]): Promise<void> {
  const vault = new EndpointVault(new SecretBox(world.secret));
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const rows = users.flatMap((userId) =>
    urls.map((url) => {
      const place = { userId, id: mintId(Date.now()) };
      return { ...place, url: vault.sealUrl(place, url), secret: vault.sealSecret(place, secret) };
    }),
  );
  await world.db.query(
    `INSERT INTO carillon.webhook_endpoints (user_id, id, name, kind, events, url_box, secret_box, created_at, updated_at)
     SELECT user_id, id, 'bench', 'generic', '{*}', url, secret, now(), now()
     FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[]) AS e(user_id, id, url, secret)`,
    [
      rows.map(({ userId }) => userId),
      rows.map(({ id }) => id),
      rows.map(({ url }) => url),
      rows.map((row) => row.secret),
    ],
  );
}

/** Ends all deliveries, so that what was left over does not run beside the next measurement. */
export async function removeEndpoints(world: World): Promise<void> {
  await world.db.query('UPDATE carillon.webhook_endpoints SET deleted_at = now()');
  // The server goes on writing outcomes, in an order of its own: without the lock one would wait for the other.
  await world.db.query(
    'BEGIN; LOCK TABLE carillon.deliveries IN SHARE ROW EXCLUSIVE MODE; DELETE FROM carillon.deliveries; COMMIT',
  );
}
