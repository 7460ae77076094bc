import 'reflect-metadata';
import { describe, expect, it, jest } from '@jest/globals';
import type { ArgumentMetadata } from '@nestjs/common';
import { checkInput, type Spelling } from '../../src/common/validation.js';
import type { CarillonError } from '../../src/common/errors.js';
import { NotifyEvent } from '../../src/dispatcher/event.js';
import { validationPipe } from '../../src/common/validation.pipe.js';
import { ScopeBody } from '../../src/contracts/inbox/inbox.dto.js';
import { SitesListQuery } from '../../src/contracts/sites/sites.dto.js';

/** What Nest makes of what is thrown is a rejection. */
const refused = async (given: unknown, metadata: ArgumentMetadata) =>
  validationPipe.transform(given, metadata);
const transform = validationPipe.transform.bind(validationPipe);

const QUERY: ArgumentMetadata = { type: 'query', metatype: SitesListQuery };

describe('what a query was found to mean', () => {
  it('is remembered, and cannot be changed', async () => {
    const first = transform({ per_page: '7' }, QUERY);
    expect(first).toBeInstanceOf(SitesListQuery);
    expect(first).toMatchObject({ page: 1, per_page: 7 });
    expect(transform({ per_page: '7' }, QUERY)).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
  });

  it('is not taken for that of another one', async () => {
    expect(transform({ per_page: '8' }, QUERY)).toMatchObject({ per_page: 8 });
    expect(transform({ page: '8' }, QUERY)).toMatchObject({ page: 8 });
    await expect(refused({ per_page: ['8'] }, QUERY)).rejects.toThrow('per_page');
  });

  it('is an error every time that it is one', async () => {
    for (let time = 0; time < 2; time += 1) {
      await expect(refused({ wrong: '1' }, QUERY)).rejects.toThrow('is not known here');
    }
  });

  it('is looked at anew in a body', async () => {
    const body: ArgumentMetadata = { type: 'body', metatype: SitesListQuery };
    const first = transform({ per_page: 7 }, body);
    expect(transform({ per_page: 7 }, body)).not.toBe(first);
  });
});

describe('a body that is far too large for its DTO', () => {
  const BODY: ArgumentMetadata = { type: 'body', metatype: ScopeBody };
  const keys = (count: number) => Array.from({ length: count }, (_, at) => [`k${at}`, 1]);

  it.each<[string, unknown]>([
    ['a list', Array(2_000).fill(1)],
    ['lists of lists', Array(40).fill(Array(40).fill([]))],
    ['an object of many keys', Object.fromEntries(keys(2_000))],
  ])('is refused by the name of the property, and not read: %s', async (_, type) => {
    const read = jest.fn();
    const watched = new Proxy(type as object, {
      ownKeys: (target) => (read(), Reflect.ownKeys(target)),
    });
    await expect(refused({ type: watched }, BODY)).rejects.toMatchObject({
      errors: [{ path: 'type', message: 'must be a string' }],
    });
    expect(read).not.toHaveBeenCalled();
  });

  it('has twenty of its unknown properties named', async () => {
    await expect(refused(Object.fromEntries(keys(900)), BODY)).rejects.toMatchObject({
      errors: keys(20).map(([path]) => ({ path, message: 'is not known here' })),
    });
  });

  it('has what is wrong with its other properties named as well', async () => {
    const input = { type: Array(2_000).fill(1), team_id: 1, nope: 1 };
    const failure = refused(input, BODY);
    await expect(failure).rejects.toMatchObject({
      errors: expect.arrayContaining(
        ['nope', 'team_id', 'type'].map((path) => ({ path, message: expect.any(String) })),
      ),
    });
  });
});

describe('one class for an event', () => {
  const wrong = (given: unknown, spelling: Spelling) => {
    try {
      return checkInput(NotifyEvent, given, { spelling });
    } catch (error) {
      return (error as CarillonError).errors;
    }
  };

  it.each<[Spelling, object, string[]]>([
    ['code', { userIds: ['', 1], teamId: '' }, ['userIds[0]', 'userIds[1]', 'title', 'teamId']],
    ['json', { user_ids: ['', 1], team_id: '' }, ['user_ids[0]', 'user_ids[1]', 'title', 'team_id']],
  ])('names wrong places as callers spell them: %s', (spelling, given, paths) => {
    const messages = ['must not be empty', 'must be a string', 'must be a string', 'must not be empty'];
    expect(wrong({ type: 'job_failed', ...given }, spelling)).toEqual(
      paths.map((path, at) => ({ path, message: messages[at] })),
    );
  });

  it.each<[Spelling, string, string]>([
    ['code', 'user_ids', 'userIds'],
    ['json', 'userIds', 'user_ids'],
  ])('takes no other spelling: %s', (spelling, other, known) => {
    expect(wrong({ type: 'job_failed', title: 'T', [known]: ['u'], [other]: ['u'] }, spelling)).toEqual([
      { path: other, message: `is not known here. Did you mean "${known}"?` },
    ]);
  });
});
