/** What the server takes beside the type. */
export interface More {
  send_at?: Date;
  expires_at?: Date;
  collapse_key?: string;
}

/** Sends an event of a type to one user. */
export type Fire = (type: string, more?: More) => Promise<void>;

export function fireFor(userId: string): Fire {
  return async (type, more = {}) => {
    await fetch('/demo/fire', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: userId, type, ...more }),
    });
  };
}
