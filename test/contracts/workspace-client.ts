import { expect } from '@jest/globals';
import type { Test } from 'supertest';
import type { TestApp } from '../support/app.js';

export const BASE = '/api/notifications';

/** Query parameters; what is no text is sent as JSON. */
export type Query = Record<string, unknown>;

export interface Item {
  id: string;
  title: string;
  read: boolean;
  readAt: string | null;
}

export interface Page {
  data: Item[];
  pageInfo: {
    total: number;
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

export function getList(t: TestApp, user: string, query: Query = {}): Test {
  const texts = Object.entries(query).map(([key, value]) => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : value,
  ]);
  return t
    .as(user)
    .get(BASE)
    .query(Object.fromEntries(texts) as object);
}

export async function listOf(t: TestApp, user: string, query: Query = {}): Promise<Page> {
  const answer = await getList(t, user, query);
  expect({ status: answer.status, body: answer.body as unknown }).toMatchObject({ status: 200 });
  return answer.body as Page;
}

export const titles = ({ data }: Page) => data.map(({ title }) => title);
