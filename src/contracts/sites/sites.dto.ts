import { ApiProperty } from '@nestjs/swagger';
import { IsCount, IsPage } from '../../common/query.js';
import { IsText, MAX_ID_LENGTH } from '../../common/text.js';

const MAX_PER_PAGE = 100;
const DEFAULT_PER_PAGE = 20;

export class SiteParams {
  @ApiProperty({ description: 'A site of the caller; one without notifications is empty.' })
  @IsText(1, MAX_ID_LENGTH)
  site_id: string;
}

export class SitesListQuery {
  @IsPage()
  page: number = 1;

  @IsCount(MAX_PER_PAGE, 'Items per page.', DEFAULT_PER_PAGE)
  per_page?: number;

  @IsCount(MAX_PER_PAGE, 'Another name of `per_page`.', DEFAULT_PER_PAGE)
  page_size?: number;
}

/** The size of a page: `per_page` is the documented name, and goes first. */
export function perPage({ per_page, page_size }: SitesListQuery): number {
  return per_page ?? page_size ?? DEFAULT_PER_PAGE;
}

export class SitesNotification {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null for a notification of no site.' })
  site_id: string | null;

  @ApiProperty({ example: 'user_abc123' })
  recipient_clerk_id: string;

  @ApiProperty({ example: 'content_submitted' })
  notification_type: string;

  @ApiProperty()
  title: string;

  @ApiProperty({ type: String, nullable: true })
  message: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'blog' })
  entity_type: string | null;

  @ApiProperty({ type: String, nullable: true })
  entity_id: string | null;

  @ApiProperty()
  is_read: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at: string;
}

export class SitesMeta {
  @ApiProperty()
  page: number;

  @ApiProperty()
  per_page: number;

  @ApiProperty({ description: 'Notifications of the site, on all pages.' })
  total: number;

  @ApiProperty()
  total_pages: number;
}

export class SitesPage {
  @ApiProperty({ type: [SitesNotification] })
  data: SitesNotification[];

  @ApiProperty({ type: SitesMeta })
  meta: SitesMeta;
}

export class SitesUnreadCount {
  @ApiProperty()
  unread_count: number;
}

export class SitesUpdated {
  @ApiProperty({ description: 'How many notifications were unread.' })
  updated: number;
}
