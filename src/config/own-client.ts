/**
 * `pg` reads NODE_PG_FORCE_NATIVE when it is loaded, and would look for a package that is not there: in a process of
 * Carillon's own it holds for nothing. Imported first.
 */
delete process.env['NODE_PG_FORCE_NATIVE'];
