import './bell-main.js';
import { define } from './define.js';
import { CarillonDeliveries } from './deliveries.js';
import './preferences.js';
import { CarillonWebhooks } from './webhooks.js';

export * from './index.js';

define('carillon-deliveries', CarillonDeliveries);
define('carillon-webhooks', CarillonWebhooks);
