import { MAX_ISSUES, type InputIssue } from '../common/errors.js';
import { IsText, Reads, type Reading } from '../common/rule.js';
import { MAX_ID_LENGTH, textProblem } from '../common/text.js';
import { readInput } from '../common/validation.js';
import { IsAddress, IsPersonName, IsTimeZone, ReadsLocale, unlessNull } from './person-fields.js';

/** Contacts of one request. */
export const MAX_CONTACTS = 1_000;
/** Of one user. */
const MAX_TEAMS = 100;

/** What a producer says of a user: what is left out stays as it is, null clears it. */
export class ContactPatch {
  @IsAddress()
  email?: string | null;

  @IsPersonName()
  name?: string | null;

  @ReadsLocale()
  locale?: string | null;

  @IsTimeZone()
  timeZone?: string | null;

  /** Each once. */
  @Reads(unlessNull(readTeams), {
    type: 'array',
    items: { type: 'string', maxLength: MAX_ID_LENGTH },
    maxItems: MAX_TEAMS,
    required: false,
    nullable: true,
    description: 'The teams that the user belongs to.',
    example: ['team_1'],
  })
  teamIds?: string[] | null;
}

/** One of many. */
export class NamedContactPatch extends ContactPatch {
  @IsText(1, MAX_ID_LENGTH, { description: "The user's id." })
  id: string;
}

/** Many at once: all of them, or none. */
export class ContactPatches {
  @Reads(readContacts, { type: [NamedContactPatch], minItems: 1, maxItems: MAX_CONTACTS })
  users: NamedContactPatch[];
}

function readTeams(given: unknown, path: string): Reading<string[]> {
  if (!Array.isArray(given)) return { issues: [{ path, message: 'must be a list of team ids, or null' }] };
  if (given.length > MAX_TEAMS)
    return { issues: [{ path, message: `must have at most ${MAX_TEAMS} entries` }] };
  const issues = given.flatMap((team, at): InputIssue[] => {
    const message = textProblem(team, 1, MAX_ID_LENGTH);
    return message === undefined ? [] : [{ path: `${path}[${at}]`, message }];
  });
  return issues.length > 0 ? { issues } : { value: [...new Set(given as string[])] };
}

function readContacts(given: unknown, path: string): Reading<NamedContactPatch[]> {
  if (!Array.isArray(given) || given.length === 0)
    return { issues: [{ path, message: 'must be a list of at least one user' }] };
  if (given.length > MAX_CONTACTS)
    return { issues: [{ path, message: `must have at most ${MAX_CONTACTS} entries` }] };
  const issues: InputIssue[] = [];
  const contacts = new Map<string, NamedContactPatch>();
  for (const [at, one] of given.entries()) {
    if (issues.length >= MAX_ISSUES) break;
    const reading = readInput(NamedContactPatch, one, `${path}[${at}]`, { spelling: 'json' });
    if ('issues' in reading) issues.push(...reading.issues);
    else if (contacts.has(reading.value.id))
      issues.push({ path: `${path}[${at}].id`, message: 'is there already' });
    else contacts.set(reading.value.id, reading.value);
  }
  return issues.length > 0 ? { issues } : { value: [...contacts.values()] };
}
