import { Answer } from '../../common/documented.js';

// The schemas that are named here have a field for each channel: `http/openapi.ts` makes them from the list of channels.
export class PreferencesAnswer extends Answer({
  channels: {
    allOf: [{ $ref: '#/components/schemas/ChannelSettings' }],
    description: 'The switches of whole channels. Null: not set, so that each type has its default.',
    example: { in_app: null, toast: false, webhook: null, email: null, push: null },
  },
  types: {
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/TypePreferences' },
    description:
      'What holds for each type: what is set for it, else the switch of the channel, else its default. ' +
      'How often mails come is what is set for the type, else what its timing comes to.',
    example: {
      job_failed: {
        in_app: true,
        toast: false,
        webhook: true,
        email: true,
        push: false,
        email_frequency: 'daily',
      },
    },
  },
}) {}
