import type { BasePaths } from '../config/options.js';

/** The injection token of what is served: where the contracts are, and what beside them. */
export const HTTP_SETUP = Symbol('HTTP_SETUP');

export interface HttpSetup {
  basePaths: BasePaths;
  parts: HttpParts;
}

/** What the private application serves beside the contracts. */
export interface HttpParts {
  /** `/health`, for load balancers and what restarts processes: a host has its own. */
  health: boolean;
  /** The demo page and its routes, in development mode. */
  demo: boolean;
  /** `/docs` and the OpenAPI documents. */
  docs: boolean;
  /** `/carillon/*.js`, the elements and the client. */
  assets: boolean;
}
