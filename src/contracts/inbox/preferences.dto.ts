import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { isJsonObject } from '../../common/json.js';
import { NOT_KNOWN } from '../../common/validation.js';
import type { PreferenceChange } from '../../preferences/preferences.service.js';
import { ChannelsDto } from './types.dto.js';

export class PreferencesAnswer {
  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/ChannelsDto' },
    example: { job_failed: { in_app: true, toast: true, webhook: true } },
  })
  types: Record<string, ChannelsDto>;
}

/** As the OpenAPI document shows it: {@link preferenceChanges} and the core check what comes. */
export class PatchPreferencesBody {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/ChannelsPatch' },
    description: 'Types that are left out stay as they are, and so do channels.',
    example: { job_failed: { toast: false } },
  })
  types?: Record<string, Partial<ChannelsDto>>;
}

/**
 * The wishes in a body of the shape `{ types: { job_failed: { toast: false } } }`. Its keys are those of the
 * catalogue, which only the core knows; here is only its form.
 */
export function preferenceChanges(body: object): PreferenceChange[] {
  const { types = {}, ...unknown } = body as { types?: unknown };
  const strays = Object.keys(unknown).map((path) => ({ path, type: '', problem: NOT_KNOWN }));
  if (!isJsonObject(types)) return [...strays, { path: 'types', type: '', problem: 'must be an object' }];
  const wished = Object.entries(types).flatMap(([type, channels]): PreferenceChange[] => {
    const path = `types.${type}`;
    if (!isJsonObject(channels)) return [{ path, type, problem: 'must be an object' }];
    const changes = Object.entries(channels).map(([channel, value]) => ({
      path: `${path}.${channel}`,
      type,
      channel,
      value,
    }));
    return changes.length > 0 ? changes : [{ path, type }];
  });
  return [...strays, ...wished];
}
