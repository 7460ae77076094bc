import type { Type } from '@nestjs/common';
import { ApiBody, ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import type { Schema } from './rule.js';
import { fieldsOf, type Spelling } from './validation.js';

/** What documents say of ids, of points in time, and of texts that may be null. */
export const UUID = { type: String, format: 'uuid' } as const;
export const TIME = { type: 'string', format: 'date-time' } as const;
export const TEXT_OR_NULL = { type: String, nullable: true } as const;

/** Shows the properties of an input in the OpenAPI documents, with what their rules say. */
export function Documented(): ClassDecorator {
  return (dto) => document(dto as unknown as Type, dto as unknown as Type, 'code');
}

/**
 * OpenAPI: a body that the core checks by a class in camel case, whose keys JSON spells in snake case.
 * @param name of its schema
 */
export function ApiBodyOf(checkedBy: Type, name: string): MethodDecorator {
  const shown = { [name]: class {} }[name] as Type;
  document(shown, checkedBy, 'json');
  return ApiBody({ type: shown });
}

/**
 * The class of an answer, to be extended: what OpenAPI documents say of its properties is their type in TypeScript too.
 * @param properties each by its type, as the list of one type, or by a schema
 */
export function Answer<const Properties extends Record<string, Property>>(
  properties: Properties,
): Type<AnswerOf<Properties>> {
  class Shown {}
  for (const [name, property] of Object.entries(properties)) {
    const isType = typeof property === 'function' || Array.isArray(property);
    show(Shown, name, isType ? { type: property } : (property as Schema));
  }
  return Shown as Type<AnswerOf<Properties>>;
}

/** The answer about something that is gone. */
export class IdAnswer extends Answer({ id: UUID }) {}

function document(shown: Type, checkedBy: Type, spelling: Spelling): void {
  for (const { key, schema } of fieldsOf(checkedBy)) {
    const [type] = [schema['type']].flat();
    if (typeof type === 'function') document(type as Type, type as Type, spelling);
    show(shown, key[spelling], schema);
  }
}

function show({ prototype }: Type, name: string, schema: Schema): void {
  // What the compiler would write for a property that is declared there; documents show what the schema says.
  Reflect.metadata('design:type', Object)(prototype as object, name);
  ApiProperty(schema as ApiPropertyOptions)(prototype as object, name);
}

/** A type, the list of one, or a schema. */
type Property = Type | readonly [Type] | Schema;

/** What TypeScript makes of properties: those with `required: false` may be left out. */
type AnswerOf<Properties> = {
  [Name in keyof Properties as Properties[Name] extends Optional ? never : Name]: Value<Properties[Name]>;
} & {
  [Name in keyof Properties as Properties[Name] extends Optional ? Name : never]?: Value<Properties[Name]>;
};

interface Optional {
  required: false;
}

type Value<Of> = Present<Of> | (Of extends { nullable: true } ? null : never);

type Present<Of> = Of extends { enum: readonly (infer Word)[] }
  ? Word
  : Of extends typeof TIME
    ? Date
    : Of extends { type: infer Named }
      ? Present<Named>
      : Of extends readonly [infer Item]
        ? Present<Item>[]
        : Of extends (given: never) => infer Scalar // String, Number, Boolean
          ? Scalar
          : Of extends Type<infer Instance>
            ? Instance
            : unknown;
