'use client';

import { createClient } from 'carillon/client';
import { CarillonProvider, useNotifications, useUnreadCount } from 'carillon/react';
import 'carillon/element';

const client = createClient({ baseUrl: '/v1' });

function Count() {
  const { items, status } = useNotifications();
  return (
    <p>
      {useUnreadCount()} of {items.length}: <output>{status}</output>
    </p>
  );
}

export function Inbox() {
  return (
    <CarillonProvider client={client}>
      <carillon-bell base-url="/v1" />
      <carillon-preferences base-url="/v1" />
      <Count />
    </CarillonProvider>
  );
}
