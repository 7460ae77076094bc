import { ApiProperty } from '@nestjs/swagger';

/** The answer about something that is gone. */
export class IdAnswer {
  @ApiProperty({ format: 'uuid' })
  id: string;
}
