import { IsIn, IsString } from 'class-validator';

/** Who the demo page shows side by side. */
export const DEMO_USERS = [
  { id: 'demo-ada', name: 'Ada' },
  { id: 'demo-grace', name: 'Grace' },
];

export class FireBody {
  @IsIn(DEMO_USERS.map(({ id }) => id), { message: 'must be one of the demo users' })
  user_id: string;

  @IsString({ message: 'must be a string' })
  type: string;
}
