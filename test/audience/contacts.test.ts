import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AddressVault } from '../../src/audience/address-vault.js';
import { Contacts, type Contact } from '../../src/audience/contacts.js';
import { SecretBox } from '../../src/common/secret-box.js';
import { Database } from '../../src/database/database.js';
import { SecretRotation } from '../../src/database/secret-rotation.js';
import { startApp, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';

const KEY = 'the first encryption key, which is long enough';
const NEXT_KEY = 'the next encryption key, which is long enough';
const ADDRESS = 'Jürgen@Bücher.example';

let t: TestApp;
let sql: Sql;
beforeAll(async () => {
  t = await startApp({ encryption: { key: KEY } });
  sql = await connect(t.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await t.close();
});

/** Stores a contact as a process with this key does. */
async function store(userId: string, key = KEY): Promise<void> {
  const vault = new AddressVault(new SecretBox(key));
  await sql.rows(
    `INSERT INTO carillon.contacts (user_id, email_box, email_hash, name, locale, time_zone, team_ids, created_at, updated_at)
     VALUES ($1, $2, $3, 'Jürgen', 'de', 'Europe/Vienna', '{red,blue}', now(), now())`,
    [userId, vault.seal(userId, ADDRESS), vault.hash(ADDRESS)],
  );
}

function find(app: TestApp, ...userIds: string[]): Promise<ReadonlyMap<string, Contact>> {
  const { manager } = app.app.get(Database, { strict: false });
  return app.app.get(Contacts, { strict: false }).find(manager, userIds);
}

describe('contacts', () => {
  it('are found for those who are known, with what users set themselves in place of what producers say', async () => {
    await store('both');
    await store('synced');
    await sql.rows(
      `INSERT INTO carillon.user_settings (user_id, locale, updated_at) VALUES ('both', 'fr', now()), ('set', 'it', now())`,
    );
    const contact = { email: ADDRESS, name: 'Jürgen', timeZone: 'Europe/Vienna', teamIds: ['red', 'blue'] };
    expect(await find(t, 'both', 'synced', 'set', 'unknown')).toEqual(
      new Map([
        ['both', { ...contact, userId: 'both', locale: 'fr' }],
        ['synced', { ...contact, userId: 'synced', locale: 'de' }],
        ['set', { userId: 'set', email: null, name: null, locale: 'it', timeZone: null, teamIds: [] }],
      ]),
    );
  });

  it('hide the address in the database, and belong to their user', async () => {
    await store('hidden');
    const [row] = await sql.rows(`SELECT c::text AS text FROM carillon.contacts c WHERE user_id = 'hidden'`);
    expect(row?.['text']).not.toMatch(/example/i);
    await sql.rows(
      `INSERT INTO carillon.contacts (user_id, email_box, created_at, updated_at)
       SELECT 'thief', email_box, now(), now() FROM carillon.contacts WHERE user_id = 'hidden'`,
    );
    expect((await find(t, 'thief')).get('thief')).toMatchObject({ email: null });
  });

  it('hash an address whatever its case, each installation by its own key', () => {
    const contacts = t.app.get(Contacts, { strict: false });
    expect(contacts.emailHash('A@Example.com')).toEqual(contacts.emailHash('a@example.COM'));
    const other = new AddressVault(new SecretBox(NEXT_KEY));
    expect(other.hash('a@example.com')).not.toEqual(contacts.emailHash('a@example.com'));
  });

  it('outlive a change of the encryption key, with the hashes by which they are found', async () => {
    await sql.rows('DELETE FROM carillon.contacts');
    for (let n = 0; n < 120; n += 1) await store(`user-${n}`);
    await store('lost', 'a key that was lost, which is long enough');
    const rotating = await startApp({
      database: { url: t.databaseUrl },
      encryption: { key: NEXT_KEY, previous: KEY },
    });
    expect((await find(rotating, 'user-7')).get('user-7')).toMatchObject({ email: ADDRESS });
    await rotating.app.get(SecretRotation, { strict: false }).run();
    await rotating.close();

    const later = await startApp({ database: { url: t.databaseUrl }, encryption: { key: NEXT_KEY } });
    const all = Array.from({ length: 120 }, (_, n) => `user-${n}`);
    const emails = [...(await find(later, ...all, 'lost')).values()].map(({ email }) => email);
    expect(emails.filter((email) => email === ADDRESS)).toHaveLength(120);
    expect(emails.filter((email) => email === null)).toHaveLength(1);
    const hash = later.app.get(Contacts, { strict: false }).emailHash(ADDRESS);
    const found = 'SELECT count(*) FROM carillon.contacts WHERE email_hash = $1';
    expect(await sql.number(found, [hash])).toBe(120);
    await later.close();
  });
});
