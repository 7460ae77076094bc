import { ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import type { Catalogue } from '../../catalogue/catalogue.js';
import type { ChannelDefinition } from '../../catalogue/channel-list.js';
import { Answer, TEXT_OR_NULL } from '../../common/documented.js';
import { snakeCased } from '../../common/snake-case.js';
import { LEVELS, UNLESS } from '../../config/options.js';

/** A switch for each channel: `http/openapi.ts` documents them from the list of channels. */
export class ChannelsDto {
  [key: string]: boolean;
}

class TimingDto extends Answer({
  delay: { type: String, required: false, example: '10m', description: 'How long after the event.' },
  unless: { enum: UNLESS, required: false, description: 'Not to users who have done that by then.' },
  digest: {
    type: String,
    required: false,
    example: '1h',
    description:
      'What comes meanwhile is sent as one: for so long from the first on; `daily` and `weekly`: until the time for ' +
      'digests that the user has set.',
  },
}) {}

class ThrottleDto extends Answer({
  max: { type: Number, example: 5 },
  per: { type: String, example: '1h' },
}) {}

@ApiExtraModels(TimingDto)
class TypeDto extends Answer({
  key: { type: String, example: 'job_failed' },
  description: String,
  level: { enum: LEVELS },
  channels: { type: ChannelsDto, description: 'What is on for users who have set nothing.' },
  timing: {
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(TimingDto) },
    description: 'When channels send that do not do so at once.',
    example: { email: { delay: '10m', unless: 'read' } },
  },
  webhook_event: { ...TEXT_OR_NULL, description: 'What webhook endpoints subscribe to.' },
  mutable: { type: Boolean, description: 'Whether users may turn its channels off.' },
  category: { ...TEXT_OR_NULL, description: 'Under which heading preferences show it.' },
  critical: {
    type: Boolean,
    description: 'It has to arrive: it is not mutable, and its mails offer no unsubscribing.',
  },
  throttle: {
    type: ThrottleDto,
    nullable: true,
    description:
      'The most that interrupt one user in a span of time; what is above it only stays in the inbox.',
  },
}) {}

class ChannelDto extends Answer({
  key: { type: String, example: 'in_app' },
  label: { type: String, example: 'In the inbox', description: 'Its name for people.' },
  available: { type: Boolean, description: 'False: nothing comes by it, because it is not set up here.' },
  reason: { type: String, required: false, description: 'Why it is not available, and what to set.' },
}) {}

export class TypesAnswer extends Answer({
  channels: { type: [ChannelDto], description: 'In the order in which they are to be shown.' },
  types: [TypeDto],
}) {}

export function typesAnswer({ channels, types }: Catalogue): TypesAnswer {
  return {
    channels: channels.all.map(channelAnswer),
    types: types.map(({ category = null, critical = false, throttle = null, ...type }) =>
      snakeCased({ ...type, category, critical, throttle }),
    ),
  };
}

function channelAnswer({ key, label, unavailable }: ChannelDefinition): ChannelDto {
  return { key, label, available: unavailable === undefined, ...(unavailable && { reason: unavailable }) };
}
