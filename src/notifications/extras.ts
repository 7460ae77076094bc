import { IsOneOf, MayBeNull, Rule, type FoundIssue, type Reading } from '../common/rule.js';
import { textProblem, visible } from '../common/text.js';
import { readInput } from '../common/validation.js';
import { IsImage, IsLink } from './link.js';

const MAX_ACTIONS = 3;
/** What a button holds. */
const MAX_LABEL_LENGTH = 40;
const MAX_NAME_LENGTH = 200;
const MAX_ACTION_ID_LENGTH = 64;

export const ACTION_STYLES = ['primary', 'default', 'danger'] as const;

/** What a user can do at once. */
export class NotificationAction {
  /** A letter or a digit, and then also `_`, `-`, `.` and `:`; at most 64 characters, once in a notification. */
  @Rule('isActionId', actionIdProblem, {
    type: 'string',
    maxLength: MAX_ACTION_ID_LENGTH,
    description: 'A letter or a digit, and then also `_`, `-`, `.` and `:`. Once in a notification.',
    example: 'approve',
  })
  id: string;

  /** 1 to 40 characters on one line. */
  @Rule('isLabel', (value) => lineProblem(value, MAX_LABEL_LENGTH), {
    type: 'string',
    minLength: 1,
    maxLength: MAX_LABEL_LENGTH,
    description: 'One line.',
    example: 'Approve',
  })
  label: string;

  /** Where it leads, as an event's link; without one it is only recorded. */
  @MayBeNull()
  @IsLink({
    description:
      'An http(s) URL without credentials, or a path beginning with exactly one "/". Without one it is only recorded.',
    example: '/requests/17',
  })
  link?: string | null;

  /** How its button looks; `default` where nothing is said. */
  @MayBeNull()
  @IsOneOf(ACTION_STYLES, { default: 'default' })
  style?: (typeof ACTION_STYLES)[number] | null;
}

/** Who did it. */
export class NotificationActor {
  /** 1 to 200 characters on one line. */
  @Rule('isActorName', (value) => lineProblem(value, MAX_NAME_LENGTH), {
    type: 'string',
    minLength: 1,
    maxLength: MAX_NAME_LENGTH,
    description: 'One line.',
    example: 'Ann Lee',
  })
  name: string;

  /** An `https` URL; without one, pages show initials. */
  @MayBeNull()
  @IsImage()
  image?: string | null;
}

/** What is only shown of a notification, and which of its actions was taken. What is not there is left out. */
export interface Extras {
  actions?: NotificationAction[];
  image?: string;
  actor?: NotificationActor;
  action?: TakenAction;
}

/** An action that a user has taken, and when, as JSON has it. */
export interface TakenAction {
  id: string;
  at: string;
}

/** At most three actions, each with an id of its own. None is null. */
export function readActions(given: unknown, path: string): Reading<NotificationAction[] | null> {
  if (!Array.isArray(given)) return { issues: [{ path, message: 'must be a list of actions' }] };
  const issues: FoundIssue[] = [];
  if (given.length > MAX_ACTIONS) {
    issues.push({ path, message: `must have at most ${MAX_ACTIONS} actions, not ${given.length}` });
  }
  const actions: NotificationAction[] = [];
  Array.from({ length: Math.min(given.length, MAX_ACTIONS) }, (_, at) => {
    const place = `${path}[${at}]`;
    const reading = readInput(NotificationAction, given[at], place);
    if ('issues' in reading) issues.push(...reading.issues);
    else if (actions.some(({ id }) => id === reading.value.id)) {
      issues.push({ path: `${place}.id`, message: 'is the id of an action before it' });
    } else actions.push(reading.value);
  });
  return issues.length > 0 ? { issues } : { value: actions.length > 0 ? actions : null };
}

/** The JSON of what is only shown; null where there is nothing. */
export function extrasText(extras: {
  actions?: readonly NotificationAction[] | null;
  image?: string | null;
  actor?: NotificationActor | null;
}): string | null {
  const { actions, image, actor } = extras;
  const text = JSON.stringify({ actions, image, actor }, (_key, value: unknown) => value ?? undefined);
  return text === '{}' ? null : text;
}

/** Why a text cannot be an action's id, which stands in a path. */
export function actionIdProblem(value: unknown): string | undefined {
  const problem = textProblem(value, 1, MAX_ACTION_ID_LENGTH);
  if (problem !== undefined || /^[A-Za-z0-9][\w.:-]*$/.test(value as string)) return problem;
  return 'must be a letter or a digit, and then also "_", "-", "." and ":"';
}

/** Why a text is not one line of which something can be seen. */
function lineProblem(value: unknown, most: number): string | undefined {
  const problem = textProblem(value, 1, most);
  if (problem !== undefined) return problem;
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value as string)) return 'must be one line of text';
  return visible(value as string) === undefined ? 'must have something that can be seen' : undefined;
}
