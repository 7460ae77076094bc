/**
 * Loads a part of these scripts. Of a module that could not be fetched HTML keeps that it cannot be had ("fetch a single
 * module script"), and browsers have begun to heed it: another address is another module.
 */
export function load<Part>(part: () => Promise<Part>): Promise<Part> {
  return part().catch((error: Error) => {
    // Chromium and Firefox end with it.
    const [address] = /http\S+$/.exec(error.message) ?? [];
    if (!address) throw error;
    return import(/* webpackIgnore: true */ /* @vite-ignore */ `${address}?${Date.now()}`) as Promise<Part>;
  });
}
