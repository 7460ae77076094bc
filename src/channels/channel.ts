import type { ChannelDefinition } from '../catalogue/channel-list.js';

/**
 * A way to a user. Everything that is particular to it stands in its folder; types, preferences, reports and documents are
 * made from the list of channels (`registry.ts`).
 */
export type Channel = ChannelDefinition;
