/** For the whole answer. A request may wait for it, and no healthy provider is slower. */
const TIMEOUT_MS = 5_000;
/** A key set of a hundred keys has about 50 KB. */
const MAX_BYTES = 512 * 1024;

/**
 * Fetches a small JSON document from a trusted address.
 * @throws Error when it takes too long, is too large, is not JSON, or is answered with anything but 200
 */
export async function fetchJson(url: string, timeoutMs = TIMEOUT_MS): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by the throw cancels the rest of the answer.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`answered more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
