import './bell-main.js';
import { define } from './define.js';
import { CarillonInbox } from './inbox.js';

export * from './index.js';

define('carillon-inbox', CarillonInbox);
