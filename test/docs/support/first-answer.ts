import type { Program } from '../../support/program.js';

/** The first answer of a server that is starting; fails when it ends before. */
export async function firstAnswer(
  url: string,
  headers: Record<string, string>,
  server: Program,
): Promise<Response> {
  let ended = false;
  void server.exited.then(() => (ended = true));
  for (;;) {
    const answer = await fetch(url, { headers }).catch(() => undefined);
    if (answer) return answer;
    if (ended) throw new Error(`the server ended: ${server.stdout}${server.stderr}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
