import { groupedBy } from '../../../common/grouped.js';
import { escape, paragraphs } from './html.js';
import type { Shown, ShownItem } from './shown.js';
import { BREAK, brandStyles, FONT, inline, light, TABLE } from './styles.js';

/**
 * The HTML of a mail: tables and inline styles, which every reader knows, and nothing remote but the logo. Room is made by
 * the padding of cells: Outlook on Windows knows no other.
 */
export function layout(shown: Shown): string {
  const { lang, dir, texts, brand, actor, title, body, items } = shown;
  const styles = brandStyles(brand.color);
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
<style>${styles.dark}</style>
<style>${styles.repainted}</style>
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
${actor === '' ? '' : `<div dir="auto" class="muted" style="margin:0 0 4px;${FONT};font-size:14px;line-height:1.5;${inline('muted')};${BREAK}">${escape(actor)}</div>\n`}<h1 dir="auto" class="text" style="margin:0 0 16px;${FONT};font-size:22px;line-height:1.3;font-weight:600;${inline('text')};${BREAK}">${escape(title)}</h1>
${body === '' ? '' : `<div class="text" style="${FONT};font-size:16px;line-height:1.5;${inline('text')};${BREAK}">${paragraphs(body)}</div>`}
${items.length === 0 ? '' : list(shown)}
${buttons(shown)}
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

/** The main one, and what can be done at once: beside each other where there is room, since tables that are aligned float. */
function buttons({ link, actions, texts, brand, dir }: Shown): string {
  const [side, margin] = dir === 'rtl' ? ['right', '8px 0 0 8px'] : ['left', '8px 8px 0 0'];
  const place = actions.length === 0 ? 'style="margin:8px 0 0"' : `align="${side}" style="margin:${margin}"`;
  const main = link === undefined ? [] : [{ label: texts.open, link, lang: texts.lang }];
  return [...main, ...actions].map((one) => button(one, place, brand.color)).join('\n');
}

/**
 * Padding around a link, in a cell of the same colour: Outlook on Windows takes the padding of the cell alone.
 * @param lang of the main one, which alone is filled
 */
function button(
  { label, link, lang }: { label: string; link: string; lang?: string },
  place: string,
  color: string,
): string {
  const { text, edge } = brandStyles(color);
  const fill = lang === undefined ? 'style="' : `bgcolor="${color}" style="background-color:${color};`;
  const ink = lang === undefined ? inline('text') : `color:${text}`;
  const spoken = lang === undefined ? 'dir="auto"' : `lang="${lang}"`;
  return `<table ${TABLE} ${place}><tr><td class="button" ${fill}border:1px solid ${edge};border-radius:6px;mso-padding-alt:12px 24px"><a href="${escape(link)}" target="_blank" rel="noopener noreferrer" ${spoken} style="display:inline-block;padding:12px 24px;${FONT};font-size:16px;line-height:20px;font-weight:600;${ink};text-decoration:none;mso-padding-alt:0;${BREAK}"><span${lang === undefined ? ' class="text"' : ''} style="${ink}">${escape(label)}</span></a></td></tr></table>`;
}

/** Of several, below the heading of each group. */
function list({ texts, items, more, appUrl }: Shown): string {
  const groups = [...groupedBy(items, ({ group }) => group)].map(
    ([group, ofGroup]) =>
      `<h2 dir="auto" class="muted" style="margin:16px 0 8px;${FONT};font-size:13px;line-height:1.4;font-weight:600;${inline('muted')};${BREAK}">${escape(group)}</h2>
<table ${TABLE} width="100%" style="table-layout:fixed">
${ofGroup.map(row).join('\n')}
</table>`,
  );
  const rest = `<p lang="${texts.lang}" style="margin:16px 0;${FONT};font-size:14px">${anchor('muted', appUrl, texts.more(more))}</p>`;
  return `${groups.join('\n')}${more > 0 ? `\n${rest}` : ''}`;
}

function row({ title, excerpt, link, time }: ShownItem): string {
  const name = link === undefined ? escape(title) : anchor('text', link, title);
  return `<tr><td class="line" style="padding:12px 0;border-top:1px solid ${light('line')};${FONT};font-size:14px;line-height:1.5;${BREAK}">
<div dir="auto" class="text" style="font-size:16px;font-weight:600;${inline('text')}">${name}</div>
${excerpt === '' ? '' : `<div dir="auto" class="text" style="${inline('text')}">${escape(excerpt)}</div>\n`}<div dir="auto" class="muted" style="font-size:13px;${inline('muted')}">${escape(time)}</div>
</td></tr>`;
}

function anchor(name: 'text' | 'muted', url: string, text: string): string {
  return `<a class="${name}" href="${escape(url)}" target="_blank" rel="noopener noreferrer" style="${inline(name)};text-decoration:underline">${escape(text)}</a>`;
}

function footer({ texts, why, appUrl, unsubscribeUrl, brand }: Shown): string {
  const links = [
    anchor('muted', appUrl, texts.preferences),
    ...(unsubscribeUrl === null ? [] : [anchor('muted', unsubscribeUrl, texts.unsubscribe)]),
  ];
  const parts = [escape(why), links.join(' &nbsp;·&nbsp; '), escape(brand.footer).replace(/\n/g, '<br>\n')];
  return parts
    .filter((part) => part !== '')
    .map((part) => `<p style="margin:0 0 8px">${part}</p>`)
    .join('\n');
}
