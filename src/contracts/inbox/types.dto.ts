import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import type { Catalogue } from '../../catalogue/catalogue.js';
import type { ChannelDefinition } from '../../catalogue/channel-list.js';
import { LEVELS, UNLESS } from '../../config/options.js';

/** A switch for each channel: `http/openapi.ts` documents them from the list of channels. */
export class ChannelsDto {
  [key: string]: boolean;
}

class TimingDto {
  @ApiPropertyOptional({ example: '10m', description: 'How long after the event.' })
  delay?: string;

  @ApiPropertyOptional({ enum: UNLESS, description: 'Not to users who have done that by then.' })
  unless?: string;

  @ApiPropertyOptional({
    example: '1h',
    description:
      'What comes meanwhile is sent as one: for so long from the first on; `daily` and `weekly`: until the time for ' +
      'digests that the user has set.',
  })
  digest?: string;
}

class ThrottleDto {
  @ApiProperty({ example: 5 })
  max: number;

  @ApiProperty({ example: '1h' })
  per: string;
}

@ApiExtraModels(TimingDto)
class TypeDto {
  @ApiProperty({ example: 'job_failed' })
  key: string;

  @ApiProperty()
  description: string;

  @ApiProperty({ enum: LEVELS })
  level: string;

  @ApiProperty({ type: ChannelsDto, description: 'What is on for users who have set nothing.' })
  channels: ChannelsDto;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(TimingDto) },
    description: 'When channels send that do not do so at once.',
    example: { email: { delay: '10m', unless: 'read' } },
  })
  timing: Record<string, TimingDto>;

  @ApiProperty({ type: String, nullable: true, description: 'What webhook endpoints subscribe to.' })
  webhook_event: string | null;

  @ApiProperty({ description: 'Whether users may turn its channels off.' })
  mutable: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Under which heading preferences show it.' })
  category: string | null;

  @ApiProperty({ description: 'It has to arrive: it is not mutable, and its mails offer no unsubscribing.' })
  critical: boolean;

  @ApiProperty({
    type: ThrottleDto,
    nullable: true,
    description:
      'The most that interrupt one user in a span of time; what is above it only stays in the inbox.',
  })
  throttle: ThrottleDto | null;
}

class ChannelDto {
  @ApiProperty({ example: 'in_app' })
  key: string;

  @ApiProperty({ example: 'In the inbox', description: 'Its name for people.' })
  label: string;

  @ApiProperty({ description: 'False: nothing comes by it, because it is not set up here.' })
  available: boolean;

  @ApiPropertyOptional({ description: 'Why it is not available, and what to set.' })
  reason?: string;
}

export class TypesAnswer {
  @ApiProperty({ type: [ChannelDto], description: 'In the order in which they are to be shown.' })
  channels: ChannelDto[];

  @ApiProperty({ type: [TypeDto] })
  types: TypeDto[];
}

export function typesAnswer({ channels, types }: Catalogue): TypesAnswer {
  return {
    channels: channels.all.map(channelAnswer),
    types: types.map(({ webhookEvent, category = null, critical = false, throttle = null, ...type }) => ({
      ...type,
      webhook_event: webhookEvent,
      category,
      critical,
      throttle,
    })),
  };
}

function channelAnswer({ key, label, unavailable }: ChannelDefinition): ChannelDto {
  return { key, label, available: unavailable === undefined, ...(unavailable && { reason: unavailable }) };
}
