/** The settings of the embedded server: one application's database on a machine that it shares. */
export const SETTINGS: Readonly<Record<string, string>> = {
  // Loopback only, with a password: nothing of it is open to the network or to other users of the machine.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // A pool per process, a few processes, and room for psql.
  max_connections: '200',
  // Memory for the pages in use. The hot part of a million notifications' indexes fits.
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  // An acknowledged event must survive a crash: the answer waits for the disk.
  synchronous_commit: 'on',
  // Whole pages go to the log after each checkpoint; compressed they cost less disk than processor.
  wal_compression: 'on',
  // Bulk notifications write a lot at once; a larger log means fewer checkpoints under load.
  max_wal_size: '2GB',
  // Every statement is short: compiling it costs more than running it.
  jit: 'off',
  // Parallel workers share memory through /dev/shm, of which a container has 64 MB; short statements need none.
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  // The change log and the queue are written and deleted all the time; they must be swept often.
  autovacuum_naptime: '15s',
  // Solid-state disks; the default of 4 would keep the planner from indexes that it should use.
  random_page_cost: '1.1',
  // The role is called like Carillon's schema: by PostgreSQL's default what an application makes here would get into it.
  search_path: 'public',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  // One file for each day of the week, written over after a week: the log cannot fill the disk.
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%a.log',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_truncate_on_rotation: 'on',
  log_checkpoints: 'off',
};

/** The text of postgresql.conf. It is written at every start, so a new version brings its settings along. */
export function configurationFile(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  return [
    '# Written by Carillon at every start. Put settings of your own into local.conf beside this file.',
    ...lines,
    `include_if_exists = 'local.conf'`,
    '',
  ].join('\n');
}
