import { type Client, createClient } from '../element/inbox-main.js';
import { required, showSettings, startSession } from './page.js';

const session = await startSession();
const wanted = new URLSearchParams(location.search).get('user');
const user = required(session.users.find(({ id }) => id === wanted) ?? session.users[0] ?? null, 'user');
const client = createClient({ baseUrl: session.base_url ?? '/v1', token: user.token });
for (const element of document.querySelectorAll<HTMLElement & { client?: Client }>(
  'carillon-inbox, carillon-toasts',
))
  element.client = client;
// The links lead into an application that is not here.
document.addEventListener('carillon-open', (event) => event.preventDefault());
showSettings();
