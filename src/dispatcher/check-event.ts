import type { Catalogue } from '../catalogue/catalogue.js';
import { invalidInput, MAX_ISSUES, type InputIssue } from '../common/errors.js';
import { jsonData } from '../common/json-data.js';
import { didYouMean } from '../common/suggest.js';
import { textProblem } from '../common/text.js';
import { LEVELS, type Level } from '../config/options.js';
import type { CheckedEvent } from './event.js';
import { EVENT_LIMITS } from './event-limits.js';
import { linkProblem } from './link.js';

/** How the caller spells the keys: TypeScript callers in camel case, JSON callers in snake case. */
export const CODE_NAMES = { userIds: 'userIds', teamId: 'teamId' };
export const WIRE_NAMES = { userIds: 'user_ids', teamId: 'team_id' };

/**
 * Checks an event, whoever brings it: these are the only rules there are for one.
 * @throws CarillonError `invalid_input` with every wrong place; `unknown_type` naming the closest key
 */
export function checkEvent(input: unknown, catalogue: Catalogue, names = CODE_NAMES): CheckedEvent {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalidInput([{ path: '', message: 'the event must be an object' }]);
  }
  const event = input as Record<string, unknown>;
  const issues: InputIssue[] = [];
  const check = (path: string, message: string | undefined) => {
    if (message !== undefined && issues.length < MAX_ISSUES) issues.push({ path, message });
  };
  const optional = (name: string, problem: (value: unknown) => string | undefined) => {
    if (event[name] !== undefined && event[name] !== null) check(name, problem(event[name]));
  };

  const known = ['type', names.userIds, 'title', 'body', 'link', 'data', names.teamId, 'entity', 'level'];
  for (const key of Object.keys(event)) {
    if (!known.includes(key)) check(key, `is not known here.${didYouMean(key, known)}`);
  }
  check('type', typeof event['type'] === 'string' ? undefined : 'must be a string');
  const userIds = checkRecipients(event[names.userIds], names.userIds, issues);
  check('title', textProblem(event['title'], 1, EVENT_LIMITS.title));
  optional('body', (value) => textProblem(value, 0, EVENT_LIMITS.body));
  optional('link', linkProblem);
  const data = checkData(event['data'], issues);
  optional(names.teamId, (value) => textProblem(value, 1, EVENT_LIMITS.id));
  optional('level', (value) =>
    LEVELS.includes(value as Level) ? undefined : `must be one of ${LEVELS.join(', ')}`,
  );
  const entity = checkEntity(event['entity'], check);
  if (issues.length > 0) throw invalidInput(issues);

  const type = catalogue.get(event['type'] as string);
  return {
    type: type.key,
    userIds,
    title: event['title'] as string,
    body: (event['body'] ?? null) as string | null,
    link: (event['link'] ?? null) as string | null,
    data,
    teamId: (event[names.teamId] ?? null) as string | null,
    entityType: entity?.type ?? null,
    entityId: entity?.id ?? null,
    level: (event['level'] ?? type.level) as Level,
  };
}

function checkRecipients(value: unknown, path: string, issues: InputIssue[]): string[] {
  if (!Array.isArray(value)) {
    issues.push({ path, message: 'must be a list of user ids' });
    return [];
  }
  if (value.length === 0 || value.length > EVENT_LIMITS.recipients) {
    issues.push({ path, message: `must have 1 to ${EVENT_LIMITS.recipients} user ids, not ${value.length}` });
    return [];
  }
  value.forEach((id, index) => {
    const message = textProblem(id, 1, EVENT_LIMITS.id);
    // Of a list of ten thousand wrong ids not all are even written down.
    if (message !== undefined && issues.length < MAX_ISSUES)
      issues.push({ path: `${path}[${index}]`, message });
  });
  return [...new Set(value as string[])];
}

/** @returns its JSON text; null when there is none, or it is wrong */
function checkData(value: unknown, issues: InputIssue[]): string | null {
  if (value === undefined || value === null) return null;
  const data = jsonData(value, 'data');
  if ('json' in data) return data.json;
  issues.push(...data.issues.slice(0, MAX_ISSUES - issues.length));
  return null;
}

function checkEntity(
  value: unknown,
  check: (path: string, message: string | undefined) => void,
): { type: string; id: string } | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    check('entity', 'must be an object { type, id }');
    return undefined;
  }
  const entity = value as Record<string, unknown>;
  for (const key of Object.keys(entity)) {
    if (key !== 'type' && key !== 'id') check(`entity.${key}`, 'is not known here');
  }
  check('entity.type', textProblem(entity['type'], 1, EVENT_LIMITS.id));
  check('entity.id', textProblem(entity['id'], 1, EVENT_LIMITS.id));
  return entity as { type: string; id: string };
}
