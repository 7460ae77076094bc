import { contrast, textOn } from './color.js';
import { escape, paragraphs } from './html.js';
import type { Direction, MailTexts } from './texts.js';

/** What the layout shows: plain texts, each cut to a bound, and absolute URLs. */
export interface Shown {
  lang: string;
  dir: Direction;
  texts: MailTexts;
  brand: { name: string; logoUrl: string | undefined; color: string; footer: string };
  /** What lists of mails show beside the subject. */
  preview: string;
  title: string;
  body: string;
  link: string | undefined;
  why: string;
  preferencesUrl: string;
  unsubscribeUrl: string | undefined;
}

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

const FONT = `font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif`;
// Long words and addresses are broken on narrow screens.
const BREAK = 'overflow-wrap:anywhere;word-break:break-word';
const TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"';

/**
 * The HTML of a mail: tables and inline styles, which every reader knows, and nothing remote but the logo. Room is made by
 * the padding of cells: Outlook on Windows knows no other.
 */
export function layout(shown: Shown): string {
  const { lang, dir, texts, brand, title, body, link } = shown;
  // Gmail takes the document's own tags away: what they say is said once more within.
  return `<!doctype html>
<html lang="${escape(lang)}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>${escape(title)}</title>
<!--[if mso]><style>* { font-family: Arial, sans-serif !important; }</style><![endif]-->
<style>${darkStyles(brand.color)}</style>
<style>${repaintedStyles(brand.color)}</style>
</head>
<body style="margin:0;padding:0;-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all" aria-hidden="true">${escape(shown.preview)}${'&#847;&zwnj;&nbsp;'.repeat(60)}</div>
<div role="article" aria-roledescription="email" lang="${escape(lang)}" dir="${dir}">
<table ${TABLE} width="100%" class="page" bgcolor="${light('page')}" style="${inline('page')}"><tr><td align="center" style="padding:24px 12px">
<!--[if mso]><table ${TABLE} width="600"><tr><td><![endif]-->
<table ${TABLE} width="100%" style="max-width:600px;table-layout:fixed">
<tr><td style="padding:0 4px 16px">${heading(brand)}</td></tr>
<tr><td class="card line" bgcolor="${light('card')}" style="${inline('card')};border:1px solid ${light('line')};border-radius:8px">
<table ${TABLE} width="100%" style="table-layout:fixed">
<tr><td height="4" bgcolor="${brand.color}" style="height:4px;line-height:4px;font-size:0;mso-line-height-rule:exactly;background-color:${brand.color};border-radius:7px 7px 0 0">&nbsp;</td></tr>
<tr><td style="padding:24px">
<h1 dir="auto" class="text" style="margin:0 0 16px;${FONT};font-size:22px;line-height:1.3;font-weight:600;${inline('text')};${BREAK}">${escape(title)}</h1>
${body === '' ? '' : `<div class="text" style="${FONT};font-size:16px;line-height:1.5;${inline('text')};${BREAK}">${paragraphs(body)}</div>`}
${link === undefined ? '' : button(link, texts, brand.color)}
</td></tr>
</table>
</td></tr>
<tr><td class="muted" lang="${texts.lang}" dir="ltr" align="${dir === 'rtl' ? 'right' : 'left'}" style="padding:16px 4px 0;${FONT};font-size:13px;line-height:1.5;${inline('muted')};${BREAK}">${footer(shown)}</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</div>
</body>
</html>
`;
}

function heading({ name, logoUrl }: Shown['brand']): string {
  const style = `${FONT};font-size:16px;font-weight:600;${inline('text')};${BREAK}`;
  if (logoUrl === undefined) return `<div class="text" style="${style}">${escape(name)}</div>`;
  // The logo is dark more often than not: in dark readers it stands on a light plate.
  return `<img class="logo text" src="${escape(logoUrl)}" alt="${escape(name)}" height="36" style="display:block;border:0;height:36px;width:auto;max-width:100%;object-fit:contain;${style}">`;
}

/** Padding around a link, in a cell of the same colour: Outlook on Windows takes the padding of the cell alone. */
function button(link: string, { lang, open }: MailTexts, color: string): string {
  const text = textOn(color);
  const edge = contrast(color, light('card')) < NON_TEXT ? OUTLINE.light : color;
  return `<table ${TABLE} style="margin:8px 0 0"><tr><td class="button" bgcolor="${color}" style="background-color:${color};border:1px solid ${edge};border-radius:6px;mso-padding-alt:12px 24px"><a href="${escape(link)}" target="_blank" rel="noopener noreferrer" lang="${lang}" style="display:inline-block;padding:12px 24px;${FONT};font-size:16px;line-height:20px;font-weight:600;color:${text};text-decoration:none;mso-padding-alt:0"><span style="color:${text}">${escape(open)}</span></a></td></tr></table>`;
}

function footer({ texts, why, preferencesUrl, unsubscribeUrl, brand }: Shown): string {
  const link = (url: string, text: string) =>
    `<a class="muted" href="${escape(url)}" target="_blank" rel="noopener noreferrer" style="${inline('muted')};text-decoration:underline">${escape(text)}</a>`;
  const links = [
    link(preferencesUrl, texts.preferences),
    ...(unsubscribeUrl === undefined ? [] : [link(unsubscribeUrl, texts.unsubscribe)]),
  ];
  const parts = [escape(why), links.join(' &nbsp;·&nbsp; '), escape(brand.footer).replace(/\n/g, '<br>\n')];
  return parts
    .filter((part) => part !== '')
    .map((part) => `<p style="margin:0 0 8px">${part}</p>`)
    .join('\n');
}

/** For who asks for the scheme, as Apple Mail does. */
function darkStyles(brandColor: string): string {
  const rules = darkRules(brandColor).map(([name, rule]) => `  .${name} { ${rule} }`);
  return `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
${rules.join('\n')}
  .logo { background-color: #ffffff !important; padding: 4px 8px !important; border-radius: 6px !important; color: #171a21 !important; }
}
`;
}

/** Outlook's apps and pages mark what they have repainted. Apart: Gmail drops a whole element for one selector that it does not know. */
function repaintedStyles(brandColor: string): string {
  const rules = darkRules(brandColor).map(
    ([name, rule]) => `[${rule.startsWith('color') ? 'data-ogsc' : 'data-ogsb'}] .${name} { ${rule} }`,
  );
  return `\n${rules.join('\n')}\n`;
}

function darkRules(brandColor: string): [name: string, rule: string][] {
  const edge = contrast(brandColor, COLORS.card[2]) < NON_TEXT ? OUTLINE.dark : brandColor;
  const rules: (readonly [string, string, string])[] = [
    ...Object.entries(COLORS).map(([name, [property, , dark]]) => [name, property, dark] as const),
    ['button', 'border-color', edge],
  ];
  return rules.map(([name, property, color]) => [name, `${property}: ${color} !important;`]);
}

function light(name: keyof typeof COLORS): string {
  return COLORS[name][1];
}

function inline(name: keyof typeof COLORS): string {
  return `${COLORS[name][0]}:${COLORS[name][1]}`;
}
