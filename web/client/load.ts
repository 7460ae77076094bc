/**
 * Loads a part of these scripts. Of a module that could not be fetched HTML kept until 2026 that it cannot be had ("fetch
 * a single module script"), and so do the browsers of before: another address is another module.
 */
export function load<Part>(part: () => Promise<Part>): Promise<Part> {
  return part().catch((error: Error) => {
    // Chromium and Firefox end with it. Safari does not name it, so that it is read from the import itself.
    const address = /http\S+$/.exec(error.message)?.[0] ?? addressOf(part);
    if (!address) throw error;
    return import(/* webpackIgnore: true */ /* @vite-ignore */ `${address}?${Date.now()}`) as Promise<Part>;
  });
}

/** As the bundler has written it, which names files by rules of its own, beside this one; none where it loads them otherwise. */
function addressOf(part: () => unknown): string | undefined {
  const [, path] = /import\(["'`]\.\/([^"'`]+)/.exec(String(part)) ?? [];
  return path && import.meta.url.replace(/[^/]*$/, path);
}
