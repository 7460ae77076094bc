import { Answer, TEXT_OR_NULL, TIME } from '../../common/documented.js';
import type { Me } from '../../audience/me.service.js';
import { QuietHours } from '../../audience/settings-patch.js';
import { DAYS } from '../../common/local-time.js';
import { snakeCased } from '../../common/snake-case.js';

const KEPT = { ...TEXT_OR_NULL, description: 'Kept by the application.' };
const SET = { ...TEXT_OR_NULL, description: 'As set, else as the application says.' };

export class MeAnswer extends Answer({
  id: String,
  email: KEPT,
  name: KEPT,
  locale: SET,
  time_zone: SET,
  quiet_hours: { type: QuietHours, nullable: true },
  paused_until: { ...TIME, nullable: true },
  digest_at: { ...TEXT_OR_NULL, example: '08:00' },
  digest_day: { type: String, enum: DAYS, nullable: true },
}) {}

export function meAnswer({ userId: id, ...me }: Me): MeAnswer {
  return { id, ...snakeCased(me) };
}
