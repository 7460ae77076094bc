import {
  createContext,
  createElement,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';
import type {
  Client,
  InboxState,
  NotificationRow,
  Scope,
  Status,
  Toast,
  ViewFilter,
  ViewState,
} from '../client/index.js';
import type { CarillonInboxElement } from '../element/types.js';

const CarillonContext = createContext<Client | undefined>(undefined);

export interface CarillonProviderProps {
  /** From `createClient` of `carillon/client`, made once, outside of rendering. */
  client: Client;
  children?: ReactNode;
}

/** Gives the hooks below it their client. */
export function CarillonProvider({ client, children }: CarillonProviderProps): ReactNode {
  return createElement(CarillonContext.Provider, { value: client }, children);
}

/** @throws Error outside of a `CarillonProvider` */
export function useCarillon(): Client {
  const client = useContext(CarillonContext);
  if (!client) throw new Error('This hook needs a <CarillonProvider> above it.');
  return client;
}

/** The exact number of unread notifications, as it changes; undefined until it is known. */
export function useUnreadCount(): number | undefined {
  return useCount('unread');
}

/** The exact number of those that have come since `markSeen`, as it changes; undefined until it is known. */
export function useUnseenCount(): number | undefined {
  return useCount('unseen');
}

function useCount(kind: 'unread' | 'unseen'): number | undefined {
  const { store } = useCarillon();
  const [subscribe, snapshot] = useMemo(
    () => [(listener: () => void) => store.subscribe(listener), () => store.state[kind]],
    [store, kind],
  );
  return useSyncExternalStore(subscribe, snapshot, () => undefined);
}

/** The actions reject with `ApiError` or `ConnectionError`, and then what they changed has been taken back. */
export interface Notifications extends ViewState {
  unread: number | undefined;
  unseen: number | undefined;
  status: Status;
  loadMore(): Promise<void>;
  refresh(): Promise<void>;
  /** The user has looked: nothing is unseen, and what is unread stays so. */
  markSeen(): Promise<void>;
  markRead(id: string): Promise<void>;
  markUnread(id: string): Promise<void>;
  markAllRead(scope?: Scope): Promise<number>;
  /** `false` takes it back into the inbox. */
  archive(id: string, archived?: boolean): Promise<void>;
  /** Null ends it. */
  snooze(id: string, until: Date | null): Promise<void>;
  /** Takes one of its actions, and marks it read. */
  act(id: string, actionId: string): Promise<void>;
  archiveRead(scope?: Scope): Promise<number>;
  remove(id: string): Promise<void>;
  restore(row: NotificationRow): Promise<void>;
  /** Makes it again what it was, read or not and where, before it was marked, archived or snoozed. */
  putBack(row: NotificationRow): Promise<void>;
  removeRead(scope?: Scope): Promise<number>;
}

/** What a server renders, and a browser that takes its page over: the same objects always, or React begins anew. */
const NOT_KNOWN_YET: InboxState = { status: 'connecting', unread: undefined, unseen: undefined };
const NOTHING_YET: ViewState = { items: [], loaded: false, loading: false, hasMore: true, error: undefined };

/**
 * A list of notifications, newest first, kept up to date, and what can be done to them.
 *
 * @param filter which ones; all without it
 */
export function useNotifications(filter: ViewFilter = {}): Notifications {
  const { store } = useCarillon();
  const { read_state, type, team_id, state: place, view: shown } = filter;
  const view = useMemo(
    () => store.view({ read_state, type, team_id, state: place, view: shown }),
    [store, read_state, type, team_id, place, shown],
  );
  const [subscribe, snapshot] = useMemo(
    () => [(listener: () => void) => view.subscribe(listener), () => view.state],
    [view],
  );
  const state = useSyncExternalStore(subscribe, snapshot, () => NOTHING_YET);
  const [subscribeStore, storeSnapshot] = useMemo(
    () => [(listener: () => void) => store.subscribe(listener), () => store.state],
    [store],
  );
  const { unread, unseen, status } = useSyncExternalStore(subscribeStore, storeSnapshot, () => NOT_KNOWN_YET);
  const actions = useMemo(
    () => ({
      loadMore: () => view.loadMore(),
      refresh: () => store.refresh(),
      markSeen: () => store.markSeen(),
      markRead: (id: string) => store.markRead(id),
      markUnread: (id: string) => store.markUnread(id),
      markAllRead: (scope?: Scope) => store.markAllRead(scope),
      archive: (id: string, archived?: boolean) => store.archive(id, archived),
      snooze: (id: string, until: Date | null) => store.snooze(id, until),
      act: (id: string, actionId: string) => store.act(id, actionId),
      archiveRead: (scope?: Scope) => store.archiveRead(scope),
      remove: (id: string) => store.remove(id),
      restore: (row: NotificationRow) => store.restore(row),
      putBack: (row: NotificationRow) => store.putBack(row),
      removeRead: (scope?: Scope) => store.removeRead(scope),
    }),
    [store, view],
  );
  return { ...state, unread, unseen, status, ...actions };
}

/**
 * Handles every toast of the user for as long as the component is mounted; of several tabs, one is asked. Mount it
 * once, near the root.
 *
 * @param onToast shows it; without it, `<carillon-toasts>` does
 */
export function useGlobalJobNotifier(onToast?: (toast: Toast) => void): void {
  const client = useCarillon();
  // The newest callback is called without subscribing anew at every rendering.
  const latest = useRef(onToast);
  useEffect(() => {
    latest.current = onToast;
  });
  const own = onToast !== undefined;
  useEffect(() => {
    if (own) return client.store.onToastShown((toast) => latest.current?.(toast));
    return showToasts(client);
  }, [client, own]);
}

function showToasts(client: Client): () => void {
  const element = Object.assign(document.createElement('carillon-toasts'), { client });
  document.body.append(element);
  // Loaded only when it is needed; the element takes up its client when it is defined.
  void import('carillon/element');
  return () => element.remove();
}

export interface CarillonInboxProps extends Partial<
  Pick<CarillonInboxElement, 'preferencesHref' | 'texts' | 'theme' | 'lang' | 'autofocus'>
> {
  /** A notification was opened; preventing the default prevents following its link. */
  onOpen?: (event: HTMLElementEventMap['carillon-open']) => void;
  /** One of a notification's actions was taken; preventing the default prevents following its link. */
  onAction?: (event: HTMLElementEventMap['carillon-action']) => void;
  /** The link to the application's preferences was followed; preventing the default prevents that. */
  onNavigate?: (event: HTMLElementEventMap['carillon-navigate']) => void;
}

/** `<carillon-inbox>` with the provider's client, loaded when it is first shown. In React 18 too, which sets no properties. */
export function CarillonInbox({
  onOpen,
  onAction,
  onNavigate,
  ...properties
}: CarillonInboxProps): ReactNode {
  const client = useCarillon();
  const ref = useRef<CarillonInboxElement>(null);
  useEffect(() => void import('carillon/inbox'), []);
  useEffect(() => void (ref.current && Object.assign(ref.current, { client, ...properties })));
  useListener(ref, 'carillon-open', onOpen);
  useListener(ref, 'carillon-action', onAction);
  useListener(ref, 'carillon-navigate', onNavigate);
  return createElement('carillon-inbox', { ref });
}

function useListener<K extends keyof HTMLElementEventMap>(
  ref: RefObject<HTMLElement | null>,
  name: K,
  listener: ((event: HTMLElementEventMap[K]) => void) | undefined,
): void {
  useEffect(() => {
    const element = ref.current;
    if (!element || !listener) return undefined;
    element.addEventListener(name, listener);
    return () => element.removeEventListener(name, listener);
  }, [ref, name, listener]);
}
