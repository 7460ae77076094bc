/** What decides what a page says and offers: keys of types. */
export interface LinkState {
  /** What the link is for; none: all mails. */
  types: readonly string[];
  /** Those of them whose mails the user gets, and may turn off. */
  on: readonly string[];
  /** Those of them whose mails the user does not get. */
  off: readonly string[];
  /** What has just been turned off. */
  done: readonly string[] | 'all';
  /** Whether there are any mails at all that the user gets, and may turn off. */
  hasMore: boolean;
}

/** What a page says. */
export interface Choices {
  said: 'ask' | 'askAll' | 'off' | 'allOff' | 'fixed';
  /** Of which types. */
  of: readonly string[];
  buttons: Choice[];
}

/** A button: what it turns off, and what its form is sent to. */
export type Choice =
  { what: 'these' | 'each' | 'all'; action: string } | { what: 'one'; type: string; action: string };

export function choicesOf(state: LinkState): Choices {
  const { on, hasMore } = state;
  const several = on.map((type): Choice => ({
    what: 'one',
    type,
    action: `?type=${encodeURIComponent(type)}`,
  }));
  return {
    ...said(state),
    buttons: [
      ...(on.length > 0 ? [{ what: on.length > 1 ? 'each' : 'these', action: '?' } as const] : []),
      ...(on.length > 1 ? several : []),
      ...(hasMore ? [{ what: 'all', action: '?scope=all' } as const] : []),
    ],
  };
}

function said({ types, on, off, done, hasMore }: LinkState): Pick<Choices, 'said' | 'of'> {
  if (done === 'all') return { said: 'allOff', of: [] };
  if (types.length === 0) return { said: hasMore ? 'askAll' : 'allOff', of: [] };
  if (done.length > 0) return { said: 'off', of: done };
  if (on.length > 0) return { said: 'ask', of: on };
  return off.length > 0 ? { said: 'off', of: off } : { said: 'fixed', of: types };
}
