import 'carillon/bell';
import 'carillon/inbox';
import { ApiError, createClient } from 'carillon/client';
import { createClient as sameClient } from 'carillon/element';

const client = createClient({ baseUrl: '/v1' });
export const made = [client, sameClient()];

const bell = document.querySelector('carillon-bell');
if (bell) bell.client = client;
export const most: number | undefined = bell?.max;
// @ts-expect-error a number
export const name: string | undefined = bell?.max;

document.addEventListener('carillon-open', (event) => event.detail.notification?.title);
client.inbox.list().catch((error: unknown) => error instanceof ApiError && error.status);
