import { CarillonBell } from './bell.js';
import { define } from './define.js';
import { CarillonInbox } from './inbox.js';
import { CarillonToasts } from './toasts.js';

export * from './index.js';

define('carillon-inbox', CarillonInbox);
define('carillon-bell', CarillonBell);
define('carillon-toasts', CarillonToasts);
