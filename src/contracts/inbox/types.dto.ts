import { ApiProperty } from '@nestjs/swagger';
import { LEVELS, type NotificationType } from '../../config/options.js';

export class ChannelsDto {
  @ApiProperty()
  in_app: boolean;

  @ApiProperty()
  toast: boolean;

  @ApiProperty()
  webhook: boolean;
}

class TypeDto {
  @ApiProperty({ example: 'job_failed' })
  key: string;

  @ApiProperty()
  description: string;

  @ApiProperty({ enum: LEVELS })
  level: string;

  @ApiProperty({ type: ChannelsDto, description: 'What is on for users who have set nothing.' })
  channels: ChannelsDto;

  @ApiProperty({ type: String, nullable: true, description: 'What webhook endpoints subscribe to.' })
  webhook_event: string | null;

  @ApiProperty({ description: 'Whether users may turn its channels off.' })
  mutable: boolean;
}

export class TypesAnswer {
  @ApiProperty({ type: [TypeDto] })
  types: TypeDto[];
}

export function typesAnswer(types: NotificationType[]): TypesAnswer {
  return { types: types.map(({ webhookEvent, ...type }) => ({ ...type, webhook_event: webhookEvent })) };
}
