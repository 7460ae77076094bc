// What the host's pages import; compiled only, for its types.
import { createClient, type Client } from 'carillon/client';
import type { CarillonElement } from 'carillon/element';

export function show(element: CarillonElement, baseUrl: string): Client {
  const client = createClient({ baseUrl });
  element.client = client;
  return client;
}
