/** How far below the visible end of the list the next page is asked for. */
const AHEAD = '300px';

/** Calls back when the end of a list comes into sight. */
export class EndWatcher {
  #observer: IntersectionObserver | undefined;

  constructor(private readonly onSeen: () => void) {}

  /** To be called anew after every change: an end that stays in sight reports nothing by itself. */
  watch(end: Element | null): void {
    this.#observer?.disconnect();
    if (!end) return;
    const seen = (entries: IntersectionObserverEntry[]): void => {
      if (entries.some((entry) => entry.isIntersecting)) this.onSeen();
    };
    try {
      this.#observer = new IntersectionObserver(seen, { root: end.closest('.scroll'), rootMargin: AHEAD });
      this.#observer.observe(end);
    } catch {
      // A button at the end of the list asks for more too.
    }
  }
}
