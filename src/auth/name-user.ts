import type { ExecutionContext } from '@nestjs/common';

/**
 * Names the user in the answer, an error's and a stream's too: a page cannot read a cookie, and its token may have
 * become another user's. By this it knows whose inbox it is given, and drops what it holds of another's.
 */
export function nameUser(context: ExecutionContext, userId: string): void {
  const response = context.switchToHttp().getResponse<{ header(name: string, value: string): unknown }>();
  // A header holds ASCII only.
  response.header('Carillon-User', encodeURIComponent(userId));
}
