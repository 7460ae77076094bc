import { Command } from 'commander';
import { createVapidKeys } from '../config/vapid.js';
import { print } from './context.js';

export const vapidCommand = new Command('vapid')
  .description('Print a new pair of keys for Web Push, as variables of the environment.')
  .action(() => {
    const { publicKey, privateKey } = createVapidKeys();
    print(`VAPID_PUBLIC_KEY=${publicKey}`, `VAPID_PRIVATE_KEY=${privateKey}`);
  });
