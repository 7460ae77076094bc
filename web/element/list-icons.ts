import { svg } from 'lit';
import { icon } from './icons.js';

/** Those of the panel and the inbox, which do not come with the bell. */
export const listIcons = {
  read: icon(svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`),
  unread: icon(svg`<circle cx="12" cy="12" r="4.5" fill="currentColor" stroke="none"/>`),
  readAll: icon(svg`<path d="m2.5 12.5 4 4L15 8M12 16l.5.5L21 8"/>`),
  preferences: icon(
    svg`<path d="M4 8h9.5M18.5 8H20M4 16h1.5M10.5 16H20"/><circle cx="16" cy="8" r="2.5"/><circle cx="8" cy="16" r="2.5"/>`,
  ),
  actions: icon(svg`<path d="M6 12h.01M12 12h.01M18 12h.01" stroke-width="3"/>`),
  back: icon(svg`<path d="m14.5 6-6 6 6 6"/>`),
  archive: icon(svg`<path d="M3.5 5h17v4h-17zM5 9v10.5h14V9M10 12.5h4"/>`),
  inbox: icon(svg`<path d="M3.5 13.5 6 5.5h12l2.5 8v5h-17zM3.5 13.5H9l1 2.5h4l1-2.5h5.5"/>`),
  snooze: icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>`),
  keyboard: icon(svg`<path d="M3 7h18v10.5H3zM6.5 10.5h.01M10 10.5h.01M13.5 10.5h.01M17 10.5h.01M8 14h8"/>`),
};
