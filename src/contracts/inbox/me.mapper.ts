import type { Me } from '../../audience/me.service.js';
import type { MeAnswer } from './me.dto.js';

export function meAnswer(me: Me): MeAnswer {
  return {
    id: me.userId,
    email: me.email,
    name: me.name,
    locale: me.locale,
    time_zone: me.timeZone,
    quiet_hours: me.quietHours,
    paused_until: me.pausedUntil && me.pausedUntil.toISOString(),
    digest_at: me.digestAt,
    digest_day: me.digestDay,
  };
}
