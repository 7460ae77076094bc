/**
 * A notification's link if it may become an `href`, else undefined. The server has checked it already; it is checked
 * again here, where a wrong one would run a script. Allowed: http(s), or a path beginning with exactly one `/`.
 * Browsers drop tabs and line breaks out of URLs and read `\` as `/`, so that `/<tab>/host` and `/\host` are another
 * host's addresses.
 */
export function safeLink(link: string | null | undefined): string | undefined {
  if (!link) return undefined;
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  if (/[\u0000-\u0020\u007f-\u009f]/.test(link)) return undefined;
  if (/^\/(?![/\\])/.test(link)) return link;
  return /^https?:\/\/[^/\\]/i.test(link) && canParse(link) ? link : undefined;
}

function canParse(link: string): boolean {
  try {
    return Boolean(new URL(link));
  } catch {
    return false;
  }
}

/** A picture's address as it may be loaded; undefined for anything but `https`, wherever it came from. */
export function safeImage(image: string | null | undefined): string | undefined {
  return image && /^https:\/\//i.test(image) ? image : undefined;
}
