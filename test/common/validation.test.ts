import 'reflect-metadata';
import { describe, expect, it, jest } from '@jest/globals';
import type { ArgumentMetadata } from '@nestjs/common';
import { validationPipe } from '../../src/common/validation.js';
import { ScopeBody } from '../../src/contracts/inbox/inbox.dto.js';
import { SitesListQuery } from '../../src/contracts/sites/sites.dto.js';

const QUERY: ArgumentMetadata = { type: 'query', metatype: SitesListQuery };

describe('what a query was found to mean', () => {
  it('is remembered, and cannot be changed', async () => {
    const first = await validationPipe.transform({ per_page: '7' }, QUERY);
    expect(first).toBeInstanceOf(SitesListQuery);
    expect(first).toMatchObject({ page: 1, per_page: 7 });
    expect(await validationPipe.transform({ per_page: '7' }, QUERY)).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
  });

  it('is not taken for that of another one', async () => {
    expect(await validationPipe.transform({ per_page: '8' }, QUERY)).toMatchObject({ per_page: 8 });
    expect(await validationPipe.transform({ page: '8' }, QUERY)).toMatchObject({ page: 8 });
    await expect(validationPipe.transform({ per_page: ['8'] }, QUERY)).rejects.toThrow('per_page');
  });

  it('is an error every time that it is one', async () => {
    for (let time = 0; time < 2; time += 1) {
      await expect(validationPipe.transform({ wrong: '1' }, QUERY)).rejects.toThrow('is not known here');
    }
  });

  it('is looked at anew in a body', async () => {
    const body: ArgumentMetadata = { type: 'body', metatype: SitesListQuery };
    const first = await validationPipe.transform({ per_page: 7 }, body);
    expect(await validationPipe.transform({ per_page: 7 }, body)).not.toBe(first);
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
      getPrototypeOf: (target) => (read(), Object.getPrototypeOf(target) as object),
    });
    await expect(validationPipe.transform({ type: watched }, BODY)).rejects.toMatchObject({
      errors: [{ path: 'type', message: 'must not hold more than 1000 values' }],
    });
    expect(read).not.toHaveBeenCalled();
  });

  it('has twenty of its unknown properties named', async () => {
    await expect(validationPipe.transform(Object.fromEntries(keys(900)), BODY)).rejects.toMatchObject({
      errors: keys(20).map(([path]) => ({ path, message: 'is not known here' })),
    });
  });

  it('has what is wrong with its other properties named as well', async () => {
    const input = { type: Array(2_000).fill(1), team_id: 1, nope: 1 };
    const failure = validationPipe.transform(input, BODY);
    await expect(failure).rejects.toMatchObject({
      errors: expect.arrayContaining(
        ['type', 'team_id', 'nope'].map((path) => ({ path, message: expect.any(String) })),
      ),
    });
  });
});
