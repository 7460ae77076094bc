import './config/own-client.js';
import './unread-output.js';
import { serve } from './server.js';

await serve();
