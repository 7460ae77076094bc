import { remembered } from '../../../common/remembered.js';
import { contrast, textOn } from './color.js';

/** By class: the property, and its colours in light and dark. Each pair of text and ground has a contrast of 4.5 and more. */
const COLORS = {
  page: ['background-color', '#f6f7f9', '#101216'],
  card: ['background-color', '#ffffff', '#1e2128'],
  line: ['border-color', '#e3e6eb', '#363c47'],
  text: ['color', '#171a21', '#eceef3'],
  muted: ['color', '#5a6272', '#a5adbb'],
} as const;

/** An outline for what would not stand out from the card by its own colour (WCAG 2.2, 1.4.11: 3 to 1). */
const OUTLINE = { light: '#7b8494', dark: '#7f8898' };
const NON_TEXT = 3;

export const FONT = `font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif`;
// Long words and addresses are broken on narrow screens.
export const BREAK = 'overflow-wrap:anywhere;word-break:break-word';
export const TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"';

/** What follows from the brand's colour. */
export interface BrandStyles {
  /** Of the button. */
  text: string;
  edge: string;
  /** For who asks for the scheme, as Apple Mail does. */
  dark: string;
  /** Outlook's apps and pages mark what they have repainted. Apart: Gmail drops a whole element for one selector that it does not know. */
  repainted: string;
}

export const brandStyles = remembered(100, (color): BrandStyles => {
  const rules = darkRules(color);
  return {
    text: textOn(color),
    edge: contrast(color, light('card')) < NON_TEXT ? OUTLINE.light : color,
    dark: `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
${rules.map(([name, rule]) => `  .${name} { ${rule} }`).join('\n')}
  .logo { background-color: #ffffff !important; padding: 4px 8px !important; border-radius: 6px !important; color: #171a21 !important; }
}
`,
    repainted: `\n${rules.map(repaintedRule).join('\n')}\n`,
  };
});

function repaintedRule([name, rule]: [name: string, rule: string]): string {
  return `[${rule.startsWith('color') ? 'data-ogsc' : 'data-ogsb'}] .${name} { ${rule} }`;
}

function darkRules(brandColor: string): [name: string, rule: string][] {
  const edge = contrast(brandColor, COLORS.card[2]) < NON_TEXT ? OUTLINE.dark : brandColor;
  const rules: (readonly [string, string, string])[] = [
    ...Object.entries(COLORS).map(([name, [property, , dark]]) => [name, property, dark] as const),
    ['button', 'border-color', edge],
  ];
  return rules.map(([name, property, color]) => [name, `${property}: ${color} !important;`]);
}

export function light(name: keyof typeof COLORS): string {
  return COLORS[name][1];
}

export function inline(name: keyof typeof COLORS): string {
  return `${COLORS[name][0]}:${COLORS[name][1]}`;
}
