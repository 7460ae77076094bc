import { ApiProperty } from '@nestjs/swagger';
import { ContactPatch, ContactPatches } from '../../audience/contact-patch.js';
import { Documented } from '../../common/documented.js';

/** What is sent is a {@link ContactPatch}, which the core checks. */
@Documented(ContactPatch)
export class PutUserBody {}

/** What is sent are {@link ContactPatches}, which the core checks. */
@Documented(ContactPatches)
export class PutUsersBody {}

export class UserItem {
  @ApiProperty()
  id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null also when the encryption key was lost.' })
  email: string | null;

  @ApiProperty({ type: String, nullable: true })
  name: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'de-AT' })
  locale: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Europe/Vienna' })
  time_zone: string | null;

  @ApiProperty({ type: [String] })
  team_ids: string[];

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;
}

export class UserAnswer {
  @ApiProperty({ type: UserItem })
  user: UserItem;
}

export class UpsertedAnswer {
  @ApiProperty({ description: 'Users that were made or changed.' })
  upserted: number;
}

export class ErasedAnswer {
  @ApiProperty()
  id: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description:
      'How many rows of each table were deleted; of `event_recipients`, those that the user was taken out of.',
    example: { notifications: 120, preferences: 3 },
  })
  erased: Record<string, number>;
}
