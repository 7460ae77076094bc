import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { checkInput } from './validation.js';

/** Different queries that are remembered, and the longest of them: most ask for the first page of a list. */
const REMEMBERED = 1_000;
const LONGEST_REMEMBERED = 200;

/** What Nest says of a parameter whose type is no DTO: the code that reads the value checks it. */
const NO_DTO: readonly unknown[] = [undefined, Object, String, Number, Boolean, Array];

/**
 * Checks the bodies, queries and paths of routes by their DTOs. What a query or path was found to mean is remembered,
 * because to check it takes up to a tenth of the time of a request, and most requests ask in the same words. The
 * objects are shared, so they are frozen.
 */
class InputPipe implements PipeTransform {
  private readonly remembered = new Map<Type, LRUCache<string, object>>();

  transform(given: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'custom' || NO_DTO.includes(metatype)) return given;
    const dto = metatype as Type<object>;
    if (type === 'body') return checkInput(dto, given);
    const text = JSON.stringify(given);
    const known = this.rememberedOf(dto).get(text);
    if (known) return known;
    const read = Object.freeze(checkInput(dto, given, { isQuery: type === 'query' }));
    if (text.length <= LONGEST_REMEMBERED) this.rememberedOf(dto).set(text, read);
    return read;
  }

  private rememberedOf(dto: Type): LRUCache<string, object> {
    let remembered = this.remembered.get(dto);
    if (!remembered) {
      remembered = new LRUCache({ max: REMEMBERED });
      this.remembered.set(dto, remembered);
    }
    return remembered;
  }
}

/** The pipe of every route that takes a body, a query or a path. */
export const validationPipe = new InputPipe();
