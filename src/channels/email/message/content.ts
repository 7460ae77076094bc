import { cut } from '../../cut.js';
import { groupedBy } from '../../../common/grouped.js';
import { encodedSize, isBelow, paragraphsSize } from './html.js';
import { layout } from './layout.js';
import type { MailContent, MailInput } from './mail.js';
import { shownOf, type Shown } from './shown.js';

/** Where Gmail cuts a mail is 102 kB. This leaves room for what breaks lines on the way. */
const MAX_HTML = 96_000;

/** What is read of a mail, of one notification or of several. */
export function contentOf(input: MailInput): MailContent {
  const shown = shownOf(input);
  const { digest, notification } = input.delivery;
  return {
    subject: digest ? shown.title : notification.title,
    html: htmlOf(shown),
    text: textOf(shown),
  };
}

/** The layout, with as much as readers show. */
function htmlOf(shown: Shown): string {
  const html = layout(shown);
  if (isBelow(MAX_HTML, html)) return html;
  const { items, more, body } = shown;
  // Links may be long, so that one item more or less is much.
  if (items.length > 1) return htmlOf({ ...shown, items: items.slice(0, -1), more: more + 1 });
  // Around some body: without one there is nothing around it.
  const room = MAX_HTML - encodedSize(layout({ ...shown, body: '.' }));
  return layout({ ...shown, body: cut(body, room, paragraphsSize) });
}

/** The same in plain text, whole. */
function textOf(shown: Shown): string {
  const { texts, brand, actor, title, body, more, link, actions, why, appUrl, unsubscribeUrl } = shown;
  const blocks = [
    actor,
    title,
    body,
    ...groupsOf(shown),
    more > 0 ? texts.more(more) : '',
    [...(link === undefined ? [] : [{ label: texts.open, link }]), ...actions]
      .map((button) => `${button.label}: ${button.link}`)
      .join('\n'),
    [
      '-- ',
      why,
      `${texts.preferences}: ${appUrl}`,
      ...(unsubscribeUrl === null ? [] : [`${texts.unsubscribe}: ${unsubscribeUrl}`]),
    ].join('\n'),
    [brand.name, brand.footer].filter(Boolean).join('\n'),
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

function groupsOf({ items }: Shown): string[] {
  return [...groupedBy(items, ({ group }) => group)].flatMap(([group, ofGroup]) => [
    `${group}:`,
    ...ofGroup.map(({ title, excerpt, time, link = '' }) =>
      [`* ${title}`, ...[excerpt, time, link].filter(Boolean).map((line) => `  ${line}`)].join('\n'),
    ),
  ]);
}
