import { ApiProperty } from '@nestjs/swagger';
import { QuietHours, SettingsPatch } from '../../audience/settings-patch.js';
import { Documented } from '../../common/documented.js';
import { DAYS } from '../../common/local-time.js';

/** What is sent is a {@link SettingsPatch}, which the core checks. */
@Documented(SettingsPatch)
export class PatchMeBody {}

export class MeAnswer {
  @ApiProperty()
  id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Kept by the application.' })
  email: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Kept by the application.' })
  name: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As set, else as the application says.' })
  locale: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As set, else as the application says.' })
  time_zone: string | null;

  @ApiProperty({ type: QuietHours, nullable: true })
  quiet_hours: QuietHours | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  paused_until: string | null;

  @ApiProperty({ type: String, nullable: true, example: '08:00' })
  digest_at: string | null;

  @ApiProperty({ type: String, enum: DAYS, nullable: true })
  digest_day: string | null;
}
