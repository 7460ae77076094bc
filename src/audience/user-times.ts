import type { Day, WallHours } from '../common/local-time.js';

/** When a user wants to be left alone, and when digests come; null is not set. */
export interface UserTimes {
  /** An IANA zone, in which the others are meant; null: UTC. */
  zone: string | null;
  quietHours: WallHours | null;
  pausedUntil: Date | null;
  digestAt: string | null;
  digestDay: Day | null;
}

/** Of those who have set nothing. */
export const NO_TIMES: UserTimes = {
  zone: null,
  quietHours: null,
  pausedUntil: null,
  digestAt: null,
  digestDay: null,
};
