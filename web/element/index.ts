import './frameworks.js';

export { createClient, type Client, type ClientOptions } from '../client/client.js';
export type * from './types.js';
