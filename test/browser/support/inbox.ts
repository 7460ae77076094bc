import type { Browsing } from './browsing.js';
import { until } from './site.js';

export interface Row {
  id: string;
  title: string;
  created_at: string;
  snoozed_until: string | null;
}

/** The inbox of a test's user, as the server has it. */
export function inboxOf(browsing: Browsing) {
  const listed = async (state: string): Promise<Row[]> => {
    const path = `/v1/notifications?state=${state}&view=full&limit=200`;
    const { body } = await browsing.site.app.as(browsing.user).get(path);
    return (body as { notifications: Row[] }).notifications;
  };
  return {
    post: (title: string, more: object = {}): Promise<{ id: string }> =>
      browsing.site.app.post({ type: 'quota_warning', user_ids: [browsing.user], title, ...more }),
    listed,
    /** Waits until a list has these titles, or so many. */
    has: (state: string, what: readonly string[] | number): Promise<void> =>
      until(
        async () => {
          const titles = (await listed(state)).map(({ title }) => title);
          return typeof what === 'number' ? titles.length === what : titles.join() === what.join();
        },
        `${state}: ${String(what) || 'nothing'}`,
        // Two hundred of them take a busy machine longer than one.
        60_000,
      ),
  };
}
