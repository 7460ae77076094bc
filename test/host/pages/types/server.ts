import type { NotifyEvent } from 'carillon';

export const event: NotifyEvent = { type: 'job_failed', userIds: ['ada'], title: 'A job' };
// @ts-expect-error no type
export const wrong: NotifyEvent = { title: 'A job' };
