import type { CarillonOptions } from '../config/options.js';
import { DEMO_TYPES } from './demo-types.js';

/** In development mode, when tokens for the demo's users can be made here. */
export function showsDemo({ production, auth }: Pick<CarillonOptions, 'production' | 'auth'>): boolean {
  return !production && auth.jwtSecret !== undefined;
}

/** With the demo's own types, where it is shown. One of the server's with the same key takes its place. */
export function withDemoTypes(options: CarillonOptions): CarillonOptions {
  return showsDemo(options) ? { ...options, types: [...DEMO_TYPES, ...(options.types ?? [])] } : options;
}
