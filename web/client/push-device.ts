import { ask } from './page.js';

/** `Firefox on Linux`: by what people call them. Later names say that they are the earlier ones too. */
export function deviceName(): string | null {
  const agent = ask(() => navigator.userAgent, '');
  const find = (names: [RegExp, string][]): string | undefined =>
    names.find(([mark]) => mark.test(agent))?.[1];
  const browser = find([
    [/Edg/, 'Edge'],
    [/OPR/, 'Opera'],
    [/Firefox/, 'Firefox'],
    [/Chrom/, 'Chrome'],
    [/Safari/, 'Safari'],
  ]);
  const system = find([
    [/Android/, 'Android'],
    [/iPhone/, 'iPhone'],
    [/iPad/, 'iPad'],
    [/Windows/, 'Windows'],
    [/Mac OS/, 'macOS'],
    [/Linux|CrOS/, 'Linux'],
  ]);
  return [browser, system].filter(Boolean).join(' on ') || null;
}
