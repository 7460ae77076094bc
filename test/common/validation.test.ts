import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { ArgumentMetadata } from '@nestjs/common';
import { validationPipe } from '../../src/common/validation.js';
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
