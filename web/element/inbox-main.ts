import './bell-main.js';
import { define } from './define.js';
import { CarillonInbox } from './inbox.js';
import { CarillonPanel } from './panel.js';

export * from './index.js';

define('carillon-inbox', CarillonInbox);
define('carillon-panel', CarillonPanel);
