import { ApiProperty } from '@nestjs/swagger';
import { invalidInput } from '../../common/errors.js';
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

/**
 * The wishes in a body of the shape `{ types: { job_failed: { toast: false } } }`. Its keys are those of the
 * catalogue, which only the core knows; here is only its form.
 */
export function preferenceChanges(body: object): PreferenceChange[] {
  const { types = {}, ...unknown } = body as { types?: unknown };
  const wrong = Object.keys(unknown).map((path) => ({ path, message: 'is not known here' }));
  if (!isObject(types)) wrong.push({ path: 'types', message: 'must be an object' });
  for (const [type, channels] of Object.entries(isObject(types) ? types : {})) {
    if (!isObject(channels)) wrong.push({ path: `types.${type}`, message: 'must be an object' });
  }
  if (wrong.length > 0) throw invalidInput(wrong);
  return Object.entries(types as Record<string, Record<string, unknown>>).flatMap(([type, channels]) => {
    const path = `types.${type}`;
    const changes = Object.entries(channels).map(([channel, value]) => ({
      path: `${path}.${channel}`,
      type,
      channel,
      value,
    }));
    return changes.length > 0 ? changes : [{ path, type }];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
