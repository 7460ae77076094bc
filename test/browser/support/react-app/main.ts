import { createClient, type NotificationRow } from 'carillon/client';
import {
  CarillonInbox,
  CarillonProvider,
  useGlobalJobNotifier,
  useNotifications,
  useUnreadCount,
  useUnseenCount,
} from 'carillon/react';
import { createElement as h, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

function Badge() {
  const unseen = useUnseenCount();
  return [
    h('output', { id: 'badge', key: 'badge' }, useUnreadCount() ?? '…'),
    h('output', { id: 'unseen', key: 'unseen' }, unseen ?? '…'),
  ];
}

function List() {
  const [only, setOnly] = useState(false);
  const [archived, setArchived] = useState<NotificationRow>();
  const inbox = useNotifications(only ? { read_state: 'unread' } : {});
  const archive = (row: NotificationRow) => {
    setArchived(row);
    void inbox.archive(row.id);
  };
  const item = (row: NotificationRow) => {
    const { id, title, read_at } = row;
    return h(
      'li',
      { key: id },
      h('span', null, title),
      h('button', { onClick: () => void inbox.markRead(id) }, read_at ? 'read' : 'mark read'),
      h('button', { onClick: () => archive(row) }, 'archive'),
      h('button', { onClick: () => void inbox.remove(id) }, 'delete'),
    );
  };
  return h(
    'section',
    null,
    h('button', { onClick: () => setOnly(!only) }, 'only unread'),
    h('button', { onClick: () => void inbox.markSeen() }, `look at ${inbox.unseen}`),
    h('button', { onClick: () => void inbox.markAllRead() }, 'mark all'),
    h('button', { onClick: () => archived && void inbox.putBack(archived) }, 'put back'),
    h('ul', { 'data-loaded': inbox.loaded, 'data-status': inbox.status }, inbox.items.map(item)),
  );
}

function OwnToasts() {
  const [titles, setTitles] = useState<string[]>([]);
  useGlobalJobNotifier((toast) => setTitles((before) => [...before, toast.title]));
  return h('p', { id: 'toasts' }, titles.join(', '));
}

function ShippedToasts() {
  useGlobalJobNotifier();
  return null;
}

function Page() {
  const [opened, setOpened] = useState('nothing');
  const [acted, setActed] = useState('nothing');
  const inbox = h(CarillonInbox, {
    lang: 'fr',
    preferencesHref: '/settings',
    onOpen: ({ detail }) => setOpened(detail.notification?.title ?? ''),
    onAction: ({ detail }) => setActed(`${detail.action.id}: ${detail.notification.title}`),
  });
  return h('section', null, h('p', { id: 'opened' }, opened), h('p', { id: 'acted' }, acted), inbox);
}

function App() {
  const [shipped, setShipped] = useState(false);
  const [full, setFull] = useState(false);
  return h(
    'main',
    null,
    h(Badge),
    h(List),
    h('button', { onClick: () => setShipped(true) }, 'use the shipped toasts'),
    h('button', { onClick: () => setFull(true) }, 'show the inbox'),
    full ? h(Page) : null,
    h(shipped ? ShippedToasts : OwnToasts),
  );
}

const root = document.querySelector('main');
if (!root) throw new Error('no main');
const client = createClient({ baseUrl: '/v1' });
// Strict mode mounts everything twice: subscriptions must survive it.
createRoot(root).render(h(StrictMode, null, h(CarillonProvider, { client }, h(App))));
