import './config/own-client.js';
import { serve } from './server.js';

await serve();
