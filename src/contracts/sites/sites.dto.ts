import { Answer, Documented } from '../../common/documented.js';
import { IsOneOf, IsText, MayBeAbsent } from '../../common/rule.js';
import { IsCount, IsPage } from '../../common/query.js';
import { MAX_ID_LENGTH } from '../../common/text.js';
import { shown } from '../shown.js';
import { SITES_SHAPE } from './sites.shape.js';

const MAX_PER_PAGE = 100;
const DEFAULT_PER_PAGE = 20;

/** As long as the longest title: a longer text is none that a person looks for. */
const MAX_SEARCH_LENGTH = 255;

const SORTS = ['created_at', 'is_read', 'title', 'notification_type'] as const;
const DIRECTIONS = ['asc', 'desc'] as const;

@Documented()
export class SiteParams {
  @IsText(1, MAX_ID_LENGTH, { description: 'A site of the caller; one without notifications is empty.' })
  site_id: string;
}

@Documented()
export class SitesListQuery {
  @IsPage()
  page: number = 1;

  @IsCount(MAX_PER_PAGE, 'Items per page.', DEFAULT_PER_PAGE)
  per_page?: number;

  @IsCount(MAX_PER_PAGE, 'Another name of `per_page`.', DEFAULT_PER_PAGE)
  page_size?: number;

  @MayBeAbsent()
  @IsOneOf(SORTS, { default: 'created_at', description: 'Rows that are equal in it are newest first.' })
  sort_by: (typeof SORTS)[number] = 'created_at';

  @MayBeAbsent()
  @IsOneOf(DIRECTIONS, { default: 'desc' })
  sort_dir: (typeof DIRECTIONS)[number] = 'desc';

  @MayBeAbsent()
  @IsText(0, MAX_SEARCH_LENGTH, {
    description:
      'Only those with this text in their title or message, in upper or lower case; an empty one is none.',
  })
  search?: string;
}

/** The size of a page: `per_page` is the documented name, and goes first. */
export function perPage({ per_page, page_size }: SitesListQuery): number {
  return per_page ?? page_size ?? DEFAULT_PER_PAGE;
}

export class SitesNotification extends Answer(
  shown(SITES_SHAPE, {
    site_id: { description: 'Null for a notification of no site.' },
    recipient_clerk_id: { example: 'user_abc123' },
    notification_type: { example: 'content_submitted' },
    entity_type: { example: 'blog' },
  }),
) {}

export class SitesMeta extends Answer({
  page: Number,
  per_page: Number,
  page_size: { type: Number, description: 'The same as `per_page`.' },
  total: {
    type: Number,
    description: 'Notifications of the site, or of those that the search finds, on all pages.',
  },
  total_items: { type: Number, description: 'The same as `total`.' },
  total_pages: Number,
}) {}

export class SitesPage extends Answer({ data: [SitesNotification], meta: SitesMeta }) {}

export class SitesUnreadCount extends Answer({ unread_count: Number }) {}

export class SitesUpdated extends Answer({
  updated: { type: Number, description: 'How many notifications were unread.' },
}) {}
