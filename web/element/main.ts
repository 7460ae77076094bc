import './inbox-main.js';
import { define } from './define.js';
import { CarillonDeliveries } from './deliveries.js';
import { CarillonPreferences } from './preferences.js';
import { CarillonWebhooks } from './webhooks.js';

export * from './index.js';

define('carillon-preferences', CarillonPreferences);
define('carillon-deliveries', CarillonDeliveries);
define('carillon-webhooks', CarillonWebhooks);
