import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { Reflector } from '@nestjs/core';
import { CONTRACTS } from '../../src/contracts/contracts.module.js';
import { handlersOf, TAKES } from '../../src/common/routes.js';

const READS = [
  [RouteParamtypes.QUERY, 'query'],
  [RouteParamtypes.BODY, 'body'],
] as const;

it('what a parameter of a route reads of a request is known to the guard that refuses the rest', () => {
  const reflector = new Reflector();
  const routes = Object.values(CONTRACTS).flatMap(({ controllers }) => handlersOf(controllers));
  expect(routes.length).toBeGreaterThan(30);
  for (const { controller, name, handler } of routes) {
    const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name);
    const kinds = Object.keys(parameters ?? {}).map((key) => Number(key.split(':')[0]));
    const read = READS.filter(([kind]) => kinds.includes(kind)).map(([, what]) => what);
    const known = READS.map(([, what]) => what).filter((what) => reflector.get(TAKES[what], handler));
    expect([controller.name, name, known]).toEqual([controller.name, name, read]);
  }
});
