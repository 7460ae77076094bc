/** What an API key may do: post events, keep contacts, look after the installation. */
export const SCOPES = ['events', 'users', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Of a key that is made for a producer. */
export const PRODUCER_SCOPES: readonly Scope[] = ['events', 'users'];
