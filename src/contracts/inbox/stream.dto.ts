import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent.js';

export class StreamQuery {
  @ApiPropertyOptional({ description: 'As the header `Last-Event-ID`, for clients that cannot set it.' })
  @MayBeAbsent()
  @IsString({ message: 'must be given once' })
  last_event_id?: string;
}
