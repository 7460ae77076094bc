import { IsOneOf, IsString, MayBeAbsent } from '../common/rule.js';

/** Who the demo page shows side by side. */
export const DEMO_USERS = [
  { id: 'demo-ada', name: 'Ada', email: 'ada@example.com' },
  { id: 'demo-grace', name: 'Grace', email: 'grace@example.com' },
];

export class FireBody {
  @IsOneOf(DEMO_USERS.map(({ id }) => id))
  user_id: string;

  @IsString()
  type: string;

  /** Left out: now. */
  @MayBeAbsent()
  @IsString()
  send_at?: string;

  @MayBeAbsent()
  @IsString()
  expires_at?: string;

  @MayBeAbsent()
  @IsString()
  collapse_key?: string;
}
