import { language, typeLabel } from '../element/language.js';
import { type CarillonSettingsElement, type Client, createClient } from '../element/main.js';
import { fireFor, type Fire } from './fire.js';
import { showLog } from './log.js';
import { mailList, type Mail } from './mails.js';
import { showMoments, showSubjects } from './moments.js';
import { byId, type DemoType, type DemoUser, required, showSettings, startSession } from './page.js';
import { poll } from './poll.js';

type CarillonElement = HTMLElement & { client?: Client };

const STATES = {
  live: 'Live',
  connecting: 'Connecting…',
  polling: 'Polling',
  offline: 'Offline',
  'signed-out': 'Signed out',
};

/** Long enough to close the page, or to stop the server, and see it come all the same. */
const LATER_MS = 10_000;

const ENGLISH = language('en');

const mailLists: ((mails: readonly Mail[]) => void)[] = [mailList(byId('mails'))];

const session = await startSession();
// Two people in one browser: their toasts must not cover each other.
const corners = ['bottom-start', 'bottom-end'];
session.users.forEach((user, index) =>
  showUser(user, index, corners[index % corners.length] ?? 'bottom-end'),
);
showLog(byId('log'));
poll<{ mails: Mail[] }>('/demo/mails', ({ mails }) => {
  for (const show of mailLists) show(mails);
});
showSettings();

function showUser(user: DemoUser, index: number, corner: string): void {
  const baseUrl = session.base_url ?? '/v1';
  // A browser has one user's pushes at a time: the first one's here.
  const push = index === 0 ? {} : (false as const);
  const client = createClient({ baseUrl, token: user.token, push });
  const card = byId<HTMLTemplateElement>('user').content.cloneNode(true) as DocumentFragment;
  const find = <T extends Element>(selector: string): T =>
    required(card.querySelector<T>(selector), selector);
  find('.avatar').textContent = user.name.charAt(0);
  find('h2').textContent = user.name;
  find('carillon-bell').setAttribute('inbox-href', `/demo/inbox?user=${user.id}`);
  for (const tag of ['bell', 'preferences', 'webhooks', 'toasts']) {
    find<CarillonElement>(`carillon-${tag}`).client = client;
  }
  find('carillon-toasts').setAttribute('position', corner);

  // The links lead into an application that is not here.
  const went = find<HTMLElement>('.went');
  const go = (event: Event, link: string): void => {
    event.preventDefault();
    went.textContent = `Your application would open ${link}`;
    went.hidden = false;
  };
  find('.user').addEventListener('carillon-open', (event) => {
    const { notification, toast } = (event as GlobalEventHandlersEventMap['carillon-open']).detail;
    const link = notification?.link ?? toast?.link;
    if (link) go(event, link);
  });
  // Of a push that was clicked.
  if (push)
    document.addEventListener('carillon-navigate', (event) => {
      const { pathname } = new URL(event.detail.href);
      if (!pathname.startsWith('/demo/')) go(event, pathname);
    });

  const status = find<HTMLElement>('.status');
  client.store.subscribe(() => {
    status.dataset.status = client.store.state.status;
    status.textContent = STATES[client.store.state.status];
  });

  const group = find<HTMLElement>('.fire');
  group.ariaLabel = `Fire an event for ${user.name}`;
  const fire = fireFor(user.id);
  for (const type of session.types) group.append(fireButton(fire, type));
  find<HTMLElement>('.burst').onclick = () => void burst(fire);
  find<HTMLElement>('.later').onclick = () => void fireLater(fire);
  showMoments(find('.acts'), client, fire);
  const subjects = find<HTMLElement>('.subjects');
  mailLists.push((mails) => showSubjects(subjects, user.email, mails));
  const list = find<CarillonSettingsElement>('carillon-webhooks');
  find<HTMLElement>('.hook').onclick = (event) =>
    void connectLog(client, event.currentTarget as HTMLElement).then(() => list.refresh());
  const preferences = find<CarillonSettingsElement>('carillon-preferences');
  find<HTMLElement>('.mail').onclick = (event) =>
    void mailEverything(client, event.currentTarget as HTMLElement).then(() => preferences.refresh());
  byId('users').append(card);
}

function fireButton(fire: Fire, { key, description, level }: DemoType): HTMLElement {
  const button = document.createElement('button');
  button.textContent = typeLabel(ENGLISH, key);
  button.title = description;
  button.dataset.level = level;
  button.onclick = () => void fire(key);
  return button;
}

async function burst(fire: Fire): Promise<void> {
  const type = (index: number): string => session.types[index % session.types.length]?.key ?? 'job_completed';
  await Promise.all(Array.from({ length: 25 }, (_, index) => fire(type(index))));
}

async function fireLater(fire: Fire): Promise<void> {
  await fire(session.types[0]?.key ?? 'job_completed', { send_at: new Date(Date.now() + LATER_MS) });
}

/** Mails are off for every type until the user turns them on. */
async function mailEverything(client: Client, button: HTMLElement): Promise<void> {
  try {
    await client.preferences.update({ channels: { email: true } });
    button.textContent = 'Mails go to the list below';
  } catch (error) {
    button.textContent = error instanceof Error ? error.message : 'That did not work';
  }
}

/** Points a webhook of this user at the page's own log. */
async function connectLog(client: Client, button: HTMLElement): Promise<void> {
  const url = new URL(session.webhook_sink, location.href).href;
  try {
    const known = (await client.webhooks.list()).some((webhook) => webhook.url === url);
    if (!known) await client.webhooks.create({ name: 'Demo log', kind: 'generic', url, events: '*' });
    button.textContent = 'Webhooks go to the log below';
  } catch (error) {
    button.textContent = error instanceof Error ? error.message : 'That did not work';
  }
}
