import type { Sql } from './sql.js';

/**
 * From now on the database notes by which transaction each notification came, and what was committed when users looked: what
 * has been seen is known by other means than Carillon's.
 */
export async function watchSeen(sql: Sql): Promise<void> {
  for (const statement of WATCH) await sql.rows(statement);
}

const WATCH = [
  `CREATE TABLE public.arrivals (user_id text, id uuid, born xid8, PRIMARY KEY (user_id, id))`,
  `CREATE FUNCTION public.note_arrival() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     INSERT INTO public.arrivals VALUES (NEW.user_id, NEW.id, pg_current_xact_id());
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER arrival AFTER INSERT ON carillon.notifications FOR EACH ROW EXECUTE FUNCTION public.note_arrival()`,
  `CREATE TRIGGER another_id AFTER UPDATE ON carillon.notifications FOR EACH ROW WHEN (NEW.id <> OLD.id)
     EXECUTE FUNCTION public.note_arrival()`,
  `ALTER TABLE carillon.inbox_seen ADD COLUMN committed pg_snapshot`,
  // STABLE: what it sees is what the statement sees that marks. Of two that mark at once the later look holds.
  `CREATE FUNCTION public.note_look() RETURNS trigger STABLE LANGUAGE plpgsql AS $$
   DECLARE look pg_snapshot := pg_current_snapshot();
   BEGIN
     NEW.committed := look;
     IF TG_OP = 'UPDATE' AND (pg_snapshot_xmax(OLD.committed), pg_snapshot_xmin(OLD.committed))
       > (pg_snapshot_xmax(look), pg_snapshot_xmin(look)) THEN NEW.committed := OLD.committed; END IF;
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER look BEFORE INSERT OR UPDATE ON carillon.inbox_seen FOR EACH ROW EXECUTE FUNCTION public.note_look()`,
];

/**
 * SQL: how many are unread in the inbox of which a part was not committed when the user looked; null for who has never looked.
 * @param user the placeholder or column of the user
 */
export function unseenByDefinition(user: string): string {
  return `SELECT (
    SELECT count(*) FROM carillon.notifications n
    WHERE n.user_id = s.user_id AND n.read_at IS NULL AND n.place = 'inbox' AND n.deleted_at IS NULL AND EXISTS (
      SELECT FROM public.arrivals a WHERE a.user_id = n.user_id AND NOT pg_visible_in_snapshot(a.born, s.committed)
        AND (a.id = n.id OR a.id IN (
          SELECT f.id FROM carillon.former_ids f WHERE f.user_id = n.user_id AND f.origin_id = n.origin_id))
    )
  ) FROM carillon.inbox_seen s WHERE s.user_id = ${user}`;
}
