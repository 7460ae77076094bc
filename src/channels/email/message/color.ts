/** WCAG 2.2, relative luminance: what red, green and blue have of it. */
const SHARES = [0.2126, 0.7152, 0.0722];

function luminance(hex: string): number {
  const long = hex.length === 4 ? hex.replace(/\w/g, '$&$&') : hex;
  return SHARES.reduce((sum, share, at) => {
    const part = Number.parseInt(long.slice(2 * at + 1, 2 * at + 3), 16) / 255;
    return sum + share * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
}

/** WCAG 2.2, contrast ratio: from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The better one of black and white for text on a colour: never below 4.5, which WCAG asks for. */
export function textOn(background: string): string {
  return contrast('#ffffff', background) >= contrast('#000000', background) ? '#ffffff' : '#000000';
}
