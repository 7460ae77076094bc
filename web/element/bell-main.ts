import { CarillonBell } from './bell.js';
import { define } from './define.js';
import { CarillonToasts } from './toasts.js';

export * from './index.js';

define('carillon-bell', CarillonBell);
define('carillon-toasts', CarillonToasts);
