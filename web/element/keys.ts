/** What is done to rows. */
export type RowCommand = 'toggleRead' | 'archive' | 'snooze' | 'remove';

export type Command =
  RowCommand | 'next' | 'previous' | 'first' | 'last' | 'undo' | 'select' | 'selectAll' | 'clear' | 'help';

/** As in the inboxes that people know: GitHub's, Linear's, and those of mail. */
const COMMANDS: Record<string, Command> = {
  ArrowDown: 'next',
  j: 'next',
  ArrowUp: 'previous',
  k: 'previous',
  Home: 'first',
  End: 'last',
  u: 'toggleRead',
  e: 'archive',
  h: 'snooze',
  '#': 'remove',
  Delete: 'remove',
  z: 'undo',
  x: 'select',
  Escape: 'clear',
  '?': 'help',
};
const WITH_CONTROL: Record<string, Command> = { z: 'undo', a: 'selectAll' };

/** What a key means while the focus is in a list, but not where something is typed or chosen. */
export function commandOf(event: KeyboardEvent): Command | undefined {
  const [target] = event.composedPath();
  const typing = target instanceof Element && target.matches('select, textarea, input:not([type=checkbox])');
  if (typing || event.altKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return (event.ctrlKey || event.metaKey ? WITH_CONTROL : COMMANDS)[key];
}
