import { html, svg, type TemplateResult } from 'lit';

/** Drawn on a 24 by 24 grid; hidden from assistive technology, since a text always stands beside them. */
export function icon(paths: unknown): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`;
}

export const icons = {
  bell: icon(
    svg`<path d="M6 9.5a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4s2-1.5 2-6.5"/><path d="M10 19.5a2.2 2.2 0 0 0 4 0"/>`,
  ),
  close: icon(svg`<path d="m6 6 12 12M18 6 6 18"/>`),
  bin: icon(svg`<path d="M4.5 7h15M10 7V4.5h4V7M6.5 7l.8 12.5h9.4L17.5 7M10 11v5M14 11v5"/>`),
  info: icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 11.5v4.5M12 8h.01"/>`),
  success: icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="m8.5 12.5 2.5 2.5 4.5-5"/>`),
  warning: icon(svg`<path d="M12 4.5 21 19.5H3zM12 10.5v4M12 17h.01"/>`),
  error: icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5v5.5M12 16h.01"/>`),
};

/** Not among those that come with the bell. */
export const editIcon = icon(svg`<path d="M4.5 19.5 5.5 15 16 4.5l3.5 3.5L9 18.5z"/>`);
