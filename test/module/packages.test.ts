import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from '../support/program.js';

interface Manifest {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const isOptional = (name: string): boolean => manifest.peerDependenciesMeta[name]?.optional === true;

/** The packages that a built file loads before anything of it runs: what is imported later is not there yet. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const names = new Set<string>();
  const text = readFileSync(file, 'utf8');
  for (const [, from = ''] of text.matchAll(
    /^(?:import|export)(?:[^'"();]*\sfrom)?\s*['"]([^'"]+)['"];$/gm,
  )) {
    if (from.startsWith('.')) {
      for (const name of packagesOf(join(dirname(file), from), seen)) names.add(name);
    } else if (!isBuiltin(from)) {
      names.add(from.split('/', from.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  return names;
}

beforeAll(build, 120_000);

describe('at its start', () => {
  it('a host loads nothing that it may not have', () => {
    const loaded = packagesOf('dist/src/index.js');
    const always = { ...manifest.dependencies, ...manifest.peerDependencies };
    expect([...loaded].filter((name) => !(name in always) || isOptional(name))).toEqual([]);
    // What it loads is found at all.
    expect(loaded).toContain('@nestjs/core');
  });

  it('a command loads nothing before it can say what is missing', () => {
    expect([...packagesOf('dist/src/cli/main.js')].filter(isOptional)).toEqual([]);
  });
});

it('a host has no second copy of what it shares classes of', () => {
  const shared = ['typeorm', 'class-validator', 'class-transformer', 'reflect-metadata', 'rxjs'];
  const own = Object.keys(manifest.dependencies);
  expect(own.filter((name) => name.startsWith('@nestjs/') || shared.includes(name))).toEqual([]);
});
