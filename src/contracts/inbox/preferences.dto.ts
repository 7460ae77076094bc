import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { isJsonObject } from '../../common/json.js';
import { NOT_KNOWN } from '../../common/validation.js';
import type { PreferenceChange } from '../../preferences/preferences.service.js';
import { ChannelsDto } from './types.dto.js';

// The schemas that are named here have a field for each channel: `http/openapi.ts` makes them from the list of channels.
export class PreferencesAnswer {
  @ApiProperty({
    allOf: [{ $ref: '#/components/schemas/ChannelSettings' }],
    description: 'The switches of whole channels. Null: not set, so that each type has its default.',
    example: { in_app: null, toast: false, webhook: null },
  })
  channels: Record<string, boolean | null>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/ChannelsDto' },
    description:
      'What holds for each type: what is set for it, else the switch of the channel, else its default.',
    example: { job_failed: { in_app: true, toast: false, webhook: true } },
  })
  types: Record<string, ChannelsDto>;
}

/** As the OpenAPI document shows it: {@link preferenceChanges} and the core check what comes. */
export class PatchPreferencesBody {
  @ApiPropertyOptional({
    allOf: [{ $ref: '#/components/schemas/ChannelsPatch' }],
    description:
      'The switches of whole channels, which also hold for types that are declared later. Null takes a switch back.',
    example: { toast: false },
  })
  channels?: Record<string, boolean | null>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/ChannelsPatch' },
    description: 'Types that are left out stay as they are, and so do channels. Null takes a setting back.',
    example: { job_failed: { toast: true, webhook: null } },
  })
  types?: Record<string, Record<string, boolean | null>>;
}

const NO_OBJECT = 'must be an object';

/**
 * The wishes in a body of the shape `{ channels: { toast: false }, types: { job_failed: { toast: true } } }`. Its keys are
 * those of the catalogue, which only the core knows; here is only its form.
 */
export function preferenceChanges(body: object): PreferenceChange[] {
  const { channels = {}, types = {}, ...unknown } = body as { channels?: unknown; types?: unknown };
  const strays = Object.keys(unknown).map((path) => ({ path, problem: NOT_KNOWN }));
  return [...strays, ...channelChanges('channels', channels), ...typeChanges(types)];
}

function typeChanges(types: unknown): PreferenceChange[] {
  if (!isJsonObject(types)) return [{ path: 'types', problem: NO_OBJECT }];
  return Object.entries(types).flatMap(([type, channels]) => {
    const path = `types.${type}`;
    const changes = channelChanges(path, channels, type);
    return changes.length > 0 ? changes : [{ path, type }];
  });
}

function channelChanges(path: string, channels: unknown, type?: string): PreferenceChange[] {
  if (!isJsonObject(channels)) return [{ path, problem: NO_OBJECT }];
  return Object.entries(channels).map(([channel, value]) => ({
    path: `${path}.${channel}`,
    channel,
    value,
    ...(type !== undefined && { type }),
  }));
}
