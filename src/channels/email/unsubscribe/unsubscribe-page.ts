import { createHash } from 'node:crypto';
import type { EmailBrand } from '../../../config/options.js';
import { textOn } from '../message/color.js';
import { escape } from '../message/html.js';

/** What a page shows. */
export interface PageParts {
  lang: string;
  title: string;
  text: string;
  /** Buttons, each with what its form is sent to. */
  buttons: { label: string; action: string }[];
  link: { label: string; url: string } | undefined;
}

/** An answer for a browser. */
export interface Page {
  status: number;
  html: string;
  headers: Record<string, string>;
}

/** Pages of their own, without a script and without anything from elsewhere. */
export class Pages {
  private readonly style: string;
  private readonly headers: Record<string, string>;

  constructor(private readonly brand: EmailBrand) {
    this.style = styleOf(brand.color);
    const hash = createHash('sha256').update(this.style).digest('base64');
    this.headers = {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      'Referrer-Policy': 'no-referrer',
      'X-Robots-Tag': 'noindex, nofollow',
      'Cache-Control': 'no-store',
    };
  }

  page(status: number, { lang, title, text, buttons, link }: PageParts): Page {
    const forms = buttons.map(
      ({ label, action }) =>
        `<form method="post" action="${escape(action)}"><button>${escape(label)}</button></form>`,
    );
    const html = `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${escape(title)}</title>
<style>${this.style}</style>
</head>
<body>
<main>
<p class="brand">${escape(this.brand.name)}</p>
<h1>${escape(title)}</h1>
<p>${escape(text)}</p>
${forms.join('\n')}
${link === undefined ? '' : `<p><a href="${escape(link.url)}">${escape(link.label)}</a></p>`}
</main>
</body>
</html>
`;
    return { status, html, headers: this.headers };
  }
}

function styleOf(color: string): string {
  return `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #ffffff; --text: #171a21; --line: #7b8494; }
@media (prefers-color-scheme: dark) { :root { --ground: #101216; --card: #1e2128; --text: #eceef3; --line: #7f8898; } }
body { margin: 0; padding: 24px 12px; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 480px; margin: 0 auto; padding: 8px 24px 16px; background: var(--card); border-top: 4px solid ${color}; border-radius: 8px; overflow-wrap: anywhere; }
h1 { font-size: 22px; line-height: 1.3; }
.brand { font-weight: 600; }
a { color: inherit; }
form { margin: 0 0 12px; }
button { width: 100%; padding: 12px 24px; font: inherit; font-weight: 600; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px; cursor: pointer; }
form:first-of-type button { color: ${textOn(color)}; background: ${color}; }
`;
}
