/** What a browser says; `otherwise` where it does not say it, or refuses to. */
export function ask<T>(question: () => T, otherwise: T): T {
  try {
    return question() ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function isVisible(): boolean {
  return ask(() => document.visibilityState, 'visible') === 'visible';
}

export function hasFocus(): boolean {
  return ask(() => document.hasFocus(), false);
}

export interface PageListener {
  /** It is looked at again, or no longer. @param focused whether it has just got the focus */
  onLook(focused: boolean): void;
  /** It is left; a browser may keep it as it stands. */
  onLeave(): void;
  /** It was left, and is shown again as it stood. */
  onReturn(): void;
}

/** Follows what becomes of the page; does nothing outside of a browser. @returns what ends it */
export function watchPage(listener: PageListener): () => void {
  const handlers: [target: () => EventTarget, type: string, handler: (event: Event) => void][] = [
    [() => document, 'visibilitychange', () => listener.onLook(false)],
    [() => window, 'focus', () => listener.onLook(true)],
    [() => window, 'pagehide', () => listener.onLeave()],
    [() => window, 'pageshow', (event) => (event as PageTransitionEvent).persisted && listener.onReturn()],
  ];
  for (const [target, type, handler] of handlers)
    ask(() => target().addEventListener(type, handler), undefined);
  return () => {
    for (const [target, type, handler] of handlers)
      ask(() => target().removeEventListener(type, handler), undefined);
  };
}
