import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Min, ValidateIf } from 'class-validator';

/** class-validator: may be left out, but unlike `IsOptional` must not be null: a patch tells the two apart. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/**
 * A page size or page number in a query: a whole number from 1. A size above `most` is lowered to it (AIP-158), so
 * that a client which asks for everything gets as much as there is at once.
 */
export function IsCount(most: number, description: string, byDefault: number): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: most, default: byDefault, description }),
    MayBeAbsent(),
    Transform(({ value }) => toCount(value, most)),
    Min(1, { message: 'must be at least 1' }),
    IsInt({ message: 'must be a whole number' }),
  );
}

/** The greatest page number: its offset still fits PostgreSQL's bigint at any page size. */
export const MAX_PAGE = 1_000_000_000;

function toCount(value: unknown, most: number): unknown {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Math.min(Number(value), most) : value;
}
